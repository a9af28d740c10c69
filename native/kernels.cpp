// The filters in eight bits and in float32. Compiled once for each instruction set.
#include "byte_kernels.hpp"
#include "region_kernels.hpp"
#include "row_kernels.hpp"
#include "simd.hpp"
#include "sparse_kernels.hpp"

namespace counterpoise::COUNTERPOISE_SET {

constexpr int kAccumulators = 8;  // vectors of sums of a tile: enough to hide the latency of FMA
constexpr int kLeafVectors = kLeafSize / kLanes;

// ---- Filling of leaves ----

static ColumnBounds center_column(const double* values, int count, double scale, float* local,
                                  double* squares) {
    double low[kLanes], high[kLanes], sum[kLanes] = {};
    std::int64_t present[kLanes] = {};
    for (int lane = 0; lane < kLanes; ++lane) {
        low[lane] = kInfinity;
        high[lane] = -kInfinity;
    }
    for (int at = 0; at < kLeafSize; at += kLanes)
        for (int lane = 0; lane < kLanes; ++lane) {
            const double x = values[at + lane];
            low[lane] = x < low[lane] ? x : low[lane];
            high[lane] = x > high[lane] ? x : high[lane];
            sum[lane] += x == x ? x / kLeafSize : 0;
            present[lane] += x == x;
        }
    ColumnBounds column{kInfinity, -kInfinity, 0, true, false};
    double total = 0;
    std::int64_t n = 0;
    for (int lane = 0; lane < kLanes; ++lane) {
        column.low = smaller(low[lane], column.low);
        column.high = larger(high[lane], column.high);
        total += sum[lane];
        n += present[lane];
    }
    column.is_complete = n == count;
    column.center = n > 0 ? total * (kLeafSize / static_cast<double>(n)) : 0;
    constexpr double kMost = kFar;
    for (int p = 0; p < kLeafSize; ++p) {
        const double offset = values[p] - column.center, scaled = offset * scale;
        local[p] = static_cast<float>(scaled > kMost ? kMost : scaled < -kMost ? -kMost : scaled);
        squares[p] += offset == offset ? offset * offset : 0;
    }
    const double above = (column.high - column.center) * scale;
    const double below = (column.center - column.low) * scale;
    column.is_clipped = above > kMost || below > kMost;
    return column;
}

// ---- Candidates and search radius of a query ----

// With relative error r and absolute error e, a float32 distance s stands for a true distance
// between s * (1 - r) - e and s * (1 + r) + e.
static void set_radius(const Block& block, int q, float radius) {
    const double grown =
        (radius + 2.1 * kUnit * block.norm[q] + kTiny) * (1 + 2 * block.relative_error);
    const double squared = grown * grown;
    block.radius[q] = radius;
    block.radius_squared[q] = static_cast<float>(squared);
    const double present = larger(squared - block.missing_penalty[q], 0.0);
    block.present_radius[q] = static_cast<float>(__builtin_sqrt(present));
}

static inline void sift_up(float* heap, int at, float value) {
    for (; at > 0 && heap[(at - 1) / 2] < value; at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
    heap[at] = value;
}

static inline void replace_top(float* heap, int size, float value) {
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && heap[child + 1] > heap[child]) ++child;
        if (heap[child] <= value) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = value;
}

// Keeps an upper bound if it is among the k smallest; the largest of these is the search radius.
static inline void update_upper_bounds(const Block& block, int q, float bound) {
    float* heap = block.upper_bounds + static_cast<std::size_t>(q) * block.k;
    int& size = block.n_upper_bounds[q];
    if (size < block.k) sift_up(heap, size++, bound);
    else if (bound < heap[0]) replace_top(heap, size, bound);
    if (size == block.k && heap[0] < block.radius[q]) block.radius[q] = heap[0];
}

// Finds the search radius of a query that has none, from its products with the bytes of a leaf: the
// k-th smallest upper bound.
static void find_first_radius(const Block& block, const Leaf& leaf, int q,
                              const Products& products) {
    float upper[kLeafSize];
    bound_from_above(block, leaf, q, products, upper);
    for (int point = 0; point < leaf.count; ++point)
        if (leaf.positions[point] != block.excluded[q]) update_upper_bounds(block, q, upper[point]);
    block.n_upper_bounds[q] = 0;  // these points are not candidates yet
}

// Drops the candidates beyond the search radius. Returns false if the list stays nearly full.
static bool prune_candidates(const Block& block, int q) {
    Candidate* list = block.candidates + static_cast<std::size_t>(q) * block.capacity;
    int kept = 0;
    for (int i = 0; i < block.n_candidates[q]; ++i)
        if (list[i].lower_bound <= block.radius[q]) list[kept++] = list[i];
    block.n_candidates[q] = kept;
    return kept <= block.capacity - block.capacity / 4;
}

struct Limit {
    double error;   // absolute error of a distance from the query to points of the leaf
    float squared;  // larger squared float32 distances are not wanted
};

static inline float squared_limit(const Block& block, double radius, double error) {
    const double grown = (radius + error) * (1 + 2 * block.relative_error);
    return grown * grown < 1e38 ? static_cast<float>(grown * grown) : kInfinity;
}

static inline DistanceBounds filter_bounds(const Block& block, float squared, double error) {
    const double distance = __builtin_sqrt(static_cast<double>(squared < 1e38f ? squared : 1e38f));
    const double upper = distance * (1 + block.relative_error) + error;
    return round_outwards(distance * (1 - block.relative_error) - error,
                          squared < 1e38f ? upper : kInfinity);
}

// Adds a point to the candidates. Returns false if they overflow.
static inline bool add_candidate(const Block& block, int q, std::uint32_t position,
                                 const DistanceBounds& bounds) {
    if (block.n_candidates[q] == block.capacity && !prune_candidates(block, q)) {
        block.has_overflow[q] = true;
        return false;
    }
    Candidate* list = block.candidates + static_cast<std::size_t>(q) * block.capacity;
    list[block.n_candidates[q]++] = {bounds.lower, position};
    update_upper_bounds(block, q, bounds.upper);
    return true;
}

// Updates the search radius of a query after a leaf.
static inline void end_search(const Block& block, int q) {
    set_radius(block, q, block.radius[q]);
    if (block.has_overflow[q]) block.radius_squared[q] = -1;
}

// ---- Tiles: a group of queries against all points of a leaf ----

template <int kQueries>
struct QueryGroup {
    const float* local[kQueries];
    const std::int32_t* codes[kQueries];
    Limit limit[kQueries];
    bool has_missing;
    int n_complete, n_incomplete;  // columns in which all queries have a value, and others
};

// Writes a query relative to the center of a leaf; returns its distance from that center.
static inline double localize(const Block& block, const float* shift, int q, float* local) {
    const float* row = block.rows + static_cast<std::size_t>(q) * block.row_stride;
    Vec norm{};
    for (int f = 0; f < block.row_stride; f += kLanes) {
        const Vec offset = load(row + f) - load(shift + f);
        store(local + f, offset);
        const Vec present = zero_missing(offset, offset);
        norm += present * present;
    }
    float sum = 0;
    for (int lane = 0; lane < kLanes; ++lane) sum += norm[lane];
    return __builtin_sqrt(static_cast<double>(sum));
}

// Returns a bound of the absolute error of distances between a query and the points of a leaf. Four
// numbers were rounded to float32: the query and the leaf's center, both relative to the block's
// center; their difference; and the point. The point is no farther from the leaf's center than the
// query is, plus the distance between the two; the relative error covers that last part.
static inline double distance_error(const Block& block, const Leaf& leaf, int q, double distance) {
    const double norms = block.norm[q] + distance;
    if (leaf.is_clipped || !(norms < kFar / 4)) return kInfinity;
    return kUnit * 3.1 * norms + kTiny;
}

template <int kQueries>
static inline void prepare_group(const Block& block, const Leaf& leaf, const float* shift,
                                 const int* queries, QueryGroup<kQueries>& group) {
    for (int i = 0; i < kQueries; ++i) {
        float* local = block.local + i * block.row_stride;
        const double distance = localize(block, shift, queries[i], local);
        const double error = distance_error(block, leaf, queries[i], distance);
        group.local[i] = local;
        group.codes[i] =
            block.code_rows + static_cast<std::size_t>(queries[i]) * block.n_categorical;
        group.limit[i] = {error, squared_limit(block, block.radius[queries[i]], error)};
    }
    group.has_missing = block.has_missing || leaf.missing_penalty;
    group.n_complete = group.n_incomplete = 0;
    for (int f = 0; group.has_missing && f < block.n_numeric; ++f) {
        bool is_complete = true;
        for (int i = 0; i < kQueries; ++i) is_complete &= group.local[i][f] == group.local[i][f];
        if (is_complete) block.complete_columns[group.n_complete++] = f;
        else block.incomplete_columns[group.n_incomplete++] = f;
    }
}

// The number of vectors of points that a group of queries is compared with at once.
template <int kQueries>
constexpr int kVectors = kAccumulators / kQueries;

template <int kQueries>
using Sums = Vec[kQueries][kVectors<kQueries>];

// Adds the mismatch in the lanes whose code differs from the query's.
static inline void add_mismatch(Vec& sum, Bits code, std::int32_t query, float mismatch) {
#if defined(__AVX512F__)
    const __mmask16 differs = _mm512_cmpneq_epi32_mask((__m512i)code, _mm512_set1_epi32(query));
    const __m512 penalty = _mm512_set1_ps(mismatch);
    sum = (Vec)_mm512_mask_add_ps((__m512)sum, differs, (__m512)sum, penalty);
#else
    sum += (Vec)((Bits)broadcast(mismatch) & (code != query));
#endif
}

// Starts the sums with the penalties for the points' missing values and with the mismatches of the
// categorical columns.
template <int kQueries>
static inline void init_sums(const Block& block, const Leaf& leaf,
                             const QueryGroup<kQueries>& group, int at, Sums<kQueries>& sum) {
#pragma GCC unroll 8
    for (int i = 0; i < kQueries; ++i)
#pragma GCC unroll 8
        for (int v = 0; v < kVectors<kQueries>; ++v)
            sum[i][v] = leaf.missing_penalty ? load(leaf.missing_penalty + at + v * kLanes) : Vec{};
    for (int g = 0; g < block.n_categorical; ++g)
#pragma GCC unroll 8
        for (int v = 0; v < kVectors<kQueries>; ++v) {
            const Bits code = load(leaf.codes + g * kLeafSize + at + v * kLanes);
#pragma GCC unroll 8
            for (int i = 0; i < kQueries; ++i)
                add_mismatch(sum[i][v], code, group.codes[i][g], block.mismatch[g]);
        }
}

template <int kQueries>
static inline void copy_sums(const Sums<kQueries>& sum, Sums<kQueries>& out) {
#pragma GCC unroll 8
    for (int i = 0; i < kQueries; ++i)
#pragma GCC unroll 8
        for (int v = 0; v < kVectors<kQueries>; ++v) out[i][v] = sum[i][v];
}

// Returns whether any sum is still within the limit of its query.
template <int kQueries>
static inline bool any_within(const QueryGroup<kQueries>& group, const Sums<kQueries>& sum) {
    std::uint32_t bits = 0;
#pragma GCC unroll 8
    for (int i = 0; i < kQueries; ++i) {
        Vec smallest = broadcast(kInfinity);
#pragma GCC unroll 8
        for (int v = 0; v < kVectors<kQueries>; ++v)
            smallest = smaller(sum[i][v], smallest);  // unused points are NaN
        bits |= at_most(smallest, broadcast(group.limit[i].squared));
    }
    return bits != 0;
}

// Computes the squared distances of a tile. Returns false as soon as all sums exceed their limits,
// because sums only grow. Not inlined, so that the compiler keeps all sums in registers.
template <int kQueries>
[[gnu::noinline]] static bool tile(const Block& block, const Leaf& leaf,
                                   const QueryGroup<kQueries>& group, int at, Sums<kQueries>& out) {
    const float* points = leaf.coordinates + at;
    const float* local[kQueries];
    for (int i = 0; i < kQueries; ++i) local[i] = group.local[i];
    Sums<kQueries> sum;
    init_sums(block, leaf, group, at, sum);
    for (int begin = 0; begin < block.n_numeric; begin += kColumnsPerCheck) {
        if (begin && !any_within(group, sum)) return false;
        const int last = begin + kColumnsPerCheck;
        const int end = last < block.n_numeric ? last : block.n_numeric;
        for (int f = begin; f < end; ++f, points += kLeafSize) {
            Vec point[kVectors<kQueries>];
            for (int v = 0; v < kVectors<kQueries>; ++v) point[v] = load(points + v * kLanes);
            for (int i = 0; i < kQueries; ++i) {
                const Vec query = broadcast(local[i][f]);
                for (int v = 0; v < kVectors<kQueries>; ++v) {
                    const Vec step = query - point[v];
                    sum[i][v] += step * step;
                }
            }
        }
    }
    copy_sums(sum, out);
    return true;
}

// Adds squared differences in the lanes in which the point's value is not missing.
static inline void add_square(Vec& sum, Vec step, Vec point) {
#if defined(__AVX512F__)
    const __mmask16 present = _mm512_cmp_ps_mask((__m512)point, (__m512)point, _CMP_ORD_Q);
    sum = (Vec)_mm512_mask3_fmadd_ps((__m512)step, (__m512)step, (__m512)sum, present);
#else
    step = zero_missing(step, point);
    sum += step * step;
#endif
}

// Like `tile`, with missing values. The penalties for a point's missing values are already in the
// sums. A query's missing value is at a distance of the penalty's square root from every value.
template <int kQueries>
[[gnu::noinline]] static void tile_missing(const Block& block, const Leaf& leaf,
                                           const QueryGroup<kQueries>& group, int at,
                                           Sums<kQueries>& out) {
    Sums<kQueries> sum;
    init_sums(block, leaf, group, at, sum);
    Vec point[kVectors<kQueries>];
    const auto load_points = [&](int f) {
        for (int v = 0; v < kVectors<kQueries>; ++v)
            point[v] = load(leaf.coordinates + f * kLeafSize + at + v * kLanes);
    };
    for (int j = 0; j < group.n_complete; ++j) {
        const int f = block.complete_columns[j];
        load_points(f);
        for (int i = 0; i < kQueries; ++i)
            for (int v = 0; v < kVectors<kQueries>; ++v)
                add_square(sum[i][v], broadcast(group.local[i][f]) - point[v], point[v]);
    }
    for (int j = 0; j < group.n_incomplete; ++j) {
        const int f = block.incomplete_columns[j];
        load_points(f);
        for (int i = 0; i < kQueries; ++i) {
            const float value = group.local[i][f];
            const bool is_missing = value != value;
            const Vec query = broadcast(is_missing ? block.penalty_root[f] : value);
            const Vec weight = broadcast(is_missing ? 0.0f : 1.0f);
            for (int v = 0; v < kVectors<kQueries>; ++v)
                add_square(sum[i][v], query - weight * point[v], point[v]);
        }
    }
    copy_sums(sum, out);
}

// Calls hit(i, point, squared distance) for each point of a vector that is within the limit.
template <class Hit>
static inline void report_within(Vec sum, int at, int count, int i, const Limit& limit, Hit& hit) {
    std::uint32_t bits = at_most(sum, broadcast(limit.squared));
    if (count - at < kLanes) bits &= count > at ? (1u << (count - at)) - 1 : 0;
    if (!bits) return;
    float squared[kLanes];
    store(squared, sum);
    for (; bits; bits &= bits - 1) {
        const int lane = __builtin_ctz(bits);
        hit(i, at + lane, squared[lane]);
    }
}

// Returns the squared distances between a query and one vector of points.
static inline Vec compare_vector(const Block& block, const Leaf& leaf, const QueryGroup<1>& group,
                                 int at) {
    Vec sum[2]{};
    const float* points = leaf.coordinates + at;
    for (int f = 0; f < block.n_numeric; ++f, points += kLeafSize) {
        const Vec step = broadcast(group.local[0][f]) - load(points);
        sum[f % 2] += step * step;
    }
    for (int g = 0; g < block.n_categorical; ++g)
        add_mismatch(sum[0], load(leaf.codes + g * kLeafSize + at), group.codes[0][g],
                     block.mismatch[g]);
    return sum[0] + sum[1];
}

// Calls hit(i, point, squared distance) for the points within the limit of the group's i-th query.
// With bits, for a single query, compares only the vectors of points that have a bit.
template <int kQueries, class Hit>
static inline void compare(const Block& block, const Leaf& leaf, QueryGroup<kQueries>& group,
                           const std::uint32_t* bits, Hit&& hit) {
    constexpr int kTile = kVectors<kQueries> * kLanes;
    if constexpr (kQueries == 1)
        if (bits) {
            for (int v = 0; v < kLeafSize / kLanes; ++v)
                if (bits[v])
                    report_within(compare_vector(block, leaf, group, v * kLanes), v * kLanes,
                                  leaf.count, 0, group.limit[0], hit);
            return;
        }
    for (int at = 0; at < leaf.count; at += kTile) {
        Sums<kQueries> sum;
        if (group.has_missing) tile_missing(block, leaf, group, at, sum);
        else if (!tile(block, leaf, group, at, sum)) continue;
        for (int i = 0; i < kQueries; ++i)
            for (int v = 0; v < kVectors<kQueries>; ++v)
                report_within(sum[i][v], at + v * kLanes, leaf.count, i, group.limit[i], hit);
    }
}

// Writes the leaf's center relative to the block's center.
static void find_shift(const Block& block, const Leaf& leaf, float* shift) {
    for (int f = 0; f < block.row_stride; ++f)
        shift[f] = f < block.n_numeric ? clip((leaf.center[f] - block.center[f]) * block.scale) : 0;
}

template <int kQueries>
static void search_group(const Block& block, const Leaf& leaf, const float* shift,
                         const int* queries, const std::uint32_t* bits) {
    QueryGroup<kQueries> group;
    prepare_group(block, leaf, shift, queries, group);
    compare(block, leaf, group, bits, [&](int i, int point, float squared) {
        const int q = queries[i];
        const std::uint32_t position = leaf.positions[point];
        Limit& limit = group.limit[i];
        if (!(squared <= limit.squared) || position == block.excluded[q]) return;
        const DistanceBounds bounds = filter_bounds(block, squared, limit.error);
        limit.squared = add_candidate(block, q, position, bounds)
                            ? squared_limit(block, block.radius[q], limit.error)
                            : -1;
    });
    for (int i = 0; i < kQueries; ++i) end_search(block, queries[i]);
}

// Calls use.template operator()<n>(queries) for groups of four, two and one queries.
template <class Use>
static inline void for_each_group(const int* queries, int count, Use&& use) {
    int i = 0;
    for (; i + 4 <= count; i += 4) use.template operator()<4>(queries + i);
    if (i + 2 <= count) {
        use.template operator()<2>(queries + i);
        i += 2;
    }
    if (i < count) use.template operator()<1>(queries + i);
}

constexpr int kMany = 8;  // one point in so many is many

// Moves the queries that cannot be compared in bytes to `rest`, and returns their number; calls
// use(query, bits) for the others that may have a wanted point in the leaf, with a bit for each. The
// second bytes are used for a first radius, and from the leaf on in which one byte leaves many.
template <class Use>
static inline int for_each_marked(const Block& block, const Leaf& leaf, const int* active,
                                  int n_active, int* rest, Use&& use) {
    int in_bytes[kLeafSize], n_in_bytes = 0, n_rest = 0;
    for (int i = 0; i < n_active; ++i)
        if (can_use_bytes(block, leaf, active[i])) in_bytes[n_in_bytes++] = active[i];
        else rest[n_rest++] = active[i];
    int n_marked = 0;
    const auto mark = [&](int q, const Products& products) {
        std::uint32_t bits[kLeafVectors];
        if (block.radius[q] == kInfinity) find_first_radius(block, leaf, q, products);
        if (!mark_points(block, leaf, q, products, bits)) return;
        for (const std::uint32_t some : bits) n_marked += __builtin_popcount(some);
        use(q, bits);
    };
    const bool has_radius = n_in_bytes && block.radius[in_bytes[0]] < kInfinity;
    if (leaf.fine.words && (*block.needs_fine || !has_radius)) {
        for_each_product<true>(block, leaf, in_bytes, n_in_bytes, mark);
        return n_rest;
    }
    for_each_product<false>(block, leaf, in_bytes, n_in_bytes, mark);
    *block.needs_fine |= leaf.fine.words && n_marked > n_in_bytes * (kLeafSize / kMany);
    return n_rest;
}

// Calls hit(position, bounds) for the points of a leaf that have a bit.
template <class Hit>
static inline void compare_marked_rows(const Block& block, const Leaf& leaf, int q,
                                       const std::uint32_t* bits, Hit&& hit) {
    std::uint32_t positions[kLeafSize];
    int count = 0;
    for (int v = 0; v < kLeafVectors; ++v)
        for (std::uint32_t left = bits[v]; left; left &= left - 1) {
            const int point = v * kLanes + __builtin_ctz(left);
            if (point >= leaf.count) break;
            positions[count] = leaf.positions[point];
            count += positions[count] != block.excluded[q];
        }
    compare_rows(block, q, positions, count, hit);
}

// Returns the bits if they are in few vectors, which are then compared one by one; else null.
static inline const std::uint32_t* if_few(const std::uint32_t* bits) {
    constexpr int kFew = 3;
    int n_vectors = 0;
    for (int v = 0; v < kLeafVectors; ++v) n_vectors += bits[v] != 0;
    return n_vectors > kFew ? nullptr : bits;
}

static void search_leaf(const Block& block, const Leaf& leaf, const int* active, int n_active) {
    float* shift = block.region;  // the region is no longer needed
    find_shift(block, leaf, shift);
    int rest[kLeafSize];
    const auto search = [&](int q, const std::uint32_t* bits) {
        if (!block.table.n_columns) return search_group<1>(block, leaf, shift, &q, if_few(bits));
        compare_marked_rows(block, leaf, q, bits,
                            [&](std::uint32_t position, const DistanceBounds& bounds) {
            if (!block.has_overflow[q]) add_candidate(block, q, position, bounds);
        });
        end_search(block, q);
    };
    const int n_rest = for_each_marked(block, leaf, active, n_active, rest, search);
    for_each_group(rest, n_rest, [&]<int kQueries>(const int* queries) {
        search_group<kQueries>(block, leaf, shift, queries, nullptr);
    });
}

template <int kQueries>
static void gather_group(const Block& block, const Leaf& leaf, const float* shift,
                         const int* queries, const std::uint32_t* bits) {
    QueryGroup<kQueries> group;
    prepare_group(block, leaf, shift, queries, group);
    compare(block, leaf, group, bits, [&](int i, int point, float) {
        const int q = queries[i];
        const std::uint32_t position = leaf.positions[point];
        Candidate* list = block.candidates + static_cast<std::size_t>(q) * block.capacity;
        if (position != block.excluded[q]) list[block.n_candidates[q]++] = {0, position};
    });
}

static void gather_leaf(const Block& block, const Leaf& leaf, const int* active, int n_active) {
    float* shift = block.region;
    find_shift(block, leaf, shift);
    int rest[kLeafSize];
    const auto gather = [&](int q, const std::uint32_t* bits) {
        if (!block.table.n_columns) return gather_group<1>(block, leaf, shift, &q, if_few(bits));
        compare_marked_rows(block, leaf, q, bits,
                            [&](std::uint32_t position, const DistanceBounds&) {
            Candidate* list = block.candidates + static_cast<std::size_t>(q) * block.capacity;
            list[block.n_candidates[q]++] = {0, position};
        });
    };
    const int n_rest = for_each_marked(block, leaf, active, n_active, rest, gather);
    for_each_group(rest, n_rest, [&]<int kQueries>(const int* queries) {
        gather_group<kQueries>(block, leaf, shift, queries, nullptr);
    });
}

static int find_within(const Block& block, const Leaf& leaf, int query, double distance,
                       int* found) {
    find_shift(block, leaf, block.region);
    QueryGroup<1> group;
    prepare_group(block, leaf, block.region, &query, group);
    group.limit[0].squared = squared_limit(block, distance * block.scale, group.limit[0].error);
    int n_found = 0;
    compare(block, leaf, group, nullptr, [&](int, int point, float) { found[n_found++] = point; });
    return n_found;
}

#define COUNTERPOISE_TEXT_(name) #name
#define COUNTERPOISE_TEXT(name) COUNTERPOISE_TEXT_(name)

// Defined in exact_distances.cpp.
void squared_distances(const PointBlock64& block, const double* values, const std::int32_t* codes,
                       double* out);

extern const Kernels kernels;
const Kernels kernels{COUNTERPOISE_TEXT(COUNTERPOISE_SET),
                      center_column,
                      quantize_column,
                      find_active,
                      set_radius,
                      search_leaf,
                      gather_leaf,
                      find_within,
                      squared_gap,
                      squared_distances,
                      multiply_sparse,
                      find_sparse};

}  // namespace counterpoise::COUNTERPOISE_SET
