// A two-dimensional array of numbers, wherever it lies in memory.
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

// Float32 or float64 points, read as float64 either way, or some rows of them. Numeric columns come
// first; nominal ones, which hold codes, last.
struct Points {
    Strided<float> narrow{};
    Strided<double> wide{};
    const std::int64_t* rows = nullptr;  // null: all rows
    std::size_t count = 0;
    std::size_t width = 0;      // numeric columns
    std::size_t n_nominal = 0;  // nominal columns
    bool is_wide = false;
    double scale = 1;  // a power of two that every value is multiplied by

    std::size_t row(std::size_t point) const {
        return rows ? static_cast<std::size_t>(rows[point]) : point;
    }

    Points whole() const {
        Points all = *this;
        all.rows = nullptr;
        all.count = is_wide ? wide.n_rows : narrow.n_rows;
        return all;
    }

    double raw(std::size_t point, std::size_t column) const {
        const std::size_t i = row(point);
        return is_wide ? wide.at(i, column) : static_cast<double>(narrow.at(i, column));
    }

    double at(std::size_t point, std::size_t column) const {
        return column < width ? scale * raw(point, column) : raw(point, column);
    }

    std::int32_t code(std::size_t point, std::size_t nominal) const {
        return static_cast<std::int32_t>(raw(point, width + nominal));
    }

    // Calls use(column, value) for each numeric cell of a point, in column order.
    template <class Use>
    void visit(std::size_t point, Use&& use) const {
        if (is_wide) visit_row(wide, row(point), use);
        else visit_row(narrow, row(point), use);
    }

    void prefetch(std::size_t point) const {
        const std::size_t i = row(point);
        if (is_wide) prefetch_row(wide, i);
        else prefetch_row(narrow, i);
    }

private:
    template <class T, class Use>
    void visit_row(const Strided<T>& table, std::size_t i, Use& use) const {
        for (std::size_t f = 0; f < width; ++f)
            use(f, scale * static_cast<double>(table.at(i, f)));
    }

    template <class T>
    void prefetch_row(const Strided<T>& table, std::size_t i) const {
        constexpr std::size_t kLine = 64 / sizeof(T);
        const std::size_t step = table.column_stride == 1 ? kLine : 1;
        for (std::size_t f = 0; f < std::min<std::size_t>(width, 8 * kLine); f += step)
            __builtin_prefetch(&table.at(i, f));
    }
};

}  // namespace counterpoise
