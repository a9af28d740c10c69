// Points and queries quantized to bytes: products of bytes exclude most points.
//
// By the triangle inequality, the distance between a quantized query and a quantized point differs
// from the true one by at most the two quantization errors. Wide tables have a second byte for each
// value: the products of first with second bytes then refine those of the first bytes, and the
// product of the second bytes, which is left out, is at most the product of their lengths.
#pragma once

#include "simd.hpp"

namespace counterpoise::COUNTERPOISE_SET {

#if defined(__AVX512VNNI__)

// Writes a byte for each value, in parts of a step, and subtracts it.
static inline void write_bytes(double* values, double parts, int column,
                               const QuantizedColumns& output, double* subtracted) {
    std::int32_t* const words = output.words + column / 4 * kRow;
    const int shift = 8 * (column % 4);
    const double step = 1 / parts;
    for (int p = 0; p < kLeafSize; ++p) {
        const double scaled = values[p] * parts;
        const double byte = __builtin_rint(scaled > 127 ? 127 : scaled < -127 ? -127 : scaled);
        const auto whole = static_cast<std::int32_t>(byte);
        words[p / kRow * output.n_words * kRow + p % kRow] |= (whole & 255) << shift;
        subtracted[p] = byte * step;
        values[p] -= subtracted[p];
        output.errors[p] += values[p] * values[p];
        output.sums[p] += whole;
    }
}

static void quantize_column(const double* values, double center, double steps, int column,
                            const QuantizedColumns& output, const QuantizedColumns& fine) {
    double rests[kLeafSize];
    for (int p = 0; p < kLeafSize; ++p)
        rests[p] = values[p] == values[p] ? (values[p] - center) * steps : 0;
    double first[kLeafSize], second[kLeafSize];
    write_bytes(rests, 1, column, output, first);
    for (int p = 0; p < kLeafSize; ++p) output.squares[p] += first[p] * first[p];
    if (!fine.words) return;
    write_bytes(rests, kFineSteps, column, fine, second);
    for (int p = 0; p < kLeafSize; ++p) {
        const double both = first[p] + second[p];
        fine.squares[p] += both * both;
    }
}

// Returns whether the quantization error is small enough to exclude points at the search radius. In
// wide tables, bytes find a first radius, too.
static inline bool can_use_bytes(const Block& block, const Leaf& leaf, int q) {
    if (!(block.quantization_step > 0) || block.has_missing || !leaf.quantized.words) return false;
    if (block.radius[q] == kInfinity) return block.table.n_columns && block.k;
    const float error = leaf.fine.words ? block.fine.errors[q] : block.quantized.errors[q];
    return block.radius[q] < 1e18f && 2.5f * error < block.radius[q];
}

// Products of a query with the points of a leaf, in steps; `mixed`: of first with second bytes, or
// null.
struct Products {
    const std::int32_t *first, *mixed;
};

static inline Vec load_products(const Products& products, int p) {
    const Vec first = __builtin_convertvector(load(products.first + p), Vec);
    if (!products.mixed) return first;
    const Vec mixed = __builtin_convertvector(load(products.mixed + p), Vec);
    return first + mixed * (1.0f / kFineSteps);
}

// What a query and the points of a leaf are quantized to, for some products.
struct QuantizedPair {
    const QuantizedLeaf& points;
    float square, error;  // of the query
    float rest;           // bound of the length of its second byte; 0 if that is not used
};

static inline QuantizedPair quantized_pair(const Block& block, const Leaf& leaf, int q,
                                           const Products& products) {
    if (!products.mixed)
        return {leaf.quantized, block.quantized.squares[q], block.quantized.errors[q], 0};
    const float error = block.fine.errors[q];
    return {leaf.fine, block.fine.squares[q], error, block.quantized.errors[q] + error};
}

// Returns twice the bound of the product of the second bytes of a query and of some points.
static inline Vec bound_second_bytes(const Leaf& leaf, float rest, int p) {
    return 2 * rest * (load(leaf.quantized.errors + p) + load(leaf.fine.errors + p));
}

// Writes a bit for each point that may be within the search radius; returns whether there are any.
static inline bool mark_points(const Block& block, const Leaf& leaf, int q,
                               const Products& products, std::uint32_t* bits) {
    if (block.radius[q] == kInfinity) {  // the leaf has too few points for a first radius
        for (int v = 0; v < kLeafSize / kLanes; ++v) bits[v] = (1u << kLanes) - 1;
        return true;
    }
    const auto& [points, square, query_error, rest] = quantized_pair(block, leaf, q, products);
    const float radius = block.radius[q] * (1 + 0x1p-20f) + query_error;
    const Vec limit = broadcast(radius * radius - square + 0x1p-18f * (radius * radius + square));
    const Vec twice = broadcast(2 * block.quantization_step * block.quantization_step);
    const Vec error = broadcast(2 * radius);
    std::uint32_t any = 0;
#pragma GCC unroll 8
    for (int v = 0; v < kLeafSize / kLanes; ++v) {
        Vec own = load(points.squares + v * kLanes) - error * load(points.errors + v * kLanes);
        if (products.mixed) own -= bound_second_bytes(leaf, rest, v * kLanes);
        bits[v] = at_most(own - load_products(products, v * kLanes) * twice, limit);
        any |= bits[v];
    }
    return any;
}

// Writes upper bounds of the distances between a query and the points of a leaf. The squares of the
// points lack their squared errors and a rounding error.
static inline void bound_from_above(const Block& block, const Leaf& leaf, int q,
                                    const Products& products, float* upper) {
    const auto& [points, square, error, rest] = quantized_pair(block, leaf, q, products);
    const float twice = 2 * block.quantization_step * block.quantization_step;
    for (int p = 0; p < kLeafSize; p += kLanes) {
        const Vec own_error = load(points.errors + p);
        const Vec own = load(points.squares + p) + own_error * own_error;
        Vec squared = own + square - twice * load_products(products, p) + 0x1p-16f * (own + square);
        if (products.mixed) squared += bound_second_bytes(leaf, rest, p);
        squared = larger(squared, Vec{});
        for (int lane = 0; lane < kLanes; ++lane) squared[lane] = __builtin_sqrtf(squared[lane]);
        store(upper + p, (squared + error + own_error) * (1 + 0x1p-18f));
    }
}

// Bytes of queries and of points that are multiplied.
struct WordPair {
    const std::int32_t *queries, *points;
};

template <int kPairs>
struct WordPairs {
    WordPair list[kPairs];
};

static inline auto first_bytes(const Block& block, const Leaf& leaf) {
    return WordPairs<1>{{{block.quantized.words, leaf.quantized.words}}};
}

static inline auto mixed_bytes(const Block& block, const Leaf& leaf) {
    return WordPairs<2>{{{block.quantized.words, leaf.fine.words},
                         {block.fine.words, leaf.quantized.words}}};
}

// Writes the sums of the products of a few queries with the points of a leaf.
template <int kQueries, int kPairs>
static inline void multiply(const Block& block, const std::int32_t* offsets,
                            const WordPairs<kPairs>& pairs, const int* queries,
                            std::int32_t* products) {
    constexpr int kVectors = kLeafSize / kLanes;
    __m512i sum[kQueries][kVectors];
    for (int i = 0; i < kQueries; ++i)
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v)
            sum[i][v] = _mm512_load_si512(offsets + v * kLanes);
    for (const WordPair& pair : pairs.list) {
        const std::int32_t* points = pair.points;
        for (int word = 0; 4 * word < block.n_numeric; ++word, points += kRow) {
            __m512i query[kQueries];
            for (int i = 0; i < kQueries; ++i)
                query[i] = _mm512_set1_epi32(pair.queries[queries[i] * block.n_words + word]);
#pragma GCC unroll 8
            for (int v = 0; v < kVectors; ++v) {
                const __m512i point = _mm512_load_si512(points + v * block.n_words * kRow);
                for (int i = 0; i < kQueries; ++i)
                    sum[i][v] = _mm512_dpbusd_epi32(sum[i][v], query[i], point);
            }
        }
    }
    for (int i = 0; i < kQueries; ++i)
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v)
            _mm512_store_si512(products + i * kLeafSize + v * kLanes, sum[i][v]);
}

