// The hot loops of the search: one table of functions for each instruction set.
//
// Filters compare in float32 and with rounding errors bounded: they may keep a point that is too
// far, but never drop one that is near enough. Coordinates are first written relative to a nearby
// center, so that rounding errors are small compared with the distances. A missing value is NaN
// everywhere. Categorical columns hold codes; two different codes add the column's mismatch to a
// squared distance.
#pragma once

#include <cstddef>
#include <cstdint>

namespace counterpoise {

constexpr int kLeafSize = 128;   // points of a leaf, and queries of a block
constexpr int kWide = 64;        // columns from which on a table is wide
constexpr int kRow = 16;         // points whose bytes are multiplied by one instruction
constexpr float kFar = 0x1p56f;  // coordinates are clipped here, so that no square overflows

// The region that contains the points of a tree node: a bounding box and a ball around a center.
struct Region {
    const double* low;  // [n_numeric]; low > high if no point has a value
    const double* high;
    const double* center;
    const double* cap;  // [n_numeric], the most a column adds to a squared distance; null: no limit
    double radius;      // of the ball, over the numeric columns
    const std::uint32_t* code_masks;  // [n_categorical], a bit for each code that occurs, modulo 32
};

// The columns of the regions that are compared.
struct Columns {
    int n_numeric, n_categorical;
    const double* mismatch;  // [n_categorical]
};

// A code's bit in a mask. Codes that share a bit make a bound lower, never wrong.
constexpr std::uint32_t bit_of(std::int32_t code) { return std::uint32_t{1} << (code & 31); }

// Summary of one numeric column of a leaf; missing values are left out.
struct ColumnBounds {
    double low, high, center;
    bool is_complete;  // no value is missing
    bool is_clipped;   // some values lie beyond kFar
};

// Steps of the second byte of a quantized value to a step of the first.
constexpr int kFineSteps = 254;

// Output: points quantized to eight bits per coordinate, in whole steps from a center. A comparison
// of these bytes is enough to exclude most points. A second byte, for what the first one rounds off,
// gives nearly exact distances.
struct QuantizedColumns {
    std::int32_t* words;  // [kLeafSize / kRow][n_words][kRow], zero at first; or null
    int n_words;
    double* squares;      // [kLeafSize], squared distance of quantized point from center, in steps
    double* errors;       // [kLeafSize], squared quantization error, in steps
    std::int32_t* sums;   // [kLeafSize], sum of the bytes
};

// The quantized points of a leaf, by the first byte, or by both; null if values are missing.
struct QuantizedLeaf {
    const std::int32_t* words;    // [kLeafSize / kRow][n_words][kRow], the first or second bytes
    const float* squares;         // [kLeafSize], less the squared quantization error
    const float* errors;          // [kLeafSize]
    const std::int32_t* offsets;  // [kLeafSize], sums of bytes, times -128
};

// The quantized queries of a block, by the first byte, or by both.
struct QuantizedQueries {
    const std::int32_t* words;  // [kLeafSize][n_words], bytes plus 128
    const float* squares;       // [kLeafSize]
    const float* errors;        // [kLeafSize]
};

// The points of one leaf. Arrays are allocated for kLeafSize points; entries from `count` on may be
// read, and their results must be ignored.
struct Leaf {
    const float* coordinates;      // [n_numeric][kLeafSize], relative to `center`
    const float* missing_penalty;  // [kLeafSize], for a point's missing values; null: none missing
    const double* center;
    const std::int32_t* codes;  // [n_categorical][kLeafSize]
    const std::uint32_t* positions;
    QuantizedLeaf quantized, fine;  // fine: of wide tables only
    int count;
    bool is_clipped;  // some coordinate lies beyond kFar
};

// The rows of a wide table: a few points of a leaf are compared faster in their rows than in the
// columns of the leaf.
struct TableRows {
    const float* float32;  // one of the two is null
    const double* float64;
    std::ptrdiff_t row_stride;   // in elements; columns are adjacent
    const std::int64_t* rows;    // the row of each point; null: all rows
    const float* queries32;      // [kLeafSize][n_columns], rounded if the table is float32
    const double* queries64;     // [kLeafSize][n_columns]
    const double* query_errors;  // [kLeafSize], of rounding, in the units of the filters
    int n_columns;               // 0: rows are not compared
};

struct Candidate {
    float lower_bound;  // of the distance
    std::uint32_t position;
};

// Queries that are searched together, their results so far, and working memory.
struct Block {
    int n_numeric, n_categorical, row_stride, count, k, capacity;
    double relative_error;  // of a float32 distance
    double scale;           // float32 numbers are multiplied by this
    bool has_missing;
    TableRows table;
    const double* center;              // [n_numeric]
    const float* columns;              // [n_numeric][kLeafSize], queries relative to the center
    const float* rows;                 // [kLeafSize][row_stride], the same, padded with zeros
    const float* norm;                 // [kLeafSize], distance from the center
    const float* missing_penalty;      // [kLeafSize], for a query's missing values
    const float* penalty_root;         // [n_numeric], square root of the penalty
    const float* mismatch;             // [n_categorical]
    const std::int32_t* code_columns;  // [n_categorical][kLeafSize]
    const std::int32_t* code_rows;     // [kLeafSize][n_categorical]
    const std::uint32_t* excluded;     // [kLeafSize], position of the query itself

