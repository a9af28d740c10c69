// The hot loops, one table of functions for each instruction set.
//
// A filter in float32: it may let too much through, never too little. Everything is relative to
// the centre of the cell that is looked at, so that rounding errors are small where points are near.
#pragma once

#include <cstddef>
#include <cstdint>

namespace counterpoise {

constexpr std::size_t kCellSize = 128;  // points of a cell, and queries of a block
constexpr std::size_t kTileQueries = 4;

// One cell as the filter sees it. Arrays with a row for each column have kCellSize entries a row.
struct CellView {
    const float* coordinates;   // [width][kCellSize], relative to the centre; 0 where missing
    const double* centre;       // [width]
    const float* low;           // [width], the box of the coordinates
    const float* high;          // [width]
    float radius;               // no point is farther from the centre
    const float* start;         // [kCellSize], penalties of a point's missing cells; null: none
    const std::uint32_t* seen;  // [width][kCellSize / 32], a bit for each cell that is there
    const float* cap;           // [width], the most a column can add to a bound (see bounds)
};

// A block of queries, and what is known of them in the cell at hand.
struct BlockView {
    std::size_t width;
    std::size_t count;
    const double* points;    // [width][kCellSize]; 0 where missing
    const float* weight;     // [width][kCellSize], 1 where there, 0 where missing; null: all there
    const float* missing;    // [width][kCellSize], root of the penalty where missing, else 0
    const float* penalty;    // [kCellSize], penalties of a query's missing cells
    const float* reach;      // [kCellSize], no farther point is wanted
    double scale;            // from the units of points and centres to those of the filter
    float gamma;             // relative error of a float32 distance
    float* local;            // [width][kCellSize], out: queries relative to the cell's centre
    float* bound;            // [kCellSize], out: no point of the cell is nearer (squared)
    float* error;            // [kCellSize], out: absolute error of a distance in this cell
    float* threshold;        // [kCellSize], out: farther squared float32 distances are out of reach
};

struct Kernels {
    const char* name;
    // Fills the `out` arrays of a block for one cell.
    void (*bounds)(const BlockView& block, const CellView& cell);
    // Compares four queries with all points of a cell: writes the squared distances of each run of
    // 32 points that holds a hit, and the hits themselves as bits.
    void (*scan)(const BlockView& block, const CellView& cell, const std::uint8_t* queries,
                 float* squared, std::uint32_t* hits);
};

const Kernels& best_kernels();

}  // namespace counterpoise
