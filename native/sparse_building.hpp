// Rows of a sparse matrix copied, and interpolated between two rows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sparse_rows.hpp"
#include "threads.hpp"

namespace counterpoise {

// Output rows: base + weight * (neighbor - base), or the base itself where the neighbor is -1.
struct SparseSteps {
    const std::int64_t* base;
    const std::int64_t* neighbor;
    const double* weight;
    std::size_t count;
};

// Calls use(column, value) for each value of an output row, in column order. Values are rounded as
// those of dense rows are, and zeros are left out of interpolated rows.
template <class T, class Use>
void visit_row(const SparseRows<T>& source, const SparseSteps& steps, std::size_t row, Use&& use) {
    const auto base = static_cast<std::size_t>(steps.base[row]);
    if (steps.neighbor[row] < 0) {
        for (std::size_t i = source.begin(base); i < source.end(base); ++i)
            use(source.columns[i], source.values[i]);
        return;
    }
    const double weight = steps.weight[row];
    visit_both(source, base, source, static_cast<std::size_t>(steps.neighbor[row]),
               [&](std::int32_t column, T from, T to) {
                   const T step = to - from;
                   const T value = static_cast<T>(double{from} + weight * double{step});
                   if (value != 0) use(column, value);
               });
}

// Calls task(row) for each output row, in parallel.
template <class Task>
void for_each_row(std::size_t n_rows, Workers& workers, Task&& task) {
    constexpr std::size_t kRows = 256;  // rows of a task
    workers.parallel_for((n_rows + kRows - 1) / kRows, [&](std::size_t i, std::size_t) {
        for (std::size_t row = i * kRows; row < std::min(n_rows, (i + 1) * kRows); ++row) task(row);
    });
}

// Writes the number of values of each output row.
template <class T>
void count_row_values(const SparseRows<T>& source, const SparseSteps& steps, std::int64_t* sizes,
                      Workers& workers) {
    for_each_row(steps.count, workers, [&](std::size_t row) {
        const auto base = static_cast<std::size_t>(steps.base[row]);
        std::int64_t n = 0;
        if (steps.neighbor[row] < 0) n = source.starts[base + 1] - source.starts[base];
        else visit_row(source, steps, row, [&n](std::int32_t, T) { ++n; });
        sizes[row] = n;
    });
}

// Writes the output rows; `starts` has the first entry of each.
template <class T>
void build_rows(const SparseRows<T>& source, const SparseSteps& steps, const std::int64_t* starts,
                std::int32_t* columns, T* values, Workers& workers) {
    for_each_row(steps.count, workers, [&](std::size_t row) {
        std::int64_t at = starts[row];
        visit_row(source, steps, row, [&](std::int32_t column, T value) {
            if (at >= starts[row + 1]) throw std::invalid_argument("a row has too few places");
            columns[at] = column;
            values[at++] = value;
        });
    });
}

}  // namespace counterpoise
