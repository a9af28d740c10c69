// Multithreaded operations on tables: check for missing and infinite values, compute variances,
// copy rows, and interpolate between rows.
//
// These operations are limited by memory bandwidth rather than by arithmetic. Each thread reads and
// writes its own consecutive rows.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "points.hpp"
#include "threads.hpp"

namespace counterpoise {

// Calls task(begin, end) for consecutive ranges of rows of about half a megabyte.
template <class Task>
void parallel_for_rows(std::size_t n_rows, std::size_t row_bytes, Workers& workers, Task&& task) {
    const std::size_t size = std::max<std::size_t>(1, (std::size_t{1} << 19) / (row_bytes + 1));
    workers.parallel_for((n_rows + size - 1) / size, [&](std::size_t i, std::size_t) {
        task(i * size, std::min(n_rows, (i + 1) * size));
    });
}

struct ValueScan {
    bool has_missing = false;
    std::int64_t infinite_row = -1;  // the first row with an infinite value; -1: none
};

template <class T>
bool all_finite(const T* values, std::size_t count, std::ptrdiff_t stride) {
    bool finite = true;
    for (std::size_t i = 0; i < count; ++i)
        finite &= std::abs(values[static_cast<std::ptrdiff_t>(i) * stride]) <=
                  std::numeric_limits<T>::max();
    return finite;
}

// Returns whether all values of rows [begin, end) are finite. Reads them in memory order.
template <class T>
bool rows_finite(const Strided<T>& x, std::size_t begin, std::size_t end) {
    bool finite = true;
    if (x.column_stride == 1 && x.row_stride == static_cast<std::ptrdiff_t>(x.n_columns))
        return all_finite(&x.at(begin, 0), (end - begin) * x.n_columns, 1);
    if (std::abs(x.column_stride) <= std::abs(x.row_stride)) {
        for (std::size_t i = begin; i < end; ++i)
            finite &= all_finite(&x.at(i, 0), x.n_columns, x.column_stride);
    } else {
        for (std::size_t f = 0; f < x.n_columns; ++f)
            finite &= all_finite(&x.at(begin, f), end - begin, x.row_stride);
    }
    return finite;
}

template <class T>
ValueScan scan_range(const Strided<T>& x, std::size_t begin, std::size_t end) {
    ValueScan found;
    if (rows_finite(x, begin, end)) return found;
    for (std::size_t i = begin; i < end; ++i)
        for (std::size_t f = 0; f < x.n_columns; ++f) {
            found.has_missing |= std::isnan(x.at(i, f));
            if (std::isinf(x.at(i, f)) && found.infinite_row < 0)
                found.infinite_row = static_cast<std::int64_t>(i);
        }
    return found;
}

// Finds out whether values are missing, and the first row with an infinite value.
template <class T>
ValueScan scan_values(const Strided<T>& x, Workers& workers) {
    ValueScan all;
    std::mutex merging;
    parallel_for_rows(x.n_rows, x.n_columns * sizeof(T), workers,
               [&](std::size_t begin, std::size_t end) {
                   const ValueScan part = scan_range(x, begin, end);
                   const std::lock_guard<std::mutex> lock(merging);
                   all.has_missing |= part.has_missing;
                   if (part.infinite_row < 0) return;
                   const bool is_first =
                       all.infinite_row < 0 || part.infinite_row < all.infinite_row;
                   if (is_first) all.infinite_row = part.infinite_row;
               });
    return all;
}

// Count, mean and sum of squared deviations, updated value by value (Welford, 1962).
struct Moments {
    double count = 0, mean = 0, squares = 0;

    void add(double x) {
        const double off = x - mean;
        mean += off / ++count;
        squares += off * (x - mean);
    }

