// The hot loops, one table of functions for each instruction set.
//
// They filter in float32, and may let too much through, never too little. Whatever is compared is
// first written relative to a centre near by, so that rounding errors are small where distances
// are. A missing cell is NaN throughout. Nominal columns hold codes; two different ones add the
// column's mismatch to a squared distance.
#pragma once

#include <cstddef>
#include <cstdint>

namespace counterpoise {

constexpr int kCellSize = 128;  // points of a cell, and queries of a block
constexpr float kFar = 0x1p56f;  // coordinates are cut off here, so that no square overflows

// Where the points of a node lie: a box, and a ball around a centre.
struct Region {
    const double* low;  // [width]; low > high where no point has a value
    const double* high;
    const double* centre;
    const double* cap;  // [width], the most a column adds to a squared distance; null: no limit
    double radius;      // no point is farther from the centre, numeric cells alone
    const std::uint32_t* codes;  // [n_nominal], a bit for each code, modulo 32, that occurs
};

// The columns that regions have.
struct Shape {
    int width;      // numeric columns
    int n_nominal;  // nominal columns
    const double* mismatch;  // [n_nominal]
};

constexpr std::uint32_t bit_of(std::int32_t code) { return std::uint32_t{1} << (code & 31); }

// One column of the points of a cell; a missing value is NaN.
struct Column {
    double low, high, centre;  // of the values that are there
    bool is_full;              // none is missing
    bool is_cut_off;           // some lie beyond kFar
};

// Points in eight bits a coordinate: whole numbers of steps from a centre. From them it can be told
// quickly that most points are too far away.
struct Narrow {
    std::int32_t* words;  // [width / 4, rounded up][kCellSize], four columns in each
    double* squares;      // [kCellSize], of the distance from the centre, in steps
    double* errors;       // [kCellSize], of how far a point is from where its bytes put it
    std::int32_t* sums;   // [kCellSize], of its bytes
};

// The points of a cell in eight bits; null where cells are missing.
struct Bytes {
    const std::int32_t* words;       // [width / 4, rounded up][kCellSize]
    const float* squares;            // [kCellSize], less the square of the error
    const float* errors;             // [kCellSize]
    const std::int32_t* offsets;     // [kCellSize], sums of bytes, times -128
};

// The points of one cell. There is room for kCellSize of them, to be read but not to be used.
struct Cell {
    const float* coordinates;  // [width][kCellSize], relative to `centre`
    const float* start;        // [kCellSize], penalties of a point's missing cells; null: all there
    const double* centre;
    const std::int32_t* codes;  // [n_nominal][kCellSize]
    const std::uint32_t* positions;
    Bytes bytes;
    int count;
    bool is_cut_off;  // some coordinate lies beyond kFar
};

struct Candidate {
    float lower;  // no nearer than this
    std::uint32_t position;
};

// Queries searched together, what they have found so far, and room to work in.
struct Block {
    int width, n_nominal, row_stride, count, k, capacity;
    double gamma;  // relative error of a float32 distance
    double scale;  // what float32 numbers are multiplied by
    bool has_missing;
    const double* centre;         // [width]
    const float* columns;         // [width][kCellSize], queries relative to the centre
    const float* rows;            // [kCellSize][row_stride], the same, ending in zeros
    const float* norm;            // [kCellSize], distance from the centre
    const float* start;           // [kCellSize], penalties of a query's missing cells
    const float* penalty_root;    // [width]
    const float* mismatch;        // [n_nominal]
    const std::int32_t* code_columns;  // [n_nominal][kCellSize]
    const std::int32_t* code_rows;     // [kCellSize][n_nominal]
    const std::uint32_t* itself;  // [kCellSize], the position that a query leaves out

    float* reach;           // [kCellSize], no farther point is wanted
    float* reach_squared;   // [kCellSize], rounded up; negative: nothing is wanted any more
    float* room;            // [kCellSize], reach along the columns that a query has
    float* uppers;          // [kCellSize][k], a heap of the smallest upper ends, the largest on top
    int* n_uppers;          // [kCellSize]
    Candidate* candidates;  // [kCellSize][capacity]
    int* n_candidates;      // [kCellSize]
    bool* is_undecided;     // [kCellSize], too many candidates to keep

    float* frame;  // [5][width], a region relative to the centre
    float* local;  // [4][row_stride], queries relative to the centre of a cell
    float byte_step;            // 0: there are no bytes
    const std::int32_t* words;  // [width / 4, rounded up][kCellSize], bytes with 128 added to each
    const float* byte_squares;  // [kCellSize]
    const float* byte_errors;   // [kCellSize]
    int* columns_with_all;   // [width]
    int* columns_with_some;  // [width]
};

// Points in float64, dimension-major, to be compared one and all.
struct Block64 {
    const double* values;       // [width][kCellSize]
    const std::int32_t* codes;  // [n_nominal][kCellSize]
    int width, n_nominal;
    const double* penalties;  // [width], or null
    const double* mismatch;   // [n_nominal]
};

struct Kernels {
    const char* name;
    // Writes a column's coordinates relative to its centre, multiplied by a scale, and adds their
    // squares, not multiplied. Values from `count` on are NaN, to be read but not used.
    Column (*fill)(const double* values, int count, double scale, float* local, double* squares);
    // Adds a column, in steps from its centre, to points in eight bits; null where that gains
    // nothing. What is missing counts as the centre.
    void (*narrow)(const double* values, double centre, double steps, int column,
                   const Narrow& narrow);
    // Lists the queries that may have a wanted point in the region; returns how many.
    int (*find_active)(const Block& block, const Region& region, int* active);
    // Sets how far a query looks.
    void (*set_reach)(const Block& block, int query, float reach);
    // Compares some queries with the points of a cell, and updates what they have found.
    void (*search)(const Block& block, const Cell& cell, const int* active, int n_active);
    // Adds to some queries' candidates the points of a cell that may be within reach.
    void (*gather)(const Block& block, const Cell& cell, const int* active, int n_active);
    // Writes the numbers of the points of a cell that may be within a distance; returns how many.
    int (*within)(const Block& block, const Cell& cell, int query, double distance, int* found);
    // The squared distance, rounded down, between the nearest points of two regions.
    double (*gap)(const Region& a, const Region& b, const Shape& shape);
    // Writes the squared distances between a query and kCellSize points, summed in column order.
    void (*squared)(const Block64& block, const double* values, const std::int32_t* codes,
                    double* out);
};

const Kernels& best_kernels();

}  // namespace counterpoise
