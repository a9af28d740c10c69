// Exact nearest neighbors of sparse rows.
//
// The points are stored column by column. Products with the queries are summed in float32, with
// rounding errors bounded, and exclude most points. What is left is ranked by its exact distance,
// ties by position.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "aligned_array.hpp"
#include "kernels.hpp"
#include "sparse_rows.hpp"
#include "threads.hpp"

namespace counterpoise {

// Sparse points, column by column, in float32. Values are multiplied by a power of two, so that
// the largest one is from 0.5 to 1.
class SparsePoints {
public:
    explicit SparsePoints(const SparseRows<double>& rows)
        : rows_(rows), exponent_(largest_exponent(rows)), norms_(rows.count) {
        is_integer_ = holds_integers(rows, 0, rows.count);
        if (is_bounded())
            for (std::size_t i = 0; i < rows.count; ++i)
                norms_[i] = static_cast<float>(rows.squared_norm(i) * unit());
        largest_norm_ = *std::max_element(norms_.begin(), norms_.end());
        write_columns();
    }

    const SparseRows<double>& rows() const { return rows_; }
    double scale() const { return std::ldexp(1, -exponent_); }
    // Whether the squares of the values are far from overflow and underflow.
    bool is_bounded() const { return std::abs(exponent_) < 500; }
    const float* norms() const { return norms_.data(); }
    std::uint64_t begin(std::int32_t column) const { return starts_[column]; }
    std::uint64_t end(std::int32_t column) const { return starts_[column + 1]; }
    const SparseEntry* entries() const { return entries_.data(); }

    // What a squared distance of 1 is in the units of the float32 values.
    double unit() const { return std::ldexp(1, -2 * exponent_); }

    // Returns whether float32 represents all squared distances from a query: those of small
    // integers.
    bool is_exact(const SparseRows<double>& queries, std::size_t query) const {
        constexpr double kLimit = 0x1p22;  // float32 represents integers up to four times this
        return is_integer_ && is_bounded() && largest_norm_ / unit() < kLimit &&
               queries.squared_norm(query) < kLimit && holds_integers(queries, query, query + 1);
    }

private:
    static bool holds_integers(const SparseRows<double>& rows, std::size_t begin, std::size_t end) {
        return std::all_of(rows.values + rows.begin(begin), rows.values + rows.begin(end),
                           [](double value) { return value == std::rint(value); });
    }

    static int largest_exponent(const SparseRows<double>& rows) {
        double largest = 0;
        for (std::size_t i = 0; i < rows.begin(rows.count); ++i)
            largest = std::max(largest, std::abs(rows.values[i]));
        int exponent = 0;
        std::frexp(largest, &exponent);
        return exponent;
    }

    void write_columns() {
        const std::size_t n_entries = rows_.begin(rows_.count);
        starts_.assign(rows_.n_columns + 2, 0);  // while writing, a column's begin is its next place
        entries_ = AlignedArray<SparseEntry>(n_entries);
        for (std::size_t i = 0; i < n_entries; ++i) ++starts_[rows_.columns[i] + 2];
        for (std::size_t f = 2; f < starts_.size(); ++f) starts_[f] += starts_[f - 1];
        const double scale = this->scale();
        for (std::size_t row = 0; row < rows_.count; ++row)
            for (std::size_t i = rows_.begin(row); i < rows_.end(row); ++i) {
                entries_[starts_[rows_.columns[i] + 1]++] = {
                    static_cast<std::uint32_t>(row), static_cast<float>(rows_.values[i] * scale)};
            }
    }

    const SparseRows<double> rows_;
    const int exponent_;
    bool is_integer_;
    float largest_norm_;
    std::vector<float> norms_;
    std::vector<std::uint64_t> starts_;
    AlignedArray<SparseEntry> entries_;
};

// One query and the nearest points so far. Points are added in the order of their positions.
class SparseQuery {
public:
    using Ranked = std::pair<double, std::uint32_t>;  // squared distance and position

    SparseQuery(const SparsePoints& points, const SparseRows<double>& queries, std::size_t k)
        : points_(points), queries_(queries), k_(k) {}

    // Starts with a new query; the point at `excluded` is not a neighbor.
    void start(std::size_t row, std::size_t excluded) {
        row_ = row;
        excluded_ = excluded;
        candidates_.clear();
        nearest_.clear();
        const double norm = queries_.squared_norm(row) * points_.unit();
        const auto n_terms = static_cast<double>(queries_.end(row) - queries_.begin(row));
        is_exact_ = points_.is_exact(queries_, row);
        is_bounded_ =
            is_exact_ || (points_.is_bounded() && norm < 0x1p80 && n_terms < 0x1p18);
        norm_ = is_bounded_ ? static_cast<float>(norm) : 1;
        // A product is rounded once for each of its terms, values and norms once, and the rest a
        // few times; the last factor stands for errors of second order.
        error_ = is_exact_ ? 0 : static_cast<float>((n_terms + 16) * 0x1p-24 * 1.05);
        farthest_ = kInfinite;
        capacity_ = 2 * k_ + 48;
    }

