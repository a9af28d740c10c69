// Nearest others by the value difference metric (Stanfill and Waltz, 1986): two codes of a column
// are as far apart as the shares of the classes that have them differ.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "threads.hpp"

namespace counterpoise {

// Codes, column by column, and for each code the share of each class among the rows that have it.
struct Profiles {
    const std::int32_t* codes;  // [n_columns][n_rows]
    const double* shares;       // [n_codes of each column][n_classes], column by column
    const std::int64_t* sizes;  // [n_columns], codes of each column
    std::size_t n_rows, n_columns, n_classes;
};

// The k nearest others of one row after the other; one thread's room to work in.
class ProfileSearch {
public:
    ProfileSearch(const Profiles& profiles, std::size_t k)
        : profiles_(profiles), k_(k), squared_(profiles.n_rows) {}

    void run(std::int64_t row, std::int64_t* positions) {
        measure(row);
        heap_.clear();
        for (std::size_t i = 0; i < profiles_.n_rows; ++i)
            if (static_cast<std::int64_t>(i) != row) keep({squared_[i], static_cast<std::int64_t>(i)});
        std::sort_heap(heap_.begin(), heap_.end());
        for (std::size_t i = 0; i < k_; ++i) positions[i] = heap_[i].second;
    }

private:
    using Ranked = std::pair<double, std::int64_t>;

    void measure(std::int64_t row) {
        std::fill(squared_.begin(), squared_.end(), 0.0);
        const double* shares = profiles_.shares;
        for (std::size_t g = 0; g < profiles_.n_columns; ++g) {
            const std::int32_t* codes = profiles_.codes + g * profiles_.n_rows;
            const auto size = static_cast<std::size_t>(profiles_.sizes[g]);
            measure_codes(shares, size, shares + codes[row] * profiles_.n_classes);
            for (std::size_t i = 0; i < profiles_.n_rows; ++i) squared_[i] += apart_[codes[i]];
            shares += size * profiles_.n_classes;
        }
    }

    // How far each code of a column is from one of them, squared.
    void measure_codes(const double* shares, std::size_t size, const double* own) {
        apart_.resize(size);
        for (std::size_t code = 0; code < size; ++code, shares += profiles_.n_classes) {
            double sum = 0;
            for (std::size_t c = 0; c < profiles_.n_classes; ++c) sum += std::abs(shares[c] - own[c]);
            apart_[code] = sum * sum;
        }
    }

    void keep(const Ranked& ranked) {
        if (heap_.size() == k_) {
            if (ranked > heap_.front()) return;
            std::pop_heap(heap_.begin(), heap_.end());
            heap_.pop_back();
        }
        heap_.push_back(ranked);
        std::push_heap(heap_.begin(), heap_.end());
    }

    const Profiles& profiles_;
    const std::size_t k_;
    std::vector<double> squared_, apart_;
    std::vector<Ranked> heap_;
};

// Writes the k nearest others of each row asked for, ties by position.
inline void find_nearest_profiles(const Profiles& profiles, const std::int64_t* asked,
                                  std::size_t n_asked, std::size_t k, std::int64_t* positions,
                                  Crew& crew) {
    constexpr std::size_t kShare = 16;
    crew.share((n_asked + kShare - 1) / kShare, [&](std::size_t run, std::size_t worker) {
        ProfileSearch search(profiles, k);
        for (std::size_t q = run * kShare; q < std::min(n_asked, (run + 1) * kShare); ++q) {
            crew.pulse(worker);
            search.run(asked[q], positions + q * k);
        }
    });
}

}  // namespace counterpoise
