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

typedef float Vec __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));
typedef std::int32_t Bits __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));

constexpr int kPoints = 2 * kLanes;  // points of a tile
constexpr std::size_t kWords = kCellSize / 32;

static inline Vec load(const float* from) { return *reinterpret_cast<const Vec*>(from); }
static inline void store(float* to, Vec value) { *reinterpret_cast<Vec*>(to) = value; }
static inline Vec spread(float value) { return Vec{} + value; }

// A bit for each lane that is at most the limit.
static inline std::uint32_t at_most(Vec value, float limit) {
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask((__m512)value, _mm512_set1_ps(limit), _CMP_LE_OQ);
#elif defined(__AVX2__)
    return _mm256_movemask_ps(_mm256_cmp_ps((__m256)value, _mm256_set1_ps(limit), _CMP_LE_OQ));
#elif defined(__SSE2__)
    return _mm_movemask_ps(_mm_cmple_ps((__m128)value, _mm_set1_ps(limit)));
#else
    std::uint32_t bits = 0;
    for (int lane = 0; lane < kLanes; ++lane) bits |= std::uint32_t{value[lane] <= limit} << lane;
    return bits;
#endif
}

// Adds the squares of the steps whose bits are set.
static inline Vec add_seen(Vec sum, Vec step, std::uint32_t seen) {
#if defined(__AVX512F__)
    return (Vec)_mm512_mask3_fmadd_ps((__m512)step, (__m512)step, (__m512)sum, (__mmask16)seen);
#else
    Bits lane{};
    for (int i = 0; i < kLanes; ++i) lane[i] = 1 << i;
    const Bits there = (lane & (Bits{} + std::int32_t(seen))) != 0;
    step = (Vec)((Bits)step & there);
    return sum + step * step;
#endif
}

template <bool kMissing>
static inline void tile(const BlockView& block, const CellView& cell, const std::uint8_t* queries,
                        std::size_t at, Vec (&sum)[kTileQueries][2]) {
    for (auto& row : sum)
        for (int half = 0; half < 2; ++half)
            row[half] = kMissing ? load(cell.start + at + half * kLanes) : Vec{};
    for (std::size_t f = 0; f < block.width; ++f) {
        const float* points = cell.coordinates + f * kCellSize + at;
        const float* local = block.local + f * kCellSize;
        const Vec point[2] = {load(points), load(points + kLanes)};
        std::uint32_t seen = 0;
        if (kMissing) seen = cell.seen[f * kWords + at / 32] >> (at % 32);
        for (std::size_t q = 0; q < kTileQueries; ++q) {
            const Vec query = spread(local[queries[q]]);
            for (int half = 0; half < 2; ++half) {
                if (kMissing) {
                    const float weight = block.weight[f * kCellSize + queries[q]];
                    const Vec step = query - spread(weight) * point[half];
                    sum[q][half] = add_seen(sum[q][half], step, seen >> (half * kLanes));
                } else {
                    const Vec step = query - point[half];
                    sum[q][half] += step * step;
                }
            }
        }
    }
}

template <bool kMissing>
static void scan(const BlockView& block, const CellView& cell, const std::uint8_t* queries,
                 float* squared, std::uint32_t* hits) {
    for (std::size_t q = 0; q < kTileQueries * kWords; ++q) hits[q] = 0;
    for (std::size_t at = 0; at < kCellSize; at += kPoints) {
        Vec sum[kTileQueries][2];
        tile<kMissing>(block, cell, queries, at, sum);
        for (std::size_t q = 0; q < kTileQueries; ++q) {
            const float limit = block.threshold[queries[q]];
            const std::uint32_t found =
                at_most(sum[q][0], limit) | at_most(sum[q][1], limit) << kLanes;
            if (!found) continue;
            hits[q * kWords + at / 32] |= found << (at % 32);
            store(squared + q * kCellSize + at, sum[q][0]);
            store(squared + q * kCellSize + at + kLanes, sum[q][1]);
        }
    }
}

static void scan_any(const BlockView& block, const CellView& cell, const std::uint8_t* queries,
                     float* squared, std::uint32_t* hits) {
    if (cell.start) scan<true>(block, cell, queries, squared, hits);
    else scan<false>(block, cell, queries, squared, hits);
}

static inline float larger(float a, float b) { return a > b ? a : b; }
static inline float smaller(float a, float b) { return a < b ? a : b; }

// One column's part of every query's bound and of its distance from the centre.
template <bool kMissing>
static inline void bound_column(const BlockView& block, const CellView& cell, std::size_t f,
                                float* __restrict bound, float* __restrict norm) {
    const double centre = cell.centre[f], scale = block.scale;
    const float low = cell.low[f], high = cell.high[f];
    const float cap = kMissing ? cell.cap[f] : 0;
    const double* __restrict points = block.points + f * kCellSize;
    const float* __restrict weight = kMissing ? block.weight + f * kCellSize : nullptr;
    const float* __restrict missing = kMissing ? block.missing + f * kCellSize : nullptr;
    float* __restrict local = block.local + f * kCellSize;
    for (std::size_t q = 0; q < kCellSize; ++q) {
        const float off = static_cast<float>((points[q] - centre) * scale);
        const float value = kMissing ? off * weight[q] : off;
        const float gap = larger(larger(low - value, value - high), 0.0f);
        norm[q] += value * value;
        if (kMissing) {
            bound[q] += weight[q] * smaller(gap * gap, cap);
            local[q] = value + missing[q];
        } else {
            bound[q] += gap * gap;
            local[q] = value;
        }
    }
}

template <bool kMissing>
static void bounds(const BlockView& block, const CellView& cell) {
    float norm[kCellSize];
    for (std::size_t q = 0; q < kCellSize; ++q) {
        norm[q] = 0;
        block.bound[q] = kMissing ? block.penalty[q] : 0;
    }
    for (std::size_t f = 0; f < block.width; ++f)
        bound_column<kMissing>(block, cell, f, block.bound, norm);
    for (std::size_t q = 0; q < kCellSize; ++q) {
        // Each coordinate, of a query and of a point, was rounded to float32 once.
        const float distance = __builtin_sqrtf(norm[q]) * (1 + block.gamma);
        const float error = 6.1e-8f * (distance + cell.radius) + 1e-22f;
        const float reach = (block.reach[q] + error) * (1 + 2 * block.gamma);
        block.error[q] = error;
        block.threshold[q] = reach * reach * 1.000001f;
        block.bound[q] *= 1 - 2 * block.gamma;
    }
}

static void bounds_any(const BlockView& block, const CellView& cell) {
    if (cell.start) bounds<true>(block, cell);
    else bounds<false>(block, cell);
}

#define COUNTERPOISE_TEXT_(name) #name
#define COUNTERPOISE_TEXT(name) COUNTERPOISE_TEXT_(name)

extern const Kernels kernels;
const Kernels kernels{COUNTERPOISE_TEXT(COUNTERPOISE_SET), bounds_any, scan_any};

}  // namespace counterpoise::COUNTERPOISE_SET
