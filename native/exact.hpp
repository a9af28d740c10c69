// Points laid out for comparison with all of them: blocks, dimension-major, in float64.
//
// Where few points matter, or the order in which they come does, there is nothing to exclude: every
// distance is computed, summed in column order as everywhere.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels.hpp"
#include "points.hpp"

namespace counterpoise {

// What missing cells and different codes add; null where there are none.
struct Prices {
    const double* penalties;  // [width]
    const double* mismatch;   // [n_nominal]
};

class Blocks64 {
public:
    Blocks64(const Points& table, const Prices& prices) : table_(table), prices_(prices) {}

    std::size_t size() const { return positions_.size(); }
    std::int64_t position(std::size_t i) const { return positions_[i]; }
    std::size_t n_blocks() const { return (size() + kCellSize - 1) / kCellSize; }

    void append(std::int64_t row) {
        const std::size_t at = size() % kCellSize, block = size() / kCellSize;
        if (at == 0) {
            values_.resize((block + 1) * table_.width * kCellSize, 0.0);
            codes_.resize((block + 1) * table_.n_nominal * kCellSize, 0);
        }
        const auto point = static_cast<std::size_t>(row);
        double* values = values_.data() + block * table_.width * kCellSize + at;
        table_.visit(point, [&](std::size_t f, double x) { values[f * kCellSize] = x; });
        for (std::size_t g = 0; g < table_.n_nominal; ++g)
            codes_[(block * table_.n_nominal + g) * kCellSize + at] = table_.code(point, g);
        positions_.push_back(row);
    }

    // Writes the squared distances between a query and the points of one block.
    void compare(const Kernels& kernels, const double* values, const std::int32_t* codes,
                 std::size_t block, double* squared) const {
        kernels.squared({values_.data() + block * table_.width * kCellSize,
                         codes_.data() + block * table_.n_nominal * kCellSize,
                         static_cast<int>(table_.width), static_cast<int>(table_.n_nominal),
                         prices_.penalties, prices_.mismatch},
                        values, codes, squared);
    }

private:
    const Points& table_;
    const Prices prices_;
    std::vector<double> values_;
    std::vector<std::int32_t> codes_;
    std::vector<std::int64_t> positions_;
};

// One point taken out of its table, to be compared with others.
struct Cells64 {
    std::vector<double> values;
    std::vector<std::int32_t> codes;

    explicit Cells64(const Points& table) : values(table.width), codes(table.n_nominal) {}

    void load(const Points& table, std::int64_t row) {
        const auto point = static_cast<std::size_t>(row);
        table.visit(point, [&](std::size_t f, double x) { values[f] = x; });
        for (std::size_t g = 0; g < codes.size(); ++g) codes[g] = table.code(point, g);
    }
};

}  // namespace counterpoise
