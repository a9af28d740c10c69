// Distance lower bounds for regions: which queries of a block may have a wanted point in a region,
// and how far two regions are apart.
#pragma once

#include "simd.hpp"

namespace counterpoise::COUNTERPOISE_SET {

constexpr int kColumnsPerCheck = 8;  // columns between two checks of a partial sum

// In wide tables, the first columns show whether a region can be excluded at all: the others are
// not compared if their share of the distance is far too small.
constexpr int kColumnsOfWide = 32;
constexpr float kMargin = 0.7f;

// A region relative to the block's center; a number for each column.
struct LocalRegion {
    float *low, *high, *center, *cap;
    float* center_cap;  // the most a column adds to the squared distance from the center
};

static inline LocalRegion local_region(const Block& block) {
    float* const from = block.region;
    const int w = block.n_numeric;
    return {from, from + w, from + 2 * w, from + 3 * w, from + 4 * w};
}

// Writes a region relative to the block's center, its box rounded outwards.
static void write_local_region(const Block& block, const Region& region) {
    const auto [low, high, center, cap, center_cap] = local_region(block);
    const int w = block.n_numeric;
    for (int f = 0; f < w; ++f) {
        const float from = clip((region.low[f] - block.center[f]) * block.scale);
        const float to = clip((region.high[f] - block.center[f]) * block.scale);
        low[f] = from - __builtin_fabsf(from) * 0x1p-22f;
        high[f] = to + __builtin_fabsf(to) * 0x1p-22f;
        center[f] = clip((region.center[f] - block.center[f]) * block.scale);
        if (!region.cap) continue;
        // In the ball, a missing value counts as lying at the center; in a distance, it adds the
        // penalty. If all values of the column lie within the penalty's root of the center, the
        // query's coordinate may be clipped to that interval: no distance from a value grows, and
        // the distance from the center is at most the penalty's root. Otherwise the column adds
        // nothing to the bound.
        const double half =
            larger(region.high[f] - region.center[f], region.center[f] - region.low[f]);
        cap[f] = static_cast<float>(region.cap[f] * block.scale * block.scale);
        center_cap[f] = half * half <= region.cap[f] || !(half >= 0) ? cap[f] : 0;
    }
}

struct RegionDistances {
    Vec box, ball;  // squared distances from the box and from the center of the ball
};

// Adds the parts of the columns [begin, end).
template <bool kMissing>
static inline void add_columns(const Block& block, const Region& region, int at, int begin, int end,
                               RegionDistances& sum) {
    const auto [low, high, center, cap, center_cap] = local_region(block);
    for (int f = begin; f < end; ++f) {
        const Vec query = load(block.columns + f * kLeafSize + at);
        const Vec below = broadcast(low[f]) - query, above = query - broadcast(high[f]);
        const Vec gap = larger(above, larger(below, Vec{}));  // 0 if the query's value is missing
        const Vec offset = query - broadcast(center[f]);
        Vec gap_squared = gap * gap, offset_squared = offset * offset;
        if (kMissing) {
            if (region.cap) {
                gap_squared = smaller(gap_squared, broadcast(cap[f]));
                offset_squared = smaller(offset_squared, broadcast(center_cap[f]));
            }
            offset_squared = zero_missing(offset_squared, query);
        }
        sum.box += gap_squared;
        sum.ball += offset_squared;
    }
}

// Returns a lower bound of what the categorical columns add: the mismatch of each column in which
// no point of the region has the query's code, nor another code that shares its bit.
static inline Vec categorical_bound(const Block& block, const Region& region, int at) {
    Vec sum{};
    for (int g = 0; g < block.n_categorical; ++g) {
        const Bits shift = load(block.code_columns + g * kLeafSize + at) & 31;
        const Bits mask = broadcast(static_cast<std::int32_t>(region.code_masks[g]));
        const Bits occurs = (mask >> shift) & 1;
        sum += (Vec)((Bits)broadcast(block.mismatch[g]) & (occurs - 1));
    }
    return sum;
}

// Returns a bit for each of kLanes queries that may have a wanted point in the region.
template <bool kMissing>
static inline std::uint32_t find_active_lanes(const Block& block, const Region& region,
                                              float radius, float growth, int at) {
    const Vec ball_radius = (load(block.present_radius + at) + radius) * growth;
    const Vec radius_squared = load(block.radius_squared + at);
    const Vec ball_radius_squared = ball_radius * ball_radius;
    RegionDistances sum{categorical_bound(block, region, at), Vec{}};
    if (kMissing) sum.box += load(block.missing_penalty + at);
    const auto wanted = [&] {
        return at_most(sum.box, radius_squared) & at_most(sum.ball, ball_radius_squared);
    };
    std::uint32_t bits = wanted();
    for (int f = 0; bits && f < block.n_numeric; f += kColumnsPerCheck) {
        const int last = f + kColumnsPerCheck;
        const int end = last < block.n_numeric ? last : block.n_numeric;
        add_columns<kMissing>(block, region, at, f, end, sum);
        bits = wanted();
        if (end == kColumnsOfWide && block.n_numeric >= kWide) {
            const Vec share = broadcast(static_cast<float>(end) / block.n_numeric * kMargin);
            const std::uint32_t near = at_most(sum.box, radius_squared * share) &
                                       at_most(sum.ball, ball_radius_squared * share);
            if ((bits & near) == bits) return bits;
        }
    }
    return bits;
}

template <bool kMissing>
static int find_active_queries(const Block& block, const Region& region, int* active) {
    write_local_region(block, region);
    const auto growth = static_cast<float>(1 + 2 * block.relative_error);
    const float radius = static_cast<float>(region.radius * block.scale) * growth;
    int n_active = 0;
    for (int at = 0; at < block.count; at += kLanes) {
        std::uint32_t bits = find_active_lanes<kMissing>(block, region, radius, growth, at);
        for (; bits; bits &= bits - 1) active[n_active++] = at + __builtin_ctz(bits);
    }
    return n_active;
}

static int find_active(const Block& block, const Region& region, int* active) {
    return block.has_missing || region.cap ? find_active_queries<true>(block, region, active)
                                           : find_active_queries<false>(block, region, active);
}

// Partial sums in several lanes: the order of summation does not matter for a lower bound.
struct GapSums {
    double box[kLanes] = {}, centers[kLanes] = {};
};

// Adds a column's part of the squared distances between two boxes and between two centers.
template <bool kCapped>
static inline void add_column_gap(const Region& a, const Region& b, int f, double& box,
                                  double& centers) {
    const double gap = larger(larger(a.low[f] - b.high[f], b.low[f] - a.high[f]), 0.0);
    double squared = gap * gap;
    if (kCapped && a.cap) squared = smaller(squared, a.cap[f]);
    if (kCapped && b.cap) squared = smaller(squared, b.cap[f]);
    box += squared;
    const double offset = a.center[f] - b.center[f];
    centers += offset * offset;
}

template <bool kCapped>
static void add_column_gaps(const Region& a, const Region& b, int n_numeric, double& box,
                            double& centers) {
    GapSums sum;
    int f = 0;
    for (; f + kLanes <= n_numeric; f += kLanes)
        for (int lane = 0; lane < kLanes; ++lane)
            add_column_gap<kCapped>(a, b, f + lane, sum.box[lane], sum.centers[lane]);
    for (; f < n_numeric; ++f) add_column_gap<kCapped>(a, b, f, sum.box[0], sum.centers[0]);
    for (int lane = 0; lane < kLanes; ++lane) {
        box += sum.box[lane];
        centers += sum.centers[lane];
    }
}

// The factors 1 - 1e-9 keep the result a lower bound despite rounding in the sums.
static double squared_gap(const Region& a, const Region& b, const Columns& columns) {
    double categorical = 0, box = 0, centers = 0;
    for (int g = 0; g < columns.n_categorical; ++g)
        if (!(a.code_masks[g] & b.code_masks[g])) categorical += columns.mismatch[g];
    if (a.cap || b.cap) add_column_gaps<true>(a, b, columns.n_numeric, box, centers);
    else add_column_gaps<false>(a, b, columns.n_numeric, box, centers);
    if (a.cap || b.cap) return (box + categorical) * (1 - 1e-9);
    const double ball = larger(__builtin_sqrt(centers) * (1 - 1e-9) - a.radius - b.radius, 0.0);
    return (larger(box, ball * ball) + categorical) * (1 - 1e-9);
}

}  // namespace counterpoise::COUNTERPOISE_SET
