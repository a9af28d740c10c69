// Compiled once for each instruction set, COUNTERPOISE_SET naming it. Raw pointers only: an inline
// library function compiled here with AVX-512 could be linked into code for older machines.
#include "kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace counterpoise::COUNTERPOISE_SET {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif
constexpr int kSums = 8;  // of a tile: enough to hide how long a product takes
constexpr int kStep = 8;  // columns between two looks whether a sum is large enough

typedef float Vec __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));
typedef std::int32_t Bits __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));

constexpr double kUnit = 0x1p-24;  // of rounding to float32
constexpr double kTiny = 0x1p-54;  // above what squares lose that vanish in float32
constexpr float kInfinity = __builtin_inff();

static inline Vec load(const float* from) { return *reinterpret_cast<const Vec*>(from); }
static inline void store(float* to, Vec value) { *reinterpret_cast<Vec*>(to) = value; }
static inline Vec spread(float value) { return value - Vec{}; }
static inline Bits load(const std::int32_t* from) { return *reinterpret_cast<const Bits*>(from); }
static inline Bits spread(std::int32_t value) { return value - Bits{}; }
static inline Vec smaller(Vec a, Vec b) { return a < b ? a : b; }
static inline Vec larger(Vec a, Vec b) { return a > b ? a : b; }  // b where a is NaN
static inline float larger(float a, float b) { return a > b ? a : b; }
static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }
static inline Vec zero_missing(Vec value, Vec cell) { return (Vec)((Bits)value & (cell == cell)); }

static inline float cut_off(double x) {
    return static_cast<float>(x > kFar ? kFar : x < -kFar ? -kFar : x);
}

// A bit for each lane that is at most the limit; none for NaN.
static inline std::uint32_t at_most(Vec value, Vec limit) {
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask((__m512)value, (__m512)limit, _CMP_LE_OQ);
#elif defined(__AVX2__)
    return static_cast<std::uint32_t>(
        _mm256_movemask_ps(_mm256_cmp_ps((__m256)value, (__m256)limit, _CMP_LE_OQ)));
#elif defined(__SSE2__)
    return static_cast<std::uint32_t>(_mm_movemask_ps(_mm_cmple_ps((__m128)value, (__m128)limit)));
#else
    std::uint32_t bits = 0;
    for (int lane = 0; lane < kLanes; ++lane)
        bits |= std::uint32_t{value[lane] <= limit[lane]} << lane;
    return bits;
#endif
}

// ---- Regions: which queries need to look there ----

// A region relative to the block's centre, a number for each column.
struct Frame {
    float *low, *high, *centre, *cap;
    float* dent;  // the most a column adds to the squared distance from the centre
};

static inline Frame frame_of(const Block& block) {
    float* const from = block.frame;
    const int w = block.width;
    return {from, from + w, from + 2 * w, from + 3 * w, from + 4 * w};
}

// Writes the frame of a region, its box rounded outwards.
static void frame(const Block& block, const Region& region) {
    const auto [low, high, centre, cap, dent] = frame_of(block);
    const int w = block.width;
    for (int f = 0; f < w; ++f) {
        const float from = cut_off((region.low[f] - block.centre[f]) * block.scale);
        const float to = cut_off((region.high[f] - block.centre[f]) * block.scale);
        low[f] = from - __builtin_fabsf(from) * 0x1p-22f;
        high[f] = to + __builtin_fabsf(to) * 0x1p-22f;
        centre[f] = cut_off((region.centre[f] - block.centre[f]) * block.scale);
        if (!region.cap) continue;
        // A point whose cell is missing counts as lying at the centre. A query is no farther from
        // there than the penalty's root if its coordinate is first drawn to within that of the
        // centre, which brings it no farther from the other points if they all lie there too.
        const double half =
            larger(region.high[f] - region.centre[f], region.centre[f] - region.low[f]);
        cap[f] = static_cast<float>(region.cap[f] * block.scale * block.scale);
        dent[f] = half * half <= region.cap[f] || !(half >= 0) ? cap[f] : 0;
    }
}

