// Work shared between threads: a counter of tasks that each thread draws from.
//
// Threads are started for each call and joined before it returns: nothing outlives a call, so that a
// fork is safe at any time. A failure in any thread stops all, and is thrown in the caller.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace counterpoise {

// Asked by the calling thread now and then; throws if the call shall end (Ctrl-C).
using Interruption = std::function<void()>;

// Calls task(i) for each i below n_tasks, in n_threads threads, the calling one among them.
template <class Task>
void share(std::size_t n_tasks, int n_threads, const Interruption& interruption, Task&& task) {
    using Clock = std::chrono::steady_clock;
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex failing;
    const auto work = [&](bool is_caller) {
        try {
            auto asked = Clock::now();
            for (std::size_t i; (i = next.fetch_add(1)) < n_tasks;) {
                task(i);
                if (is_caller && Clock::now() - asked > std::chrono::milliseconds(50)) {
                    interruption();
                    asked = Clock::now();
                }
            }
        } catch (...) {
            const std::lock_guard<std::mutex> lock(failing);
            if (!failure) failure = std::current_exception();
            next.store(n_tasks);
        }
    };
    std::vector<std::thread> others;
    for (int t = 1; t < n_threads && static_cast<std::size_t>(t) < n_tasks; ++t) {
        try {
            others.emplace_back(work, false);
        } catch (const std::system_error&) {
            break;  // the system has no thread to give: those there are do the work
        }
    }
    work(true);
    for (auto& other : others) other.join();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace counterpoise
