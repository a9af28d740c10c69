// Strided views of two-dimensional arrays, and tables of points in float32 or float64.
#pragma once

#include <algorithm>
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

// All rows or selected rows of a float32 or float64 table; values are read as float64. The numeric
// columns come first, then the categorical columns, which hold codes.
struct Points {
    Strided<float> float32{};
    Strided<double> float64{};
    const std::int64_t* rows = nullptr;  // null: all rows
    std::size_t count = 0;
    std::size_t n_numeric = 0;
    std::size_t n_categorical = 0;
    bool is_float64 = false;
    double scale = 1;  // numeric values are multiplied by this power of two

    std::size_t row(std::size_t point) const {
        return rows ? static_cast<std::size_t>(rows[point]) : point;
    }

    // The points of all rows of the table.
    Points with_all_rows() const {
        Points all = *this;
        all.rows = nullptr;
        all.count = is_float64 ? float64.n_rows : float32.n_rows;
        return all;
    }

    double raw(std::size_t point, std::size_t column) const {
        const std::size_t i = row(point);
        return is_float64 ? float64.at(i, column) : static_cast<double>(float32.at(i, column));
    }

    double at(std::size_t point, std::size_t column) const {
        return column < n_numeric ? scale * raw(point, column) : raw(point, column);
    }

    std::int32_t code(std::size_t point, std::size_t column) const {
        return static_cast<std::int32_t>(raw(point, n_numeric + column));
    }

    bool has_adjacent_columns() const {
        return (is_float64 ? float64.column_stride : float32.column_stride) == 1;
    }

    // Calls use(column, value) for each numeric value of a point, in column order.
    template <class Use>
    void visit(std::size_t point, Use&& use) const {
        if (is_float64) visit_row(float64, row(point), use);
        else visit_row(float32, row(point), use);
    }

    void prefetch(std::size_t point) const {
        const std::size_t i = row(point);
        if (is_float64) prefetch_row(float64, i);
        else prefetch_row(float32, i);
    }

private:
    template <class T, class Use>
    void visit_row(const Strided<T>& table, std::size_t i, Use& use) const {
        for (std::size_t f = 0; f < n_numeric; ++f)
            use(f, scale * static_cast<double>(table.at(i, f)));
    }

    template <class T>
    void prefetch_row(const Strided<T>& table, std::size_t i) const {
        constexpr std::size_t kLine = 64 / sizeof(T);
        const std::size_t step = table.column_stride == 1 ? kLine : 1;
        for (std::size_t f = 0; f < std::min<std::size_t>(n_numeric, 8 * kLine); f += step)
            __builtin_prefetch(&table.at(i, f));
    }
};

}  // namespace counterpoise