struct Nearness {
    Vec box, ball;  // squared distances from the box and from the centre of the ball
};

// Adds some columns' part.
template <bool kMissing>
static inline void add_columns(const Block& block, const Region& region, int at, int begin, int end,
                               Nearness& sum) {
    const auto [low, high, centre, cap, dent] = frame_of(block);
    for (int f = begin; f < end; ++f) {
        const Vec query = load(block.columns + f * kCellSize + at);
        const Vec below = spread(low[f]) - query, above = query - spread(high[f]);
        const Vec gap = larger(above, larger(below, Vec{}));  // 0 where the query's cell is missing
        const Vec off = query - spread(centre[f]);
        Vec gap_squared = gap * gap, off_squared = off * off;
        if (kMissing) {
            if (region.cap) {
                gap_squared = smaller(gap_squared, spread(cap[f]));
                off_squared = smaller(off_squared, spread(dent[f]));
            }
            off_squared = zero_missing(off_squared, query);
        }
        sum.box += gap_squared;
        sum.ball += off_squared;
    }
}

// What the nominal columns add at least: a mismatch where no point of the region has the query's
// code, or one that shares its bit.
static inline Vec nominal_gap(const Block& block, const Region& region, int at) {
    Vec sum{};
    for (int g = 0; g < block.n_nominal; ++g) {
        const Bits shift = load(block.code_columns + g * kCellSize + at) & 31;
        const Bits occurs = (spread(static_cast<std::int32_t>(region.codes[g])) >> shift) & 1;
        sum += (Vec)((Bits)spread(block.mismatch[g]) & (occurs - 1));
    }
    return sum;
}

// A bit for each of some queries that may have a wanted point in the region.
template <bool kMissing>
static inline std::uint32_t near(const Block& block, const Region& region, float radius,
                                 float growth, int at) {
    const Vec room = (load(block.room + at) + radius) * growth;
    const Vec reach_squared = load(block.reach_squared + at), room_squared = room * room;
    Nearness sum{nominal_gap(block, region, at), Vec{}};
    if (kMissing) sum.box += load(block.start + at);
    const auto wanted = [&] {
        return at_most(sum.box, reach_squared) & at_most(sum.ball, room_squared);
    };
    std::uint32_t bits = wanted();
    for (int f = 0; bits && f < block.width; f += kStep) {
        const int end = f + kStep < block.width ? f + kStep : block.width;
        add_columns<kMissing>(block, region, at, f, end, sum);
        bits = wanted();
    }
    return bits;
}

template <bool kMissing>
static int find_active(const Block& block, const Region& region, int* active) {
    frame(block, region);
    const auto growth = static_cast<float>(1 + 2 * block.gamma);
    const float radius = static_cast<float>(region.radius * block.scale) * growth;
    int n_active = 0;
    for (int at = 0; at < block.count; at += kLanes) {
        std::uint32_t bits = near<kMissing>(block, region, radius, growth, at);
        for (; bits; bits &= bits - 1) active[n_active++] = at + __builtin_ctz(bits);
    }
    return n_active;
}

static int find_active_any(const Block& block, const Region& region, int* active) {
    return block.has_missing || region.cap ? find_active<true>(block, region, active)
                                           : find_active<false>(block, region, active);
}

// Sums in several lanes: their order does not matter for a bound.
struct Apart {
    double box[kLanes] = {}, across[kLanes] = {};
};

template <bool kCapped>
static inline void add_apart(const Region& a, const Region& b, int f, double& box, double& across) {
    const double apart = larger(larger(a.low[f] - b.high[f], b.low[f] - a.high[f]), 0.0);
    double squared = apart * apart;
    if (kCapped && a.cap) squared = smaller(squared, a.cap[f]);
    if (kCapped && b.cap) squared = smaller(squared, b.cap[f]);
    box += squared;
    const double off = a.centre[f] - b.centre[f];
    across += off * off;
}

