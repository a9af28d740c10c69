// Float64 points in blocks, dimension by dimension, for brute-force comparison with a query.
//
// Used where an index has no advantage: for few points, for points that are added one by one, and
// for the farthest points. Squared differences are summed in column order, as in the index.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels.hpp"
#include "points.hpp"

namespace counterpoise {

// What is added to a squared distance for a missing value and for two different codes; null if the
// table has no missing values or no categorical columns.
struct Penalties {
    const double* missing;   // [n_numeric]
    const double* mismatch;  // [n_categorical]
};

class PointBlocks64 {
public:
    PointBlocks64(const Points& table, const Penalties& penalties)
        : table_(table), penalties_(penalties) {}

    std::size_t size() const { return positions_.size(); }
    std::int64_t position(std::size_t i) const { return positions_[i]; }
    std::size_t n_blocks() const { return (size() + kLeafSize - 1) / kLeafSize; }

    void append(std::int64_t row) {
        const std::size_t at = size() % kLeafSize, block = size() / kLeafSize;
        if (at == 0) {
            values_.resize((block + 1) * table_.n_numeric * kLeafSize, 0.0);
            codes_.resize((block + 1) * table_.n_categorical * kLeafSize, 0);
        }
        const auto point = static_cast<std::size_t>(row);
        double* values = values_.data() + block * table_.n_numeric * kLeafSize + at;
        table_.visit(point, [&](std::size_t f, double x) { values[f * kLeafSize] = x; });
        for (std::size_t g = 0; g < table_.n_categorical; ++g)
            codes_[(block * table_.n_categorical + g) * kLeafSize + at] = table_.code(point, g);
        positions_.push_back(row);
    }

    // Writes the squared distances between a query and the points of one block.
    void compare(const Kernels& kernels, const double* values, const std::int32_t* codes,
                 std::size_t block, double* squared) const {
        kernels.squared_distances({values_.data() + block * table_.n_numeric * kLeafSize,
                         codes_.data() + block * table_.n_categorical * kLeafSize,
                         static_cast<int>(table_.n_numeric), static_cast<int>(table_.n_categorical),
                         penalties_.missing, penalties_.mismatch},
                        values, codes, squared);
    }

private:
    const Points& table_;
    const Penalties penalties_;
    std::vector<double> values_;
    std::vector<std::int32_t> codes_;
    std::vector<std::int64_t> positions_;
};

// A contiguous copy of one point, for comparison with blocks.
struct Point64 {
    std::vector<double> values;
    std::vector<std::int32_t> codes;

    explicit Point64(const Points& table) : values(table.n_numeric), codes(table.n_categorical) {}

    void load(const Points& table, std::int64_t row) {
        const auto point = static_cast<std::size_t>(row);
        table.visit(point, [&](std::size_t f, double x) { values[f] = x; });
        for (std::size_t g = 0; g < codes.size(); ++g) codes[g] = table.code(point, g);
    }
};

}  // namespace counterpoise