#if defined(__AMX_INT8__)
constexpr int kTile = kRow;  // rows of a tile, and 32-bit words of each
constexpr int kTileQueries = 2 * kTile;

// Tiles of 16 x 16 words for the processor's matrix unit.
struct alignas(64) TileShapes {
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    std::uint8_t rows[16] = {kTile, kTile, kTile, kTile, kTile, kTile, kTile, kTile};
};

// Writes the sums of the products of kTileQueries consecutive queries with the points of a leaf.
template <int kPairs>
static void multiply_tiles(const Block& block, const std::int32_t* offsets,
                           const WordPairs<kPairs>& pairs, int first, std::int32_t* products) {
    const int query_bytes = block.n_words * 4, product_bytes = kLeafSize * 4;
    for (int p = 0; p < kLeafSize; p += 2 * kTile) {
        _tile_loadd(0, offsets + p, 0);  // the same row in all rows of the tile
        _tile_loadd(1, offsets + p + kTile, 0);
        _tile_loadd(2, offsets + p, 0);
        _tile_loadd(3, offsets + p + kTile, 0);
        for (const WordPair& pair : pairs.list)
            for (int word = 0; word < block.n_words; word += kTile) {
                const std::int32_t* const queries = pair.queries + first * block.n_words + word;
                const std::int32_t* const points = pair.points + p * block.n_words + word * kRow;
                _tile_loadd(4, queries, query_bytes);
                _tile_loadd(5, queries + kTile * block.n_words, query_bytes);
                _tile_loadd(6, points, kRow * 4);
                _tile_loadd(7, points + kTile * block.n_words, kRow * 4);
                _tile_dpbusd(0, 4, 6);
                _tile_dpbusd(1, 4, 7);
                _tile_dpbusd(2, 5, 6);
                _tile_dpbusd(3, 5, 7);
            }
        std::int32_t* const out = products + p;
        _tile_stored(0, out, product_bytes);
        _tile_stored(1, out + kTile, product_bytes);
        _tile_stored(2, out + kTile * kLeafSize, product_bytes);
        _tile_stored(3, out + kTile * kLeafSize + kTile, product_bytes);
    }
}

