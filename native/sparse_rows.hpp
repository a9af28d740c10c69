// Rows of a sparse matrix in CSR format, and exact distances between them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "threads.hpp"

namespace counterpoise {

// The columns of each row are in ascending order, without duplicates. Stored zeros are allowed.
template <class T>
struct SparseRows {
    const std::int64_t* starts;  // [count + 1], the first entry of each row
    const std::int32_t* columns;
    const T* values;
    std::size_t count;
    std::size_t n_columns;

    std::size_t begin(std::size_t row) const { return static_cast<std::size_t>(starts[row]); }
    std::size_t end(std::size_t row) const { return static_cast<std::size_t>(starts[row + 1]); }

    double squared_norm(std::size_t row) const {
        double sum = 0;
        for (std::size_t i = begin(row); i < end(row); ++i) sum += values[i] * values[i];
        return sum;
    }

    // Throws unless the arrays describe a matrix whose arrays have n_entries entries.
    void check(std::size_t n_entries) const {
        const auto require = [](bool holds) {
            if (!holds) throw std::invalid_argument("the arrays are not a canonical CSR matrix");
        };
        require(starts[0] == 0 && end(count - 1) == n_entries);
        for (std::size_t row = 0; row < count; ++row) {
            require(starts[row] <= starts[row + 1]);
            std::int64_t last = -1;
            for (std::size_t i = begin(row); i < end(row); ++i) {
                require(columns[i] > last && static_cast<std::size_t>(columns[i]) < n_columns);
                last = columns[i];
            }
        }
    }
};

// Calls use(column, x, y) for each column in which row i of a or row j of b has a value, in order.
// There is no branch on the order of the columns, which no processor could predict.
template <class T, class Use>
void visit_both(const SparseRows<T>& a, std::size_t i, const SparseRows<T>& b, std::size_t j,
                Use&& use) {
    std::size_t p = a.begin(i), q = b.begin(j);
    const std::size_t p_end = a.end(i), q_end = b.end(j);
    while (p < p_end && q < q_end) {
        const std::int32_t left = a.columns[p], right = b.columns[q];
        const bool has_left = left <= right, has_right = right <= left;
        use(std::min(left, right), has_left * a.values[p], has_right * b.values[q]);
        p += has_left;
        q += has_right;
    }
    for (; p < p_end; ++p) use(a.columns[p], a.values[p], T{0});
    for (; q < q_end; ++q) use(b.columns[q], T{0}, b.values[q]);
}

// Adds up the squared differences in column order, so that the sum has the bits of dense rows.
inline double squared_distance(const SparseRows<double>& a, std::size_t i,
                               const SparseRows<double>& b, std::size_t j) {
    double sum = 0;
    visit_both(a, i, b, j, [&sum](std::int32_t, double x, double y) { sum += (x - y) * (x - y); });
    return sum;
}

}  // namespace counterpoise
