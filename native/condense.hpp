// Condensed nearest neighbor rule (Hart, 1968, doi:10.1109/TIT.1968.1054155): go through the rows
// in order, and keep each row that its nearest kept rows would misclassify.
//
// Each row stores its k nearest kept rows, so that it is compared with every kept row only once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "point_blocks.hpp"
#include "threads.hpp"

namespace counterpoise {

// The k nearest kept rows of each row, nearest first, ties by position; −1 if there are fewer.
struct NearestKept {
    double* squared;          // [n_rows][k]
    std::int64_t* positions;  // [n_rows][k]
    std::size_t k;
};

class Condenser {
public:
    Condenser(const Points& table, const Penalties& penalties, const std::int64_t* rows,
              std::size_t n_rows, const std::int32_t* classes, const NearestKept& nearest)
        : table_(table), rows_(rows), n_rows_(n_rows), classes_(classes), nearest_(nearest),
          added_(table, penalties), n_compared_(n_rows, 0), is_kept_(n_rows, false) {}

    // Makes one pass, or passes until none adds a row. Writes the kept rows in the order in which
    // they were added.
    std::size_t run(bool once, std::int64_t* kept, Workers& workers) {
        std::size_t before = 0;
        do {
            before = added_.size();
            for (std::size_t begin = 0; begin < n_rows_; begin += kBatch)
                pass(begin, std::min(n_rows_, begin + kBatch), workers);
        } while (!once && added_.size() > before);
        for (std::size_t i = 0; i < added_.size(); ++i) kept[i] = added_.position(i);
        return added_.size();
    }

private:
    static constexpr std::size_t kBatch = 512;  // rows that are updated in parallel
    static constexpr std::size_t kTaskSize = 32;

    // The distances are computed in parallel; the decisions depend on their order and follow in one
    // thread, which also compares the rows with those kept in this batch.
    void pass(std::size_t begin, std::size_t end, Workers& workers) {
        const std::size_t n_tasks = (end - begin + kTaskSize - 1) / kTaskSize;
        workers.parallel_for(n_tasks, [&](std::size_t task, std::size_t) {
            Point64 row(table_);
            const std::size_t first = begin + task * kTaskSize;
            for (std::size_t i = first; i < std::min(end, first + kTaskSize); ++i)
                update_nearest(i, row);
        });
        Point64 row(table_);
        for (std::size_t i = begin; i < end; ++i) {
            if (is_kept_[i]) continue;
            update_nearest(i, row);
            if (predict_class(i) == classes_[rows_[i]]) continue;
            is_kept_[i] = true;
            added_.append(rows_[i]);
        }
    }

    // Compares a row with those kept since its last update.
    void update_nearest(std::size_t i, Point64& row) {
        if (is_kept_[i] || n_compared_[i] == added_.size()) return;
        row.load(table_, rows_[i]);
        double squared[kLeafSize];
        for (std::size_t block = n_compared_[i] / kLeafSize; block < added_.n_blocks(); ++block) {
            added_.compare(best_kernels(), row.values.data(), row.codes.data(), block, squared);
            const std::size_t begin = block * kLeafSize;
            const std::size_t end = std::min(begin + kLeafSize, added_.size());
            for (std::size_t j = std::max(begin, n_compared_[i]); j < end; ++j)
                insert(i, squared[j - begin], added_.position(j));
        }
        n_compared_[i] = added_.size();
    }

    void insert(std::size_t i, double squared, std::int64_t position) {
        double* const list = nearest_.squared + i * nearest_.k;
        std::int64_t* const positions = nearest_.positions + i * nearest_.k;
        std::size_t at = nearest_.k;  // insertion sort
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

    // The most frequent class among the nearest kept rows, the smallest code in case of a tie.
    std::int32_t predict_class(std::size_t i) const {
        const std::int64_t* const positions = nearest_.positions + i * nearest_.k;
        std::int32_t best = -1;
        std::size_t most = 0;
        for (std::size_t a = 0; a < nearest_.k && positions[a] >= 0; ++a) {
            const std::int32_t code = classes_[positions[a]];
            std::size_t votes = 0;
            for (std::size_t b = 0; b < nearest_.k && positions[b] >= 0; ++b)
                votes += classes_[positions[b]] == code;
            if (votes > most || (votes == most && code < best)) {
                best = code;
                most = votes;
            }
        }
        return best;
    }

    const Points& table_;
    const std::int64_t* const rows_;
    const std::size_t n_rows_;
    const std::int32_t* const classes_;
    const NearestKept nearest_;
    PointBlocks64 added_;
    std::vector<std::size_t> n_compared_;
    std::vector<bool> is_kept_;
};

}  // namespace counterpoise
