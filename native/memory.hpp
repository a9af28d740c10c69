// Arrays for the hot loops: they begin on a cache line, and whoever fills them first touches them.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace counterpoise {

// Large arrays are mapped, so that their memory goes back at once, and in large pages, of which few
// need to be made.
class Room {
public:
    Room() = default;

    explicit Room(std::size_t bytes) : bytes_(bytes) {
#if defined(__linux__)
        if (bytes_ >= kLarge) {
            data_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (data_ == MAP_FAILED) throw std::bad_alloc();
            madvise(data_, bytes_, MADV_HUGEPAGE);
            return;
        }
#endif
        data_ = ::operator new(bytes_, kLine);
    }

    Room(Room&& other) noexcept { swap(other); }
    Room& operator=(Room&& other) noexcept {
        swap(other);
        return *this;
    }

    ~Room() {
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

    void swap(Room& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
    }

    void* data_ = nullptr;
    std::size_t bytes_ = 0;
};

template <class T>
class Aligned {
    static_assert(std::is_trivially_destructible_v<T>);

public:
    Aligned() = default;
    explicit Aligned(std::size_t count) : room_(count * sizeof(T)) {}

    T* data() { return static_cast<T*>(room_.data()); }
    T& operator[](std::size_t i) { return static_cast<T*>(room_.data())[i]; }
    const T& operator[](std::size_t i) const { return static_cast<const T*>(room_.data())[i]; }

private:
    Room room_;
};

}  // namespace counterpoise
