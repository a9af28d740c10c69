// Work shared between threads: a counter of tasks that each thread draws from.
//
// Threads are started for each call and joined before it returns: nothing outlives a call, so that
// a fork is safe at any time. A failure in any thread stops all, and is thrown in the caller.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace counterpoise {

// Asked by the calling thread now and then; throws if the call shall end (Ctrl-C).
using Interruption = std::function<void()>;

class Crew {
public:
    Crew(int n_threads, Interruption interruption)
        : n_threads_(static_cast<std::size_t>(std::max(n_threads, 1))),
          interruption_(std::move(interruption)) {}

    std::size_t size() const { return n_threads_; }

    // Calls task(i, worker) for each i below n_tasks; worker, below size(), is the thread's number.
    template <class Task>
    void share(std::size_t n_tasks, Task&& task) {
        next_ = 0;
        n_tasks_ = n_tasks;
        working_ = 0;
        std::vector<std::thread> others;
        others.reserve(n_threads_);
        for (std::size_t worker = 1; worker < std::min(n_threads_, n_tasks); ++worker)
            if (!start(others, worker, task)) break;
        work(0, task);
        wait();
        for (std::thread& other : others) other.join();
        if (failure_) std::rethrow_exception(failure_);
    }

    // For long tasks to call: throws where the work shall stop.
    void pulse(std::size_t worker) {
        if (failed_.load(std::memory_order_relaxed)) throw Stopped();
        if (worker == 0 && Clock::now() - asked_ > kPatience) {
            asked_ = Clock::now();
            interruption_();
        }
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr auto kPatience = std::chrono::milliseconds(50);
    struct Stopped {};

    // False if the system has no thread to give: those there are do the work.
    template <class Task>
    bool start(std::vector<std::thread>& others, std::size_t worker, Task& task) {
        const std::lock_guard<std::mutex> lock(mutex_);
        try {
            others.emplace_back([this, worker, &task] {
                work(worker, task);
                const std::lock_guard<std::mutex> leaving(mutex_);
                --working_;
                left_.notify_one();
            });
        } catch (const std::system_error&) {
            return false;
        }
        ++working_;
        return true;
    }

    template <class Task>
    void work(std::size_t worker, Task& task) {
        try {
            for (std::size_t i; (i = next_.fetch_add(1)) < n_tasks_;) {
                pulse(worker);
                task(i, worker);
            }
        } catch (const Stopped&) {
        } catch (...) {
            fail();
        }
    }

    // Waits for the other threads, with an ear for signals.
    void wait() {
        std::unique_lock<std::mutex> lock(mutex_);
        while (!left_.wait_for(lock, kPatience, [this] { return working_ == 0; })) {
            lock.unlock();
            try {
                if (!failed_) interruption_();
            } catch (...) {
                fail();
            }
            lock.lock();
        }
    }

    void fail() {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
        failed_ = true;
    }

    const std::size_t n_threads_;
    const Interruption interruption_;
    Clock::time_point asked_ = Clock::now();
    std::atomic<std::size_t> next_{0};
    std::size_t n_tasks_ = 0, working_ = 0;
    std::atomic<bool> failed_{false};
    std::exception_ptr failure_;
    std::mutex mutex_;
    std::condition_variable left_;
};

}  // namespace counterpoise
