// Condensing by running distances: rows are gone through in order, and one that its nearest kept
// rows would misjudge is kept as well. Each row remembers the nearest it has met, so that it meets
// each kept row once.
//
// Hart (1968), doi:10.1109/TIT.1968.1054155.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "exact.hpp"
#include "threads.hpp"

namespace counterpoise {

// The k nearest kept rows of each row, nearest first, ties by position; −1 where there are fewer.
struct Nearest {
    double* squared;          // [n_rows][k]
    std::int64_t* positions;  // [n_rows][k]
    std::size_t k;
};

class Condensation {
public:
    Condensation(const Points& table, const Prices& prices, const std::int64_t* rows,
                 std::size_t n_rows, const std::int32_t* classes, const Nearest& nearest)
        : table_(table), rows_(rows), n_rows_(n_rows), classes_(classes), nearest_(nearest),
          added_(table, prices), seen_(n_rows, 0), is_kept_(n_rows, false) {}

    // Goes through the rows until a pass keeps none, or once; writes whom it kept, in order.
    std::size_t run(bool once, std::int64_t* kept, Crew& crew) {
        std::size_t before = 0;
        do {
            before = added_.size();
            for (std::size_t begin = 0; begin < n_rows_; begin += kBatch)
                pass(begin, std::min(n_rows_, begin + kBatch), crew);
        } while (!once && added_.size() > before);
        for (std::size_t i = 0; i < added_.size(); ++i) kept[i] = added_.position(i);
        return added_.size();
    }

private:
    static constexpr std::size_t kBatch = 512;  // rows brought up to date side by side
    static constexpr std::size_t kShare = 32;

    void pass(std::size_t begin, std::size_t end, Crew& crew) {
        crew.share((end - begin + kShare - 1) / kShare, [&](std::size_t run, std::size_t) {
            Cells64 cells(table_);
            const std::size_t first = begin + run * kShare;
            for (std::size_t i = first; i < std::min(end, first + kShare); ++i) meet(i, cells);
        });
        Cells64 cells(table_);
        for (std::size_t i = begin; i < end; ++i) {
            if (is_kept_[i]) continue;
            meet(i, cells);
            if (verdict(i) == classes_[rows_[i]]) continue;
            is_kept_[i] = true;
            added_.append(rows_[i]);
        }
    }

    // Compares a row with those kept since it last looked.
    void meet(std::size_t i, Cells64& cells) {
        if (is_kept_[i] || seen_[i] == added_.size()) return;
        cells.load(table_, rows_[i]);
        double squared[kCellSize];
        for (std::size_t block = seen_[i] / kCellSize; block < added_.n_blocks(); ++block) {
            added_.compare(best_kernels(), cells.values.data(), cells.codes.data(), block, squared);
            const std::size_t begin = block * kCellSize;
            const std::size_t end = std::min(begin + kCellSize, added_.size());
            for (std::size_t j = std::max(begin, seen_[i]); j < end; ++j)
                insert(i, squared[j - begin], added_.position(j));
        }
        seen_[i] = added_.size();
    }

    void insert(std::size_t i, double squared, std::int64_t position) {
        double* const list = nearest_.squared + i * nearest_.k;
        std::int64_t* const positions = nearest_.positions + i * nearest_.k;
        std::size_t at = nearest_.k;
        for (; at > 0 && comes_before(squared, position, list[at - 1], positions[at - 1]); --at) {
            if (at == nearest_.k) continue;
            list[at] = list[at - 1];
            positions[at] = positions[at - 1];
        }
        if (at == nearest_.k) return;
        list[at] = squared;
        positions[at] = position;
    }

    static bool comes_before(double a, std::int64_t i, double b, std::int64_t j) {
        return j < 0 || a < b || (a == b && i < j);
    }

    // The commonest class among the nearest, the first of those that tie.
    std::int32_t verdict(std::size_t i) const {
        const std::int64_t* const positions = nearest_.positions + i * nearest_.k;
        std::int32_t best = -1;
        std::size_t most = 0;
        for (std::size_t a = 0; a < nearest_.k && positions[a] >= 0; ++a) {
            const std::int32_t own = classes_[positions[a]];
            std::size_t votes = 0;
            for (std::size_t b = 0; b < nearest_.k && positions[b] >= 0; ++b)
                votes += classes_[positions[b]] == own;
            if (votes > most || (votes == most && own < best)) {
                best = own;
                most = votes;
            }
        }
        return best;
    }

    const Points& table_;
    const std::int64_t* const rows_;
    const std::size_t n_rows_;
    const std::int32_t* const classes_;
    const Nearest nearest_;
    Blocks64 added_;
    std::vector<std::size_t> seen_;
    std::vector<bool> is_kept_;
};

}  // namespace counterpoise