    // The values of the query in the units of the points; 0 if no bound can be computed.
    float weight(std::size_t entry) const {
        return is_bounded_ ? static_cast<float>(queries_.values[entry] * points_.scale()) : 0;
    }

    std::size_t row() const { return row_; }
    float norm() const { return norm_; }
    float shrink() const { return is_bounded_ ? 1 - error_ : 0; }

    // Points with a larger lower bound are of no interest. If distances are exact, a point that is
    // as far as k earlier ones is not, either.
    float limit() const {
        return is_exact_ ? std::nextafter(farthest_, -kInfinite) : farthest_ + slack();
    }

    void add(std::size_t position, float product) {
        const float sum = norm_ + points_.norms()[position];
        const float lower = sum * shrink() - 2 * product;
        if (position == excluded_ || lower > limit()) return;
        const float upper = sum * (1 + error_) - 2 * product + slack();
        candidates_.push_back({lower, is_bounded_ ? upper : kInfinite,
                               static_cast<std::uint32_t>(position)});
        if (candidates_.size() < capacity_) return;
        drop_far_candidates();
        // If many points are about as far, such as those without a common column, more of them are
        // collected before exact distances are computed.
        capacity_ = std::max(capacity_, 2 * candidates_.size());
        if (candidates_.size() > kMaxCandidates) rank_candidates();
    }

    // Returns the k nearest points, nearest first.
    const std::vector<Ranked>& finish() {
        drop_far_candidates();
        rank_candidates();
        return nearest_;
    }

private:
    struct Candidate {
        float lower, upper;  // bounds of the squared distance in the units of the points
        std::uint32_t position;
    };

    static constexpr std::size_t kMaxCandidates = 2048;
    static constexpr float kInfinite = std::numeric_limits<float>::infinity();

    // More than is lost where values or products underflow in float32.
    float slack() const { return is_exact_ ? 0 : 0x1p-80f; }

    void drop_far_candidates() {
        if (candidates_.size() > k_) {
            uppers_.clear();
            for (const Candidate& candidate : candidates_) uppers_.push_back(candidate.upper);
            const auto last = uppers_.begin() + static_cast<std::ptrdiff_t>(k_ - 1);
            std::nth_element(uppers_.begin(), last, uppers_.end());
            farthest_ = std::min(farthest_, *last);
        }
        std::erase_if(candidates_, [this](const Candidate& candidate) {
            return candidate.lower > farthest_ + slack();
        });
    }

    // Keeps the k nearest points by their exact distances.
    void rank_candidates() {
        for (const Candidate& candidate : candidates_)
            nearest_.emplace_back(squared_distance_of(candidate), candidate.position);
        candidates_.clear();
        const auto n = static_cast<std::ptrdiff_t>(std::min(k_, nearest_.size()));
        std::partial_sort(nearest_.begin(), nearest_.begin() + n, nearest_.end());
        nearest_.resize(static_cast<std::size_t>(n));
        if (nearest_.size() < k_) return;
        const auto last = static_cast<float>(nearest_.back().first * points_.unit());
        farthest_ = std::min(farthest_, is_exact_ ? last : std::nextafter(last, kInfinite));
    }

    double squared_distance_of(const Candidate& candidate) const {
        if (is_exact_) return candidate.upper / points_.unit();
        return squared_distance(queries_, row_, points_.rows(), candidate.position);
    }

    const SparsePoints& points_;
    const SparseRows<double>& queries_;
    const std::size_t k_;
    std::size_t row_ = 0, excluded_ = 0, capacity_ = 0;
    bool is_exact_ = false;    // float32 represents all squared distances
    bool is_bounded_ = false;  // float32 gives bounds of squared distances
    float norm_ = 0, error_ = 0;
    float farthest_ = 0;  // k points are at most this far
    std::vector<Candidate> candidates_;
    std::vector<float> uppers_;
    std::vector<Ranked> nearest_;
};

// Some rows of a matrix; each is a point of the index itself, or they are other rows.
struct SparseQueries {
    SparseRows<double> rows;
    const std::int64_t* selected;  // null: all rows
    std::size_t count;
    bool are_points;

    std::size_t row(std::size_t query) const {
        return selected ? static_cast<std::size_t>(selected[query]) : query;
    }
};

// Searches up to kSparseQueries queries at a time; holds the working memory of one thread.
class SparseSearch {
public:
    SparseSearch(const SparsePoints& points, const SparseQueries& queries, std::size_t k)
        : points_(points),
          queries_(queries),
          lanes_(kSparseQueries, SparseQuery(points, queries.rows, k)),
          places_(points.rows().n_columns, -1),
          products_(kSparsePoints * kSparseQueries),
          found_(kSparsePoints * kSparseQueries) {}

