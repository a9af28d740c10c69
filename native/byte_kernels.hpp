// Points and queries quantized to bytes: products of bytes exclude most points.
//
// By the triangle inequality, the distance between a quantized query and a quantized point differs
// from the true one by at most the two quantization errors.
#pragma once

#include "simd.hpp"

namespace counterpoise::COUNTERPOISE_SET {

#if defined(__AVX512VNNI__)

static void quantize_column(const double* values, double center, double steps, int column,
                            const QuantizedColumns& output) {
    std::int32_t* const words = output.words + column / 4 * kLeafSize;
    const int shift = 8 * (column % 4), kept = shift ? -1 : 0;
    for (int p = 0; p < kLeafSize; ++p) {
        const double offset = values[p] == values[p] ? (values[p] - center) * steps : 0;
        const double byte = __builtin_rint(offset > 127 ? 127 : offset < -127 ? -127 : offset);
        const auto whole = static_cast<std::int32_t>(byte);
        words[p] = (words[p] & kept) | (whole & 255) << shift;
        output.squares[p] += byte * byte;
        output.errors[p] += (offset - byte) * (offset - byte);
        output.sums[p] += whole;
    }
}

// Returns whether the quantization error is small enough to exclude points at the search radius. In
// wide tables, bytes find a first radius, too.
static inline bool can_use_bytes(const Block& block, const Leaf& leaf, int q) {
    if (!(block.quantization_step > 0) || block.has_missing || !leaf.quantized.words) return false;
    if (block.radius[q] == kInfinity) return block.table.n_columns && block.k;
    return block.radius[q] < 1e18f && 2.5f * block.quantized_errors[q] < block.radius[q];
}

// Writes a bit for each point that may be within the search radius; returns whether there are any.
static inline bool mark_points(const Block& block, const Leaf& leaf, int q,
                               const std::int32_t* products, std::uint32_t* bits) {
    const QuantizedLeaf& quantized = leaf.quantized;
    if (block.radius[q] == kInfinity) {  // the leaf has too few points for a first radius
        for (int v = 0; v < kLeafSize / kLanes; ++v) bits[v] = (1u << kLanes) - 1;
        return true;
    }
    const float radius = block.radius[q] * (1 + 0x1p-20f) + block.quantized_errors[q];
    const float square = block.quantized_squares[q];
    const Vec limit = broadcast(radius * radius - square + 0x1p-18f * (radius * radius + square));
    const Vec twice = broadcast(2 * block.quantization_step * block.quantization_step);
    const Vec error = broadcast(2 * radius);
    std::uint32_t any = 0;
#pragma GCC unroll 8
    for (int v = 0; v < kLeafSize / kLanes; ++v) {
        const Vec own =
            load(quantized.squares + v * kLanes) - error * load(quantized.errors + v * kLanes);
        const Vec product = __builtin_convertvector(load(products + v * kLanes), Vec);
        bits[v] = at_most(own - product * twice, limit);
        any |= bits[v];
    }
    return any;
}

// Writes upper bounds of the distances between a query and the points of a leaf. The squares of the
// points lack their squared errors and a rounding error.
static inline void bound_from_above(const Block& block, const Leaf& leaf, int q,
                                    const std::int32_t* products, float* upper) {
    const float square = block.quantized_squares[q], error = block.quantized_errors[q];
    const float twice = 2 * block.quantization_step * block.quantization_step;
    for (int p = 0; p < kLeafSize; ++p) {
        const float own_error = leaf.quantized.errors[p];
        const float own = leaf.quantized.squares[p] + own_error * own_error;
        const float product = twice * static_cast<float>(products[p]);
        const float squared = own + square - product + 0x1p-16f * (own + square);
        const float distance = __builtin_sqrtf(squared > 0 ? squared : 0);
        upper[p] = (distance + error + own_error) * (1 + 0x1p-18f);
    }
}

// Writes the products of a few queries with the points of a leaf.
template <int kQueries>
static inline void multiply(const Block& block, const Leaf& leaf, const int* queries,
                            std::int32_t* products) {
    constexpr int kVectors = kLeafSize / kLanes;
    __m512i sum[kQueries][kVectors];
    for (int i = 0; i < kQueries; ++i)
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v)
            sum[i][v] = _mm512_load_si512(leaf.quantized.offsets + v * kLanes);
    const std::int32_t* points = leaf.quantized.words;
    for (int word = 0; word < block.n_numeric; word += 4, points += kLeafSize) {
        __m512i query[kQueries];
        for (int i = 0; i < kQueries; ++i)
            query[i] = _mm512_set1_epi32(block.words[queries[i] * block.n_words + word / 4]);
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) {
            const __m512i point = _mm512_load_si512(points + v * kLanes);
            for (int i = 0; i < kQueries; ++i)
                sum[i][v] = _mm512_dpbusd_epi32(sum[i][v], query[i], point);
        }
    }
    for (int i = 0; i < kQueries; ++i)
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v)
            _mm512_store_si512(products + i * kLeafSize + v * kLanes, sum[i][v]);
}

