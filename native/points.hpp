// A two-dimensional array of numbers, wherever it lies in memory.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace counterpoise {

template <class T>
struct Strided {
    const T* data;
    std::ptrdiff_t row_stride;  // in elements
    std::ptrdiff_t column_stride;
    std::size_t n_rows;
    std::size_t n_columns;

    const T& at(std::size_t row, std::size_t column) const {
        return data[static_cast<std::ptrdiff_t>(row) * row_stride +
                    static_cast<std::ptrdiff_t>(column) * column_stride];
    }
};

// Float32 or float64 points, read as float64 either way, or some rows of them.
struct Points {
    Strided<float> narrow{};
    Strided<double> wide{};
    const std::int64_t* rows = nullptr;  // null: all rows
    std::size_t count = 0;
    std::size_t width = 0;
    bool is_wide = false;

    double at(std::size_t point, std::size_t column) const {
        const std::size_t row = rows ? static_cast<std::size_t>(rows[point]) : point;
        return is_wide ? wide.at(row, column) : static_cast<double>(narrow.at(row, column));
    }
};

}  // namespace counterpoise