    // Combines the moments of two parts (Chan, Golub and LeVeque, 1983).
    void add(const Moments& other) {
        if (other.count == 0) return;
        const double total = count + other.count, off = other.mean - mean;
        mean += off * (other.count / total);
        squares += other.squares + off * off * (count * other.count / total);
        count = total;
    }
};

// Writes the variance of the values of each column that are not missing; 0 for fewer than two.
template <class T>
void compute_variances(const Strided<T>& x, double* out, Workers& workers) {
    constexpr std::size_t kRun = 4096;  // fixed: rounding must not depend on the number of threads
    const std::size_t w = x.n_columns, n_runs = (x.n_rows + kRun - 1) / kRun;
    std::vector<Moments> runs(n_runs * w);
    workers.parallel_for(n_runs, [&](std::size_t run, std::size_t) {
        const std::size_t end = std::min(x.n_rows, (run + 1) * kRun);
        for (std::size_t i = run * kRun; i < end; ++i)
            for (std::size_t f = 0; f < w; ++f)
                if (!std::isnan(x.at(i, f))) runs[run * w + f].add(double{x.at(i, f)});
    });
    for (std::size_t f = 0; f < w; ++f) {
        Moments all;
        for (std::size_t run = 0; run < n_runs; ++run) all.add(runs[run * w + f]);
        out[f] = all.count > 1 ? all.squares / all.count : 0;
    }
}

template <class T>
struct OutputRows {
    T* data;
    std::ptrdiff_t row_stride, column_stride;
    T* row(std::size_t i) const { return data + static_cast<std::ptrdiff_t>(i) * row_stride; }
};

// Copies source[rows[i]] to out[i]; without rows, source[i].
template <class T>
void copy_rows(const OutputRows<T>& out, const Strided<T>& source, const std::int64_t* rows,
               std::size_t n_rows, Workers& workers) {
    const std::size_t w = source.n_columns;
    const bool contiguous = out.column_stride == 1 && source.column_stride == 1;
    const bool in_one_piece = contiguous && !rows && out.row_stride == source.row_stride &&
                        out.row_stride == static_cast<std::ptrdiff_t>(w);
    parallel_for_rows(n_rows, w * sizeof(T), workers,
               [&](std::size_t begin, std::size_t end) {
                   if (in_one_piece) {
                       std::memcpy(out.row(begin), &source.at(begin, 0),
                                   (end - begin) * w * sizeof(T));
                       return;
                   }
                   for (std::size_t i = begin; i < end; ++i) {
                       const T* from = &source.at(rows ? static_cast<std::size_t>(rows[i]) : i, 0);
                       T* to = out.row(i);
                       if (contiguous) {
                           std::memcpy(to, from, w * sizeof(T));
                           continue;
                       }
                       for (std::size_t f = 0; f < w; ++f)
                           to[static_cast<std::ptrdiff_t>(f) * out.column_stride] =
                               from[static_cast<std::ptrdiff_t>(f) * source.column_stride];
                   }
               });
}

// Writes base + weight * (neighbor - base). The difference is rounded to the table's precision and
// the rest is computed in float64, to give the same bits as numpy. Where the value of the base or
// of the neighbor is missing, the value of the base is taken.
template <class T>
void interpolate_rows(const OutputRows<T>& out, const Strided<T>& source, const std::int64_t* base,
                      const std::int64_t* neighbor, const double* weight, std::size_t n_rows,
                      Workers& workers) {
    const std::size_t w = source.n_columns;
    parallel_for_rows(n_rows, w * sizeof(T), workers,
               [&](std::size_t begin, std::size_t end) {
                   for (std::size_t i = begin; i < end; ++i) {
                       const T* a = &source.at(static_cast<std::size_t>(base[i]), 0);
                       const T* b = &source.at(static_cast<std::size_t>(neighbor[i]), 0);
                       T* to = out.row(i);
                       for (std::size_t f = 0; f < w; ++f) {
                           const auto at = static_cast<std::ptrdiff_t>(f) * source.column_stride;
                           const T from = a[at], step = b[at] - from;
                           const T value = static_cast<T>(double{from} + weight[i] * double{step});
                           to[static_cast<std::ptrdiff_t>(f) * out.column_stride] =
                               std::isnan(value) ? from : value;
                       }
                   }
               });
}

}  // namespace counterpoise