template <bool kCapped>
static void add_all_apart(const Region& a, const Region& b, int width, double& box, double& across) {
    Apart sum;
    int f = 0;
    for (; f + kLanes <= width; f += kLanes)
        for (int lane = 0; lane < kLanes; ++lane)
            add_apart<kCapped>(a, b, f + lane, sum.box[lane], sum.across[lane]);
    for (; f < width; ++f) add_apart<kCapped>(a, b, f, sum.box[0], sum.across[0]);
    for (int lane = 0; lane < kLanes; ++lane) {
        box += sum.box[lane];
        across += sum.across[lane];
    }
}

static double gap(const Region& a, const Region& b, const Shape& shape) {
    double nominal = 0, box = 0, across = 0;
    for (int g = 0; g < shape.n_nominal; ++g)
        if (!(a.codes[g] & b.codes[g])) nominal += shape.mismatch[g];
    if (a.cap || b.cap) add_all_apart<true>(a, b, shape.width, box, across);
    else add_all_apart<false>(a, b, shape.width, box, across);
    if (a.cap || b.cap) return (box + nominal) * (1 - 1e-9);
    const double ball = larger(__builtin_sqrt(across) * (1 - 1e-9) - a.radius - b.radius, 0.0);
    return (larger(box, ball * ball) + nominal) * (1 - 1e-9);
}

// ---- Cells: their points laid out ----

static Column fill(const double* values, int count, double scale, float* local, double* squares) {
    double low[kLanes], high[kLanes], sum[kLanes] = {};
    std::int64_t there[kLanes] = {};
    for (int lane = 0; lane < kLanes; ++lane) {
        low[lane] = kInfinity;
        high[lane] = -kInfinity;
    }
    for (int at = 0; at < kCellSize; at += kLanes)
        for (int lane = 0; lane < kLanes; ++lane) {
            const double x = values[at + lane];
            low[lane] = x < low[lane] ? x : low[lane];
            high[lane] = x > high[lane] ? x : high[lane];
            sum[lane] += x == x ? x / kCellSize : 0;
            there[lane] += x == x;
        }
    Column column{kInfinity, -kInfinity, 0, true, false};
    double total = 0;
    std::int64_t n = 0;
    for (int lane = 0; lane < kLanes; ++lane) {
        column.low = smaller(low[lane], column.low);
        column.high = larger(high[lane], column.high);
        total += sum[lane];
        n += there[lane];
    }
    column.is_full = n == count;
    column.centre = n > 0 ? total * (kCellSize / static_cast<double>(n)) : 0;
    constexpr double kMost = kFar;
    for (int p = 0; p < kCellSize; ++p) {
        const double off = values[p] - column.centre, narrow = off * scale;
        local[p] = static_cast<float>(narrow > kMost ? kMost : narrow < -kMost ? -kMost : narrow);
        squares[p] += off == off ? off * off : 0;
    }
    const double above = (column.high - column.centre) * scale;
    const double below = (column.centre - column.low) * scale;
    column.is_cut_off = above > kMost || below > kMost;
    return column;
}

// ---- Lists: what a query has found ----