    void run(std::size_t first, std::int64_t* positions, double* squared) {
        n_lanes_ = std::min<std::size_t>(kSparseQueries, queries_.count - first);
        for (std::size_t lane = 0; lane < n_lanes_; ++lane) {
            const std::size_t row = queries_.row(first + lane);
            lanes_[lane].start(row, queries_.are_points ? row : points_.rows().count);
        }
        gather_columns();
        // The first block is small: its points give limits that exclude most of the others.
        std::size_t size = kFirstPoints;
        for (std::size_t point = 0; point < points_.rows().count; point += size) {
            if (point) size = kSparsePoints;
            compare(point, std::min(size, points_.rows().count - point));
        }
        for (std::size_t lane = 0; lane < n_lanes_; ++lane)
            for (const auto& [distance, position] : lanes_[lane].finish()) {
                *positions++ = position;
                *squared++ = distance;
            }
    }

private:
    static constexpr std::size_t kFirstPoints = 128;

    // Lists the columns in which any query has a value, and these values.
    void gather_columns() {
        for (const std::int32_t column : columns_) places_[column] = -1;
        columns_.clear();
        next_.clear();
        ends_.clear();
        weights_.clear();
        const SparseRows<double>& rows = queries_.rows;
        for (std::size_t lane = 0; lane < n_lanes_; ++lane)
            for (std::size_t i = rows.begin(lanes_[lane].row()); i < rows.end(lanes_[lane].row()); ++i)
                weights_[place_of(rows.columns[i]) * kSparseQueries + lane] = lanes_[lane].weight(i);
    }

    // Returns the place of a column in the list; adds it if it is not there.
    std::size_t place_of(std::int32_t column) {
        if (places_[column] < 0) {
            places_[column] = static_cast<std::int32_t>(columns_.size());
            columns_.push_back(column);
            next_.push_back(points_.begin(column));
            ends_.push_back(points_.end(column));
            weights_.resize(weights_.size() + kSparseQueries);
        }
        return static_cast<std::size_t>(places_[column]);
    }

    // Compares the queries with `count` points from `first` on.
    void compare(std::size_t first, std::size_t count) {
        float norms[kSparseQueries], shrink[kSparseQueries], limits[kSparseQueries];
        for (std::size_t lane = 0; lane < kSparseQueries; ++lane) {
            const bool is_used = lane < n_lanes_;
            norms[lane] = is_used ? lanes_[lane].norm() : 0;
            shrink[lane] = is_used ? lanes_[lane].shrink() : 0;
            limits[lane] = is_used ? lanes_[lane].limit() : -1;
        }
        const SparseBlock block{points_.entries(), next_.data(), ends_.data(),
                                weights_.data(), static_cast<int>(next_.size()),
                                static_cast<int>(count), static_cast<std::uint32_t>(first),
                                points_.norms() + first, norms, shrink, limits, products_.data()};
        kernels_.multiply_sparse(block);
        const int n_found = kernels_.find_sparse(block, found_.data());
        for (int i = 0; i < n_found; ++i) {
            const std::size_t at = found_[i];
            lanes_[at % kSparseQueries].add(first + at / kSparseQueries, products_[at]);
        }
    }

    const Kernels& kernels_ = best_kernels();
    const SparsePoints& points_;
    const SparseQueries& queries_;
    std::size_t n_lanes_ = 0;
    std::vector<SparseQuery> lanes_;
    std::vector<std::int32_t> places_;  // of each column in the list; -1: it is not there
    std::vector<std::int32_t> columns_;
    std::vector<std::uint64_t> next_, ends_;
    std::vector<float> weights_;
    AlignedArray<float> products_;
    AlignedArray<std::uint16_t> found_;
};

// Writes the k nearest points of each query, nearest first, and their squared distances.
inline void find_nearest_sparse(const SparsePoints& points, const SparseQueries& queries,
                                std::size_t k, std::int64_t* positions, double* squared,
                                Workers& workers) {
    std::vector<std::unique_ptr<SparseSearch>> searches(workers.size());
    const std::size_t n_blocks = (queries.count + kSparseQueries - 1) / kSparseQueries;
    workers.parallel_for(n_blocks, [&](std::size_t block, std::size_t worker) {
        if (!searches[worker])
            searches[worker] = std::make_unique<SparseSearch>(points, queries, k);
        const std::size_t first = block * kSparseQueries;
        searches[worker]->run(first, positions + first * k, squared + first * k);
    });
}

}  // namespace counterpoise
