// Rows of a table: looked over, copied, and blended, by several threads.
//
// Large outputs wait for memory more than for arithmetic: each thread writes a part of its own.
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

// Calls task(begin, end) for runs of rows of about half a megabyte.
template <class Task>
void share_rows(std::size_t n_rows, std::size_t row_bytes, Crew& crew, Task&& task) {
    const std::size_t run = std::max<std::size_t>(1, (std::size_t{1} << 19) / (row_bytes + 1));
    crew.share((n_rows + run - 1) / run, [&](std::size_t i, std::size_t) {
        task(i * run, std::min(n_rows, (i + 1) * run));
    });
}

struct Scan {
    bool has_missing = false;
    std::int64_t infinite_row = -1;
};

template <class T>
bool all_finite(const T* values, std::size_t count, std::ptrdiff_t stride) {
    bool finite = true;
    for (std::size_t i = 0; i < count; ++i)
        finite &= std::abs(values[static_cast<std::ptrdiff_t>(i) * stride]) <=
                  std::numeric_limits<T>::max();
    return finite;
}

// Whether rows [begin, end) are all finite, going along memory.
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
Scan scan_run(const Strided<T>& x, std::size_t begin, std::size_t end) {
    Scan found;
    if (rows_finite(x, begin, end)) return found;
    for (std::size_t i = begin; i < end; ++i)
        for (std::size_t f = 0; f < x.n_columns; ++f) {
            found.has_missing |= std::isnan(x.at(i, f));
            if (std::isinf(x.at(i, f)) && found.infinite_row < 0)
                found.infinite_row = static_cast<std::int64_t>(i);
        }
    return found;
}

// Looks for missing cells and for the first infinite one.
template <class T>
Scan scan(const Strided<T>& x, Crew& crew) {
    Scan all;
    std::mutex adding;
    share_rows(x.n_rows, x.n_columns * sizeof(T), crew,
               [&](std::size_t begin, std::size_t end) {
                   const Scan run = scan_run(x, begin, end);
                   const std::lock_guard<std::mutex> lock(adding);
                   all.has_missing |= run.has_missing;
                   if (run.infinite_row < 0) return;
                   const bool earlier = all.infinite_row < 0 || run.infinite_row < all.infinite_row;
                   if (earlier) all.infinite_row = run.infinite_row;
               });
    return all;
}

struct Moments {
    double count = 0, mean = 0, squares = 0;

    void add(double x) {
        const double off = x - mean;
        mean += off / ++count;
        squares += off * (x - mean);
    }

    // Chan, Golub and LeVeque (1983).
    void add(const Moments& other) {
        if (other.count == 0) return;
        const double total = count + other.count, off = other.mean - mean;
        mean += off * (other.count / total);
        squares += other.squares + off * off * (count * other.count / total);
        count = total;
    }
};

// The variance of each column over the cells that are there; 0 with fewer than two.
template <class T>
void variances(const Strided<T>& x, double* out, Crew& crew) {
    constexpr std::size_t kRun = 4096;  // fixed, so that sums do not depend on the threads
    const std::size_t w = x.n_columns, n_runs = (x.n_rows + kRun - 1) / kRun;
    std::vector<Moments> runs(n_runs * w);
    crew.share(n_runs, [&](std::size_t run, std::size_t) {
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
struct Output {
    T* data;
    std::ptrdiff_t row_stride, column_stride;
    T* row(std::size_t i) const { return data + static_cast<std::ptrdiff_t>(i) * row_stride; }
};

// out[i] = source[rows[i]], or source[i] without rows.
template <class T>
void copy_rows(const Output<T>& out, const Strided<T>& source, const std::int64_t* rows,
               std::size_t n_rows, Crew& crew) {
    const std::size_t w = source.n_columns;
    const bool packed = out.column_stride == 1 && source.column_stride == 1;
    const bool in_one = packed && !rows && out.row_stride == source.row_stride &&
                        out.row_stride == static_cast<std::ptrdiff_t>(w);
    share_rows(n_rows, w * sizeof(T), crew,
               [&](std::size_t begin, std::size_t end) {
                   if (in_one) {
                       std::memcpy(out.row(begin), &source.at(begin, 0),
                                   (end - begin) * w * sizeof(T));
                       return;
                   }
                   for (std::size_t i = begin; i < end; ++i) {
                       const T* from = &source.at(rows ? static_cast<std::size_t>(rows[i]) : i, 0);
                       T* to = out.row(i);
                       if (packed) {
                           std::memcpy(to, from, w * sizeof(T));
                           continue;
                       }
                       for (std::size_t f = 0; f < w; ++f)
                           to[static_cast<std::ptrdiff_t>(f) * out.column_stride] =
                               from[static_cast<std::ptrdiff_t>(f) * source.column_stride];
                   }
               });
}

// out[i] = base + weight * (partner - base): the difference in the table's precision, the rest in
// float64, as numpy has it. Where either parent's cell is missing, the base's is taken.
template <class T>
void blend(const Output<T>& out, const Strided<T>& source, const std::int64_t* base,
           const std::int64_t* partner, const double* weight, std::size_t n_rows, Crew& crew) {
    const std::size_t w = source.n_columns;
    share_rows(n_rows, w * sizeof(T), crew,
               [&](std::size_t begin, std::size_t end) {
                   for (std::size_t i = begin; i < end; ++i) {
                       const T* a = &source.at(static_cast<std::size_t>(base[i]), 0);
                       const T* b = &source.at(static_cast<std::size_t>(partner[i]), 0);
                       T* to = out.row(i);
                       for (std::size_t f = 0; f < w; ++f) {
                           const auto at = static_cast<std::ptrdiff_t>(f) * source.column_stride;
                           const T from = a[at], step = b[at] - from;
                           const T made = static_cast<T>(double{from} + weight[i] * double{step});
                           to[static_cast<std::ptrdiff_t>(f) * out.column_stride] =
                               std::isnan(made) ? from : made;
                       }
                   }
               });
}

}  // namespace counterpoise