    float* radius;           // [kLeafSize], search radius: points farther away are not wanted
    float* radius_squared;   // [kLeafSize], rounded up; negative: the search has ended
    float* present_radius;   // [kLeafSize], radius over the columns in which the query has a value
    float* upper_bounds;     // [kLeafSize][k], heap of the smallest upper bounds, largest on top
    int* n_upper_bounds;     // [kLeafSize]
    Candidate* candidates;   // [kLeafSize][capacity]
    int* n_candidates;       // [kLeafSize]
    bool* has_overflow;      // [kLeafSize], there were more candidates than the capacity

    float* region;  // [5][n_numeric], a region relative to the center, or the shift of a leaf
    float* local;   // [4][row_stride], queries relative to the center of a leaf
    float quantization_step;         // 0: points are not quantized
    int n_words;                     // of a quantized point
    QuantizedQueries quantized, fine;
    bool* needs_fine;        // whether one byte left many points of an earlier leaf
    int* complete_columns;           // [n_numeric]
    int* incomplete_columns;         // [n_numeric]
};

// Float64 points, dimension by dimension, for comparison of all points with a query.
struct PointBlock64 {
    const double* values;       // [n_numeric][kLeafSize]
    const std::int32_t* codes;  // [n_categorical][kLeafSize]
    int n_numeric, n_categorical;
    const double* missing;   // [n_numeric], penalties, or null
    const double* mismatch;  // [n_categorical]
};

constexpr int kSparseQueries = 16;   // sparse queries that are searched together
constexpr int kSparsePoints = 2048;  // sparse points that are compared with them at once

// The value of a sparse point in a column.
struct SparseEntry {
    std::uint32_t point;
    float value;
};

// Sparse queries, and a block of consecutive sparse points that they are compared with. A squared
// distance is the sum of both squared norms, less twice the product of the rows.
struct SparseBlock {
    const SparseEntry* entries;   // the values of all points, column by column
    std::uint64_t* next;          // [n_columns], the first entry of a column from this block on
    const std::uint64_t* ends;    // [n_columns], the end of a column's entries
    const float* weights;         // [n_columns][kSparseQueries], the values of the queries
    int n_columns;                // columns in which a query has a value
    int count;                    // points of the block
    std::uint32_t first;          // its first point
    const float* norms;           // [count], squared norms of the points
    const float* query_norms;     // [kSparseQueries], the same of the queries
    const float* shrink;          // [kSparseQueries], 1 less the error relative to both norms
    const float* limits;          // [kSparseQueries], largest lower bound that is of interest
    float* products;              // [kSparsePoints][kSparseQueries], output
};

struct Kernels {
    const char* name;
    // Writes a column's coordinates relative to its center, multiplied by `scale`, and adds their
    // squares, without the scale. Values from `count` on are NaN.
    ColumnBounds (*center_column)(const double* values, int count, double scale, float* local,
                                  double* squares);
    // Quantizes a column, `steps` to a unit. A missing value counts as the center. Null for
    // instruction sets on which quantization brings no speed.
    void (*quantize_column)(const double* values, double center, double steps, int column,
                            const QuantizedColumns& output, const QuantizedColumns& fine);
    // Lists the queries that may have a wanted point in the region; returns their number.
    int (*find_active)(const Block& block, const Region& region, int* active);
    // Sets the search radius of a query.
    void (*set_radius)(const Block& block, int query, float radius);
    // Compares the active queries with the points of a leaf, and updates candidates and radius.
    void (*search_leaf)(const Block& block, const Leaf& leaf, const int* active, int n_active);
    // Adds to the active queries' candidates the points of a leaf that may be within the radius.
    void (*gather_leaf)(const Block& block, const Leaf& leaf, const int* active, int n_active);
    // Lists the points of a leaf that may be within a distance; returns their number.
    int (*find_within)(const Block& block, const Leaf& leaf, int query, double distance,
                       int* found);
    // Returns a lower bound of the squared distance between points of two regions.
    double (*squared_gap)(const Region& a, const Region& b, const Columns& columns);
    // Writes the exact squared distances between a query and kLeafSize points, in column order.
    void (*squared_distances)(const PointBlock64& block, const double* values,
                              const std::int32_t* codes, double* out);
    // Writes the products of the queries with the points of a block, and moves `next` behind it.
    void (*multiply_sparse)(const SparseBlock& block);
    // Lists the products whose distance may be within the limit of the query; returns their number.
    int (*find_sparse)(const SparseBlock& block, std::uint16_t* found);
};

const Kernels& best_kernels();

}  // namespace counterpoise