#if defined(__AMX_INT8__)
constexpr int kTile = 16;  // rows of a tile, and 32-bit words of each
constexpr int kTileQueries = 2 * kTile;

// Tiles of 16 x 16 words for the processor's matrix unit.
struct alignas(64) TileShapes {
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    std::uint8_t rows[16] = {kTile, kTile, kTile, kTile, kTile, kTile, kTile, kTile};
};

// Writes the products of kTileQueries consecutive queries with the points of a leaf.
static void multiply_tiles(const Block& block, const Leaf& leaf, int first,
                           std::int32_t* products) {
    const std::int32_t* const offsets = leaf.quantized.offsets;
    const std::int32_t* const queries = block.words + first * block.n_words;
    const int query_bytes = block.n_words * 4, point_bytes = kLeafSize * 4;
    for (int p = 0; p < kLeafSize; p += 2 * kTile) {
        _tile_loadd(0, offsets + p, 0);  // the same row in all rows of the tile
        _tile_loadd(1, offsets + p + kTile, 0);
        _tile_loadd(2, offsets + p, 0);
        _tile_loadd(3, offsets + p + kTile, 0);
        for (int word = 0; word < block.n_words; word += kTile) {
            const std::int32_t* const points = leaf.quantized.words + word * kLeafSize + p;
            _tile_loadd(4, queries + word, query_bytes);
            _tile_loadd(5, queries + word + kTile * block.n_words, query_bytes);
            _tile_loadd(6, points, point_bytes);
            _tile_loadd(7, points + kTile, point_bytes);
            _tile_dpbusd(0, 4, 6);
            _tile_dpbusd(1, 4, 7);
            _tile_dpbusd(2, 5, 6);
            _tile_dpbusd(3, 5, 7);
        }
        std::int32_t* const out = products + p;
        _tile_stored(0, out, point_bytes);
        _tile_stored(1, out + kTile, point_bytes);
        _tile_stored(2, out + kTile * kLeafSize, point_bytes);
        _tile_stored(3, out + kTile * kLeafSize + kTile, point_bytes);
    }
}

// Calls use(query, products) for queries in ascending order.
template <class Use>
static inline void for_each_tile_product(const Block& block, const Leaf& leaf, const int* queries,
                                         int count, Use&& use) {
    alignas(64) std::int32_t products[kTileQueries * kLeafSize];
    const TileShapes shapes;
    _tile_loadconfig(&shapes);
    for (int i = 0; i < count;) {
        const int first = queries[i] / kTileQueries * kTileQueries;
        multiply_tiles(block, leaf, first, products);
        for (; i < count && queries[i] < first + kTileQueries; ++i)
            use(queries[i], products + (queries[i] - first) * kLeafSize);
    }
    _tile_release();
}
#endif

// Calls use(query, products with the points of the leaf) for each query, in ascending order.
template <class Use>
static inline void for_each_product(const Block& block, const Leaf& leaf, const int* queries,
                                    int count, Use&& use) {
#if defined(__AMX_INT8__)
    constexpr int kFew = 4;  // for fewer queries, a tile is mostly empty
    if (block.n_words >= kTile && count >= kFew)
        return for_each_tile_product(block, leaf, queries, count, use);
#endif
    alignas(64) std::int32_t products[2 * kLeafSize];
    int i = 0;
    for (; i + 2 <= count; i += 2) {
        multiply<2>(block, leaf, queries + i, products);
        use(queries[i], products);
        use(queries[i + 1], products + kLeafSize);
    }
    if (i == count) return;
    multiply<1>(block, leaf, queries + i, products);
    use(queries[i], products);
}

#else  // without instructions for products of bytes, float32 is as fast
constexpr void (*quantize_column)(const double*, double, double, int,
                                  const QuantizedColumns&) = nullptr;

static inline bool can_use_bytes(const Block&, const Leaf&, int) { return false; }

static inline bool mark_points(const Block&, const Leaf&, int, const std::int32_t*,
                               std::uint32_t*) {
    return false;
}

static inline void bound_from_above(const Block&, const Leaf&, int, const std::int32_t*, float*) {}

template <class Use>
static inline void for_each_product(const Block&, const Leaf&, const int*, int, Use&&) {}
#endif

}  // namespace counterpoise::COUNTERPOISE_SET
