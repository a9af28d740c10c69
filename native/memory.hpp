// Arrays for the hot loops: they begin on a cache line, and whoever fills them first touches them.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

namespace counterpoise {

template <class T>
class Aligned {
    static_assert(std::is_trivially_destructible_v<T>);
    static constexpr std::align_val_t kLine{64};

public:
    Aligned() = default;
    explicit Aligned(std::size_t count)
        : data_(static_cast<T*>(::operator new(count * sizeof(T), kLine))) {}

    T* data() { return data_.get(); }
    T& operator[](std::size_t i) { return data_[i]; }
    const T& operator[](std::size_t i) const { return data_[i]; }

private:
    struct Free {
        void operator()(T* data) const { ::operator delete(data, kLine); }
    };
    std::unique_ptr<T[], Free> data_;
};

}  // namespace counterpoise