// A float32 distance s means a true one from s * (1 - gamma) - error to s * (1 + gamma) + error.
static void set_reach(const Block& block, int q, float reach) {
    const double grown = (reach + 2.1 * kUnit * block.norm[q] + kTiny) * (1 + 2 * block.gamma);
    const double squared = grown * grown;
    block.reach[q] = reach;
    block.reach_squared[q] = static_cast<float>(squared);
    block.room[q] = static_cast<float>(__builtin_sqrt(larger(squared - block.start[q], 0.0)));
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

// Keeps an upper end if it is among the k smallest, the largest of which is the query's reach.
static inline void keep_upper(const Block& block, int q, float upper) {
    float* heap = block.uppers + static_cast<std::size_t>(q) * block.k;
    int& size = block.n_uppers[q];
    if (size < block.k) sift_up(heap, size++, upper);
    else if (upper < heap[0]) replace_top(heap, size, upper);
    if (size == block.k && heap[0] < block.reach[q]) block.reach[q] = heap[0];
}

// Drops what has come to lie out of reach; false if that leaves hardly any room.
static bool tidy(const Block& block, int q) {
    Candidate* list = block.candidates + static_cast<std::size_t>(q) * block.capacity;
    int kept = 0;
    for (int i = 0; i < block.n_candidates[q]; ++i)
        if (list[i].lower <= block.reach[q]) list[kept++] = list[i];
    block.n_candidates[q] = kept;
    return kept <= block.capacity - block.capacity / 4;
}

struct Limit {
    double error;   // absolute error of a distance from the query, in the cell at hand
    float squared;  // no larger squared float32 distance is wanted
};

static inline float limit_of(const Block& block, double reach, double error) {
    const double grown = (reach + error) * (1 + 2 * block.gamma);
    return grown * grown < 1e38 ? static_cast<float>(grown * grown) : kInfinity;
}

// Takes note of a point, and narrows the limit. Returns whether the query wants more.
static inline bool take(const Block& block, int q, std::uint32_t position, float squared,
                        Limit& limit) {
    const double distance = __builtin_sqrt(static_cast<double>(squared < 1e38f ? squared : 1e38f));
    const double lower = distance * (1 - block.gamma) - limit.error;
    const double upper = squared < 1e38f ? distance * (1 + block.gamma) + limit.error : kInfinity;
    if (block.n_candidates[q] == block.capacity && !tidy(block, q)) {
        block.is_undecided[q] = true;
        return false;
    }
    Candidate* list = block.candidates + static_cast<std::size_t>(q) * block.capacity;
    list[block.n_candidates[q]++] = {static_cast<float>(lower * (1 - 0x1p-22)), position};
    keep_upper(block, q, static_cast<float>(upper * (1 + 0x1p-22)));
    limit.squared = limit_of(block, block.reach[q], limit.error);
    return true;
}

// ---- Tiles: some queries against all points of a cell ----

template <int kQueries>
struct Group {
    const float* local[kQueries];
    const std::int32_t* codes[kQueries];
    Limit limit[kQueries];
    bool has_missing;
    int n_with_all, n_with_some;  // columns by whether all the queries have a value there
};

// Writes a query relative to the centre of a cell; returns how far it is from there.
static inline double localise(const Block& block, const float* shift, int q, float* local) {
    const float* row = block.rows + static_cast<std::size_t>(q) * block.row_stride;
    Vec norm{};
    for (int f = 0; f < block.row_stride; f += kLanes) {
        const Vec off = load(row + f) - load(shift + f);
        store(local + f, off);
        const Vec there = zero_missing(off, off);
        norm += there * there;
    }
    float sum = 0;
    for (int lane = 0; lane < kLanes; ++lane) sum += norm[lane];
    return __builtin_sqrt(static_cast<double>(sum));
}

// The error of a distance in a cell. Rounded to float32 were the query and the cell's centre
// relative to the block's centre, their difference, and the point, which lies no farther from
// the cell's centre than the query does and the two are apart (that part is in gamma).
static inline double error_of(const Block& block, const Cell& cell, int q, double distance) {
    const double norms = block.norm[q] + distance;
    if (cell.is_cut_off || !(norms < kFar / 4)) return kInfinity;
    return kUnit * 3.1 * norms + kTiny;
}

template <int kQueries>
static inline void prepare(const Block& block, const Cell& cell, const float* shift,
                           const int* queries, Group<kQueries>& group) {
    for (int i = 0; i < kQueries; ++i) {
        float* local = block.local + i * block.row_stride;
        const double distance = localise(block, shift, queries[i], local);
        const double error = error_of(block, cell, queries[i], distance);
        group.local[i] = local;
        group.codes[i] = block.code_rows + static_cast<std::size_t>(queries[i]) * block.n_nominal;
        group.limit[i] = {error, limit_of(block, block.reach[queries[i]], error)};
    }
    group.has_missing = block.has_missing || cell.start;
    group.n_with_all = group.n_with_some = 0;
    for (int f = 0; group.has_missing && f < block.width; ++f) {
        bool all = true;
        for (int i = 0; i < kQueries; ++i) all &= group.local[i][f] == group.local[i][f];
        if (all) block.columns_with_all[group.n_with_all++] = f;
        else block.columns_with_some[group.n_with_some++] = f;
    }
}

// Vectors of points that some queries are compared with at once.
template <int kQueries>
constexpr int kVectors = kSums / kQueries;

template <int kQueries>
using Sums = Vec[kQueries][kVectors<kQueries>];

// Adds a mismatch where codes differ.
static inline void add_mismatch(Vec& sum, Bits code, std::int32_t query, float mismatch) {
#if defined(__AVX512F__)
    const __mmask16 differs = _mm512_cmpneq_epi32_mask((__m512i)code, _mm512_set1_epi32(query));
    const __m512 price = _mm512_set1_ps(mismatch);
    sum = (Vec)_mm512_mask_add_ps((__m512)sum, differs, (__m512)sum, price);
#else
    sum += (Vec)((Bits)spread(mismatch) & (code != query));
#endif
}

// Sums begin with the penalties of a point's missing cells, and with what nominal columns add.
template <int kQueries>
static inline void begin_sums(const Block& block, const Cell& cell, const Group<kQueries>& group,
                              int at, Sums<kQueries>& sum) {
#pragma GCC unroll 8
    for (int i = 0; i < kQueries; ++i)
#pragma GCC unroll 8
        for (int v = 0; v < kVectors<kQueries>; ++v)
            sum[i][v] = cell.start ? load(cell.start + at + v * kLanes) : Vec{};
    for (int g = 0; g < block.n_nominal; ++g)
#pragma GCC unroll 8
        for (int v = 0; v < kVectors<kQueries>; ++v) {
            const Bits code = load(cell.codes + g * kCellSize + at + v * kLanes);
#pragma GCC unroll 8
            for (int i = 0; i < kQueries; ++i)
                add_mismatch(sum[i][v], code, group.codes[i][g], block.mismatch[g]);
        }
}

template <int kQueries>
static inline void hand_over(const Sums<kQueries>& sum, Sums<kQueries>& out) {
#pragma GCC unroll 8
    for (int i = 0; i < kQueries; ++i)
#pragma GCC unroll 8
        for (int v = 0; v < kVectors<kQueries>; ++v) out[i][v] = sum[i][v];
}

// Whether some sum is still within the limit of its query.
template <int kQueries>
static inline bool any_within(const Group<kQueries>& group, const Sums<kQueries>& sum) {
    std::uint32_t bits = 0;
#pragma GCC unroll 8
    for (int i = 0; i < kQueries; ++i) {
        Vec least = spread(kInfinity);
#pragma GCC unroll 8
        for (int v = 0; v < kVectors<kQueries>; ++v)
            least = smaller(sum[i][v], least);  // an empty place is NaN
        bits |= at_most(least, spread(group.limit[i].squared));
    }
    return bits != 0;
}

// A function of its own, so that the compiler keeps every sum in a register. Returns false as soon
// as all sums are beyond their limits: they only grow.
template <int kQueries>
[[gnu::noinline]] static bool tile(const Block& block, const Cell& cell,
                                   const Group<kQueries>& group, int at, Sums<kQueries>& out) {
    const float* points = cell.coordinates + at;
    const float* local[kQueries];
    for (int i = 0; i < kQueries; ++i) local[i] = group.local[i];
    Sums<kQueries> sum;
    begin_sums(block, cell, group, at, sum);
    for (int begin = 0; begin < block.width; begin += kStep) {
        if (begin && !any_within(group, sum)) return false;
        const int end = begin + kStep < block.width ? begin + kStep : block.width;
        for (int f = begin; f < end; ++f, points += kCellSize) {
            Vec point[kVectors<kQueries>];
            for (int v = 0; v < kVectors<kQueries>; ++v) point[v] = load(points + v * kLanes);
            for (int i = 0; i < kQueries; ++i) {
                const Vec query = spread(local[i][f]);
                for (int v = 0; v < kVectors<kQueries>; ++v) {
                    const Vec step = query - point[v];
                    sum[i][v] += step * step;
                }
            }
        }
    }
    hand_over(sum, out);
    return true;
}

// Adds the squares of the steps to points whose cell is there.
static inline void add_square(Vec& sum, Vec step, Vec point) {
#if defined(__AVX512F__)
    const __mmask16 there = _mm512_cmp_ps_mask((__m512)point, (__m512)point, _CMP_ORD_Q);
    sum = (Vec)_mm512_mask3_fmadd_ps((__m512)step, (__m512)step, (__m512)sum, there);
#else
    step = zero_missing(step, point);
    sum += step * step;
#endif
}

// As `tile`, where cells are missing. A point brings the penalties of its own missing cells along;
// a query's missing cell lies a penalty's root from any value.
template <int kQueries>
[[gnu::noinline]] static void tile_missing(const Block& block, const Cell& cell,
                                           const Group<kQueries>& group, int at,
                                           Sums<kQueries>& out) {
    Sums<kQueries> sum;
    begin_sums(block, cell, group, at, sum);
    Vec point[kVectors<kQueries>];
    const auto load_points = [&](int f) {
        for (int v = 0; v < kVectors<kQueries>; ++v)
            point[v] = load(cell.coordinates + f * kCellSize + at + v * kLanes);
    };
    for (int j = 0; j < group.n_with_all; ++j) {
        const int f = block.columns_with_all[j];
        load_points(f);
        for (int i = 0; i < kQueries; ++i)
            for (int v = 0; v < kVectors<kQueries>; ++v)
                add_square(sum[i][v], spread(group.local[i][f]) - point[v], point[v]);
    }
    for (int j = 0; j < group.n_with_some; ++j) {
        const int f = block.columns_with_some[j];
        load_points(f);
        for (int i = 0; i < kQueries; ++i) {
            const float value = group.local[i][f];
            const bool is_missing = value != value;
            const Vec query = spread(is_missing ? block.penalty_root[f] : value);
            const Vec weight = spread(is_missing ? 0.0f : 1.0f);
            for (int v = 0; v < kVectors<kQueries>; ++v)
                add_square(sum[i][v], query - weight * point[v], point[v]);
        }
    }
    hand_over(sum, out);
}

// Calls hit(i, point, squared distance) for those of a vector of points that are within the limit.
template <class Hit>
static inline void report(Vec sum, int at, int count, int i, const Limit& limit, Hit& hit) {
    std::uint32_t bits = at_most(sum, spread(limit.squared));
    if (count - at < kLanes) bits &= count > at ? (1u << (count - at)) - 1 : 0;
    if (!bits) return;
    float squared[kLanes];
    store(squared, sum);
    for (; bits; bits &= bits - 1) {
        const int lane = __builtin_ctz(bits);
        hit(i, at + lane, squared[lane]);
    }
}

// ---- Bytes: what is surely out of reach ----

#if defined(__AVX512VNNI__)
static void narrow(const double* values, double centre, double steps, int column,
                   const Narrow& narrow) {
    std::int32_t* const words = narrow.words + column / 4 * kCellSize;
    const int shift = 8 * (column % 4), before = shift ? -1 : 0;
    for (int p = 0; p < kCellSize; ++p) {
        const double off = values[p] == values[p] ? (values[p] - centre) * steps : 0;
        const double byte = __builtin_rint(off > 127 ? 127 : off < -127 ? -127 : off);
        const auto whole = static_cast<std::int32_t>(byte);
        words[p] = (words[p] & before) | (whole & 255) << shift;
        narrow.squares[p] += byte * byte;
        narrow.errors[p] += (off - byte) * (off - byte);
        narrow.sums[p] += whole;
    }
}

constexpr int kCellVectors = kCellSize / kLanes;

// Writes a bit for each point that may be within reach; returns how many vectors have any. The
// distance from where the bytes put a query to where they put a point is right but for the errors
// of both.
static inline int find_near(const Block& block, const Cell& cell, int q, std::uint32_t* bits) {
    const Bytes& bytes = cell.bytes;
    const float room = block.reach[q] * (1 + 0x1p-20f) + block.byte_errors[q];
    const float square = block.byte_squares[q];
    const Vec most = spread(room * room - square + 0x1p-18f * (room * room + square));
    __m512i dots[kCellVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kCellVectors; ++v) dots[v] = _mm512_load_si512(bytes.offsets + v * kLanes);
    const std::int32_t *points = bytes.words, *query = block.words + q;
    for (int f = 0; f < block.width; f += 4, points += kCellSize, query += kCellSize) {
        const __m512i word = _mm512_set1_epi32(*query);
#pragma GCC unroll 8
        for (int v = 0; v < kCellVectors; ++v)
            dots[v] = _mm512_dpbusd_epi32(dots[v], word, _mm512_load_si512(points + v * kLanes));
    }
    const Vec twice = spread(2 * block.byte_step * block.byte_step), error = spread(2 * room);
    int n_vectors = 0;
#pragma GCC unroll 8
    for (int v = 0; v < kCellVectors; ++v) {
        const Vec own = load(bytes.squares + v * kLanes) - error * load(bytes.errors + v * kLanes);
        bits[v] = at_most(own - __builtin_convertvector((Bits)dots[v], Vec) * twice, most);
        n_vectors += bits[v] != 0;
    }
    return n_vectors;
}

// Whether bytes tell anything at the distances that matter.
static inline bool can_tell(const Block& block, const Cell& cell, int q) {
    return block.byte_step > 0 && !block.has_missing && cell.bytes.words &&
           block.reach[q] < 1e18f && 2.5f * block.byte_errors[q] < block.reach[q];
}
#else
constexpr void (*narrow)(const double*, double, double, int, const Narrow&) = nullptr;
#endif

// The squared distances between a query and one vector of points.
static inline Vec lone(const Block& block, const Cell& cell, const Group<1>& group, int at) {
    Vec sum[2]{};
    const float* points = cell.coordinates + at;
    for (int f = 0; f < block.width; ++f, points += kCellSize) {
        const Vec step = spread(group.local[0][f]) - load(points);
        sum[f % 2] += step * step;
    }
    for (int g = 0; g < block.n_nominal; ++g)
        add_mismatch(sum[0], load(cell.codes + g * kCellSize + at), group.codes[0][g],
                     block.mismatch[g]);
    return sum[0] + sum[1];
}

// Calls hit(i, point, squared distance) for what is within the limit of the group's i-th query; of a
// single one, for nothing but the vectors of points that have a bit.
template <int kQueries, class Hit>
static inline void compare(const Block& block, const Cell& cell, Group<kQueries>& group,
                           const std::uint32_t* bits, Hit&& hit) {
    constexpr int kTile = kVectors<kQueries> * kLanes;
    if constexpr (kQueries == 1)
        if (bits) {
            for (int v = 0; v < kCellSize / kLanes; ++v)
                if (bits[v])
                    report(lone(block, cell, group, v * kLanes), v * kLanes, cell.count, 0,
                           group.limit[0], hit);
            return;
        }
    for (int at = 0; at < cell.count; at += kTile) {
        Sums<kQueries> sum;
        if (group.has_missing) tile_missing(block, cell, group, at, sum);
        else if (!tile(block, cell, group, at, sum)) continue;
        for (int i = 0; i < kQueries; ++i)
            for (int v = 0; v < kVectors<kQueries>; ++v)
                report(sum[i][v], at + v * kLanes, cell.count, i, group.limit[i], hit);
    }
}

static void find_shift(const Block& block, const Cell& cell, float* shift) {
    for (int f = 0; f < block.row_stride; ++f)
        shift[f] = f < block.width ? cut_off((cell.centre[f] - block.centre[f]) * block.scale) : 0;
}

template <int kQueries>
static void search_some(const Block& block, const Cell& cell, const float* shift,
                        const int* queries, const std::uint32_t* bits) {
    Group<kQueries> group;
    prepare(block, cell, shift, queries, group);
    compare(block, cell, group, bits, [&](int i, int point, float squared) {
        const int q = queries[i];
        const std::uint32_t position = cell.positions[point];
        if (!(squared <= group.limit[i].squared) || position == block.itself[q]) return;
        if (!take(block, q, position, squared, group.limit[i])) group.limit[i].squared = -1;
    });
    for (int i = 0; i < kQueries; ++i) {
        set_reach(block, queries[i], block.reach[queries[i]]);
        if (block.is_undecided[queries[i]]) block.reach_squared[queries[i]] = -1;
    }
}

// Calls use.template operator()<n>(queries, bits) for runs of four active queries, two and one; and
// for those alone that have few points within reach, with a bit for each.
template <class Use>
static inline void in_groups(const Block& block, const Cell& cell, const int* active, int n_active,
                             Use&& use) {
    int i = 0;
#if defined(__AVX512VNNI__)
    constexpr int kFew = 3;  // vectors of points that are better looked at by themselves
    for (; i < n_active && can_tell(block, cell, active[i]); ++i) {
        std::uint32_t bits[kCellVectors];
        const int n_vectors = find_near(block, cell, active[i], bits);
        if (n_vectors) use.template operator()<1>(active + i, n_vectors > kFew ? nullptr : bits);
    }
#else
    (void)block, (void)cell;
#endif
    for (; i + 4 <= n_active; i += 4) use.template operator()<4>(active + i, nullptr);
    if (i + 2 <= n_active) {
        use.template operator()<2>(active + i, nullptr);
        i += 2;
    }
    if (i < n_active) use.template operator()<1>(active + i, nullptr);
}

static void search(const Block& block, const Cell& cell, const int* active, int n_active) {
    float* shift = block.frame;  // the frame is no longer needed
    find_shift(block, cell, shift);
    in_groups(block, cell, active, n_active,
              [&]<int kQueries>(const int* queries, const std::uint32_t* bits) {
                  search_some<kQueries>(block, cell, shift, queries, bits);
              });
}

static void gather(const Block& block, const Cell& cell, const int* active, int n_active) {
    float* shift = block.frame;
    find_shift(block, cell, shift);
    in_groups(block, cell, active, n_active,
              [&]<int kQueries>(const int* queries, const std::uint32_t* bits) {
        Group<kQueries> group;
        prepare(block, cell, shift, queries, group);
        compare(block, cell, group, bits, [&](int i, int point, float) {
            const int q = queries[i];
            const std::uint32_t position = cell.positions[point];
            Candidate* list = block.candidates + static_cast<std::size_t>(q) * block.capacity;
            if (position != block.itself[q]) list[block.n_candidates[q]++] = {0, position};
        });
    });
}

static int within(const Block& block, const Cell& cell, int query, double distance, int* found) {
    find_shift(block, cell, block.frame);
    Group<1> group;
    prepare(block, cell, block.frame, &query, group);
    group.limit[0].squared = limit_of(block, distance * block.scale, group.limit[0].error);
    int n_found = 0;
    compare(block, cell, group, nullptr, [&](int, int point, float) { found[n_found++] = point; });
    return n_found;
}

#define COUNTERPOISE_TEXT_(name) #name
#define COUNTERPOISE_TEXT(name) COUNTERPOISE_TEXT_(name)

void squared(const Block64& block, const double* values, const std::int32_t* codes, double* out);

extern const Kernels kernels;
const Kernels kernels{COUNTERPOISE_TEXT(COUNTERPOISE_SET), fill, narrow, find_active_any, set_reach, search, gather,
                      within, gap, squared};

}  // namespace counterpoise::COUNTERPOISE_SET
