// Uninitialized arrays for the hot loops, aligned to cache lines.
//
// Memory is not written on allocation: the thread that fills an array touches its pages first, so
// that they are placed in memory close to that thread.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace counterpoise {

// Large buffers are mapped, so that their memory is returned to the system at once. Huge pages keep
// the number of page faults small.
class Buffer {
public:
    Buffer() = default;

    explicit Buffer(std::size_t bytes) : bytes_(bytes) {
#if defined(__linux__)
        if (bytes_ >= kLarge) {
            data_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                         0);
            if (data_ == MAP_FAILED) throw std::bad_alloc();
            madvise(data_, bytes_, MADV_HUGEPAGE);
            return;
        }
#endif
        data_ = ::operator new(bytes_, kLine);
    }

    Buffer(Buffer&& other) noexcept { swap(other); }
    Buffer& operator=(Buffer&& other) noexcept {
        swap(other);
        return *this;
    }

    ~Buffer() {
        if (!data_) return;
#if defined(__linux__)
        if (bytes_ >= kLarge) {
            munmap(data_, bytes_);
            return;
        }
#endif
        ::operator delete(data_, kLine);
    }

    void* data() const { return data_; }

private:
    static constexpr std::align_val_t kLine{64};
    static constexpr std::size_t kLarge = std::size_t{1} << 21;

    void swap(Buffer& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
    }

    void* data_ = nullptr;
    std::size_t bytes_ = 0;
};

template <class T>
class AlignedArray {
    static_assert(std::is_trivially_destructible_v<T>);

public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t count) : buffer_(count * sizeof(T)) {}

    T* data() { return static_cast<T*>(buffer_.data()); }
    const T* data() const { return static_cast<const T*>(buffer_.data()); }
    T& operator[](std::size_t i) { return static_cast<T*>(buffer_.data())[i]; }
    const T& operator[](std::size_t i) const { return static_cast<const T*>(buffer_.data())[i]; }

private:
    Buffer buffer_;
};

}  // namespace counterpoise