// Calls use(query, products) for queries in ascending order.
template <bool kFine, class Use>
static inline void for_each_tile_product(const Block& block, const Leaf& leaf, const int* queries,
                                         int count, Use&& use) {
    constexpr int kSize = kTileQueries * kLeafSize;
    alignas(64) std::int32_t products[kSize], mixed[kFine ? kSize : 1];
    const TileShapes shapes;
    _tile_loadconfig(&shapes);
    for (int i = 0; i < count;) {
        const int first = queries[i] / kTileQueries * kTileQueries;
        multiply_tiles(block, leaf.quantized.offsets, first_bytes(block, leaf), first, products);
        if constexpr (kFine)
            multiply_tiles(block, leaf.fine.offsets, mixed_bytes(block, leaf), first, mixed);
        for (; i < count && queries[i] < first + kTileQueries; ++i) {
            const int at = (queries[i] - first) * kLeafSize;
            use(queries[i], Products{products + at, kFine ? mixed + at : nullptr});
        }
    }
    _tile_release();
}
#endif

// Calls use(query, products with the points of the leaf) for each query, in ascending order.
template <bool kFine, class Use>
static inline void for_each_product(const Block& block, const Leaf& leaf, const int* queries,
                                    int count, Use&& use) {
#if defined(__AMX_INT8__)
    constexpr int kFew = 4;  // for fewer queries, a tile is mostly empty
    if (block.n_words >= kTile && count >= kFew)
        return for_each_tile_product<kFine>(block, leaf, queries, count, use);
#endif
    alignas(64) std::int32_t products[2 * kLeafSize], mixed[kFine ? 2 * kLeafSize : 1];
    const auto run = [&]<int kQueries>(const int* some) {
        multiply<kQueries>(block, leaf.quantized.offsets, first_bytes(block, leaf), some, products);
        if constexpr (kFine)
            multiply<kQueries>(block, leaf.fine.offsets, mixed_bytes(block, leaf), some, mixed);
        for (int i = 0; i < kQueries; ++i) {
            const int at = i * kLeafSize;
            use(some[i], Products{products + at, kFine ? mixed + at : nullptr});
        }
    };
    int i = 0;
    for (; i + 2 <= count; i += 2) run.template operator()<2>(queries + i);
    if (i < count) run.template operator()<1>(queries + i);
}

#else  // without instructions for products of bytes, float32 is as fast
constexpr void (*quantize_column)(const double*, double, double, int, const QuantizedColumns&,
                                  const QuantizedColumns&) = nullptr;

struct Products {};

static inline bool can_use_bytes(const Block&, const Leaf&, int) { return false; }

static inline bool mark_points(const Block&, const Leaf&, int, const Products&, std::uint32_t*) {
    return false;
}

static inline void bound_from_above(const Block&, const Leaf&, int, const Products&, float*) {}

template <bool kFine, class Use>
static inline void for_each_product(const Block&, const Leaf&, const int*, int, Use&&) {}
#endif

}  // namespace counterpoise::COUNTERPOISE_SET
