// Distances between a query and rows of a wide table.
#pragma once

#include "simd.hpp"

namespace counterpoise::COUNTERPOISE_SET {

struct DistanceBounds {
    float lower, upper;
};

static inline DistanceBounds round_outwards(double lower, double upper) {
    return {static_cast<float>(lower * (1 - 0x1p-22)), static_cast<float>(upper * (1 + 0x1p-22))};
}

typedef double Doubles __attribute__((vector_size(kLanes * 4), aligned(8), may_alias));

static inline Doubles load(const double* from) { return *reinterpret_cast<const Doubles*>(from); }

constexpr int kTogether = 4;  // rows that are compared at once with a query

// Writes the squared distances between a query and kTogether rows.
template <class V, class T>
static inline void sum_squares(const T* query, const T* const* rows, int n, double* out) {
    constexpr int kStep = sizeof(V) / sizeof(T);
    V sum[kTogether]{};
    int f = 0;
    for (; f + kStep <= n; f += kStep) {
        const V value = load(query + f);
#pragma GCC unroll 4
        for (int i = 0; i < kTogether; ++i) {
            const V step = value - load(rows[i] + f);
            sum[i] += step * step;
        }
    }
    for (int i = 0; i < kTogether; ++i) {
        T total = 0;
        for (int lane = 0; lane < kStep; ++lane) total += sum[i][lane];
        for (int rest = f; rest < n; ++rest)
            total += (query[rest] - rows[i][rest]) * (query[rest] - rows[i][rest]);
        out[i] = static_cast<double>(total);
    }
}

template <class V, class T>
static void compare_rows(const TableRows& table, const T* values, const T* query,
                         const std::uint32_t* positions, int count, double* squared) {
    const auto row = [&](int i) {
        const std::uint32_t position = positions[i < count ? i : count - 1];
        return values + (table.rows ? table.rows[position] : position) * table.row_stride;
    };
    for (int at = 0; at < count; at += kTogether) {
        const T* const rows[kTogether] = {row(at), row(at + 1), row(at + 2), row(at + 3)};
        sum_squares<V>(query, rows, table.n_columns, squared + at);
    }
}

// Calls hit(position, bounds of the distance) for those points of a list that may be within the
// search radius of a query. The values of a float32 table are exact, so that the error of a sum of
// squared differences is relative, but for the rounding of the query.
template <class Hit>
static inline void compare_rows(const Block& block, int q, const std::uint32_t* positions,
                                int count, Hit&& hit) {
    const TableRows& table = block.table;
    const std::size_t query = static_cast<std::size_t>(q) * table.n_columns;
    double squared[kLeafSize + kTogether];
    if (table.float64)
        compare_rows<Doubles>(table, table.float64, table.queries64 + query, positions, count,
                              squared);
    else
        compare_rows<Vec>(table, table.float32, table.queries32 + query, positions, count,
                          squared);
    const double relative = (table.n_columns * 0.5 + 8) * kUnit;
    const double error = table.query_errors[q] + kTiny;
    for (int i = 0; i < count; ++i) {
        const double most = (block.radius[q] + error) * (1 + 2 * relative) / block.scale;
        const bool is_finite = squared[i] < 1e38;
        if (is_finite && squared[i] > most * most) continue;
        const double distance = __builtin_sqrt(is_finite ? squared[i] : 1e38) * block.scale;
        const double upper = is_finite ? distance * (1 + relative) + error : kInfinity;
        hit(positions[i], round_outwards(distance * (1 - relative) - error, upper));
    }
}

}  // namespace counterpoise::COUNTERPOISE_SET
