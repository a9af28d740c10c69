// A parallel for loop over worker threads, which take the next task from a shared counter.
//
// Threads are started for each call and joined before it returns. No thread outlives a call, so
// that the process may fork at any time. An exception in any thread stops all threads and is
// rethrown in the calling thread.
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

// Called by the calling thread from time to time; throws to interrupt the call (Ctrl-C).
using InterruptCheck = std::function<void()>;

class Workers {
public:
    Workers(int n_threads, InterruptCheck interrupt_check)
        : n_threads_(static_cast<std::size_t>(std::max(n_threads, 1))),
          interrupt_check_(std::move(interrupt_check)) {}

    std::size_t size() const { return n_threads_; }

    // Calls task(i, worker) for each i below n_tasks; worker is the thread's number, below size().
    template <class Task>
    void parallel_for(std::size_t n_tasks, Task&& task) {
        next_ = 0;
        n_tasks_ = n_tasks;
        n_running_ = 0;
        std::vector<std::thread> others;
        others.reserve(n_threads_);
        for (std::size_t worker = 1; worker < std::min(n_threads_, n_tasks); ++worker)
            if (!start_thread(others, worker, task)) break;
        work(0, task);
        wait();
        for (std::thread& other : others) other.join();
        if (failure_) std::rethrow_exception(failure_);
    }

    // Long tasks call this regularly. Throws if the work must stop.
    void check_interrupt(std::size_t worker) {
        if (failed_.load(std::memory_order_relaxed)) throw Stopped();
        if (worker == 0 && Clock::now() - last_check_ > kCheckInterval) {
            last_check_ = Clock::now();
            interrupt_check_();
        }
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr auto kCheckInterval = std::chrono::milliseconds(50);
    struct Stopped {};

    // Returns false if the system cannot start a thread; the existing ones then do all the work.
    template <class Task>
    bool start_thread(std::vector<std::thread>& others, std::size_t worker, Task& task) {
        const std::lock_guard<std::mutex> lock(mutex_);
        try {
            others.emplace_back([this, worker, &task] {
                work(worker, task);
                const std::lock_guard<std::mutex> finishing(mutex_);
                --n_running_;
                finished_.notify_one();
            });
        } catch (const std::system_error&) {
            return false;
        }
        ++n_running_;
        return true;
    }

    template <class Task>
    void work(std::size_t worker, Task& task) {
        try {
            for (std::size_t i; (i = next_.fetch_add(1)) < n_tasks_;) {
                check_interrupt(worker);
                task(i, worker);
            }
        } catch (const Stopped&) {
        } catch (...) {
            fail();
        }
    }

    // Waits for the other threads, and checks for signals meanwhile.
    void wait() {
        std::unique_lock<std::mutex> lock(mutex_);
        while (!finished_.wait_for(lock, kCheckInterval, [this] { return n_running_ == 0; })) {
            lock.unlock();
            try {
                if (!failed_) interrupt_check_();
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
    const InterruptCheck interrupt_check_;
    Clock::time_point last_check_ = Clock::now();
    std::atomic<std::size_t> next_{0};
    std::size_t n_tasks_ = 0, n_running_ = 0;
    std::atomic<bool> failed_{false};
    std::exception_ptr failure_;
    std::mutex mutex_;
    std::condition_variable finished_;
};

}  // namespace counterpoise
