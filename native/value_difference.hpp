// Nearest neighbors by the value difference metric (Stanfill and Waltz, 1986,
// doi:10.1145/7902.7906): the distance between two values of a column is the sum over the classes
// of |p(class | a) - p(class | b)|. Squared distances are summed over the columns.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "threads.hpp"

namespace counterpoise {

// Encoded categorical columns, and the class probabilities given each code.
struct CategoricalTable {
    const std::int32_t* codes;    // [n_columns][n_rows]
    const double* probabilities;  // [codes of all columns][n_classes], column by column
    const std::int64_t* n_codes;  // [n_columns], number of codes of each column
    std::size_t n_rows, n_columns, n_classes;
};

// Finds the k nearest other rows of one row at a time; holds the working memory of one thread.
class ValueDifferenceSearch {
public:
    ValueDifferenceSearch(const CategoricalTable& table, std::size_t k)
        : table_(table), k_(k), squared_(table.n_rows) {}

    void run(std::int64_t row, std::int64_t* positions) {
        compute_distances(row);
        heap_.clear();
        for (std::size_t i = 0; i < table_.n_rows; ++i)
            if (static_cast<std::int64_t>(i) != row)
                keep_nearest({squared_[i], static_cast<std::int64_t>(i)});
        std::sort_heap(heap_.begin(), heap_.end());
        for (std::size_t i = 0; i < k_; ++i) positions[i] = heap_[i].second;
    }

private:
    using Ranked = std::pair<double, std::int64_t>;  // squared distance and row

    // Computes the squared distances of all rows from one row.
    void compute_distances(std::int64_t row) {
        std::fill(squared_.begin(), squared_.end(), 0.0);
        const double* probabilities = table_.probabilities;
        for (std::size_t g = 0; g < table_.n_columns; ++g) {
            const std::int32_t* codes = table_.codes + g * table_.n_rows;
            const auto n_codes = static_cast<std::size_t>(table_.n_codes[g]);
            compare_codes(probabilities, n_codes, probabilities + codes[row] * table_.n_classes);
            for (std::size_t i = 0; i < table_.n_rows; ++i)
                squared_[i] += code_distances_[codes[i]];
            probabilities += n_codes * table_.n_classes;
        }
    }

    // Computes the squared differences between the codes of a column and the code of the row.
    void compare_codes(const double* probabilities, std::size_t n_codes, const double* own) {
        code_distances_.resize(n_codes);
        for (std::size_t code = 0; code < n_codes; ++code, probabilities += table_.n_classes) {
            double sum = 0;
            for (std::size_t c = 0; c < table_.n_classes; ++c)
                sum += std::abs(probabilities[c] - own[c]);
            code_distances_[code] = sum * sum;
        }
    }

    // Keeps the k nearest in a heap, the farthest of them on top.
    void keep_nearest(const Ranked& ranked) {
        if (heap_.size() == k_) {
            if (ranked > heap_.front()) return;
            std::pop_heap(heap_.begin(), heap_.end());
            heap_.pop_back();
        }
        heap_.push_back(ranked);
        std::push_heap(heap_.begin(), heap_.end());
    }

    const CategoricalTable& table_;
    const std::size_t k_;
    std::vector<double> squared_, code_distances_;
    std::vector<Ranked> heap_;
};

// Writes the k nearest other rows of each query row, ties by position.
inline void find_nearest_by_value_difference(const CategoricalTable& table,
                                             const std::int64_t* queries, std::size_t n_queries,
                                             std::size_t k, std::int64_t* positions,
                                             Workers& workers) {
    constexpr std::size_t kBatch = 16;
    const std::size_t n_batches = (n_queries + kBatch - 1) / kBatch;
    workers.parallel_for(n_batches, [&](std::size_t batch, std::size_t worker) {
        ValueDifferenceSearch search(table, k);
        for (std::size_t q = batch * kBatch; q < std::min(n_queries, (batch + 1) * kBatch); ++q) {
            workers.check_interrupt(worker);
            search.run(queries[q], positions + q * k);
        }
    });
}

}  // namespace counterpoise
