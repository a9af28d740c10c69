// Exact k nearest points: float32 lower bounds exclude points, float64 distances rank the rest.
//
// Queries that lie in the same leaf are searched together. The nodes of the tree are visited
// nearest first; in a leaf, queries are compared with points in float32. Each float32 distance
// gives a lower and an upper bound of the true distance. The k-th smallest upper bound is a query's
// search radius, and each point whose lower bound is within the radius is a candidate. Candidates
// are ranked by their float64 distance, summed in column order, ties by position. A query with more
// candidates than there is memory for, as among many equal distances, is searched again, alone.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "kernels.hpp"
#include "threads.hpp"
#include "tree.hpp"
#include "tree_traversal.hpp"

namespace counterpoise {

struct Results {
    std::int64_t* positions;  // [n_queries][k]
    double* distances;        // the same, or null
    std::size_t k;
    bool are_squared;        // distances are squared, in the units of the index
    const double* limits;    // [n_queries], squared: points farther away are not wanted; or null
    std::size_t max_leaves;  // the most leaves that are searched for a block of queries
};

using Ranked = std::pair<double, std::uint32_t>;  // squared distance and position

// Finds the k nearest points of each query.
class NearestSearch : TreeTraversal {
public:
    NearestSearch(const Tree& tree, const Queries& queries, const Results& results)
        : TreeTraversal(tree, best_kernels(), queries, results.k, 2 * results.k + 32),
          results_(results) {
        max_leaves_ = results.max_leaves;
    }

    // Finds the nearest points of some queries that lie in one leaf.
    template <class CheckInterrupt>
    void run(const std::uint32_t* queries, std::size_t count, std::size_t home,
             CheckInterrupt&& check_interrupt) {
        load(queries, count);
        for (std::size_t q = 0; q < count && results_.limits; ++q)
            limit(q, results_.limits[selected_[q]]);
        traverse(home, check_interrupt, [this](const Leaf& leaf, const int* active, int n_active) {
            kernels_.search_leaf(block_, leaf, active, n_active);
        });
        for (std::size_t q = 0; q < count; ++q) {
            if (has_overflow_[q]) search_alone(q, check_interrupt);
            else rank_candidates(q);
            write_results(q);
        }
    }

private:
    void rank_candidates(std::size_t q) {
        const Candidate* candidates = &candidates_[q * capacity_];
        ranked_.clear();
        for (int i = 0; i < n_candidates_[q]; ++i) {
            if (candidates[i].lower_bound > block_.radius[q]) continue;
            tree_.points().prefetch(candidates[i].position);
            ranked_.emplace_back(0, candidates[i].position);
        }
        std::size_t i = 0;
        for (; compares_rows() && i + 4 <= ranked_.size(); i += 4) rank_four(q, &ranked_[i]);
        for (; i < ranked_.size(); ++i)
            ranked_[i].first = squared_distance(tree_, query(q), ranked_[i].second);
        std::sort(ranked_.begin(), ranked_.end());
    }

    // Computes the exact distances of four candidates at once: each sum waits for its last addition.
    void rank_four(std::size_t q, Ranked* ranked) const {
        const Points& points = tree_.points();
        if (points.is_float64) rank_four(q, ranked, points.float64);
        else rank_four(q, ranked, points.float32);
    }

    template <class T>
    void rank_four(std::size_t q, Ranked* ranked, const Strided<T>& table) const {
        const double* const values = query(q).values;
        const T* rows[4];
        for (int i = 0; i < 4; ++i) rows[i] = &table.at(tree_.points().row(ranked[i].second), 0);
        double sums[4] = {};
        for (std::size_t f = 0; f < n_numeric_; ++f)
            for (int i = 0; i < 4; ++i) {
                const double difference = values[f] - static_cast<double>(rows[i][f]);
                sums[i] += difference * difference;
            }
        for (int i = 0; i < 4; ++i) ranked[i].first = std::isnan(sums[i]) ? kInfinity : sums[i];
    }

    // ---- Search of a single query whose candidates have overflowed ----

    // Visits the nodes in the order of (distance lower bound, smallest position): among equal
    // distances the smallest positions come first, and the search can stop early.
    template <class CheckInterrupt>
    void search_alone(std::size_t q, CheckInterrupt&& check_interrupt) {
        ranked_.clear();
        single_frontier_.clear();
        single_frontier_.push({0, 0}, 0);
        while (!single_frontier_.empty()) {
            const auto [bound, i] = single_frontier_.pop();
            if (ranked_.size() == results_.k && bound > ranked_.front()) break;
            const Node& node = tree_.node(i);
            if (node.right) {
                single_frontier_.push(lower_bound(q, i + 1), i + 1);
                single_frontier_.push(lower_bound(q, node.right), node.right);
            } else {
                check_interrupt();
                rank_leaf(q, i);
            }
        }
        std::sort_heap(ranked_.begin(), ranked_.end());
    }

    // Adds the same terms in the same order as `squared_distance`, none of them larger, so that the
    // rounded sum cannot exceed a rounded distance.
    Ranked lower_bound(std::size_t q, std::size_t node) const {
        const Region region = tree_.region(node);
        const double* x = values_.data() + q * n_numeric_;
        double sum = 0;
        for (std::size_t f = 0; f < n_numeric_; ++f) {
            const double gap = std::max({region.low[f] - x[f], x[f] - region.high[f], 0.0});
            double squared = gap * gap;
            if (std::isnan(x[f])) squared = tree_.allows_missing() ? tree_.penalties()[f] : 0;
            else if (region.cap) squared = std::min(squared, region.cap[f]);
            sum += squared;
        }
        for (std::size_t g = 0; g < n_categorical_; ++g)
            if (!(region.code_masks[g] & bit_of(query(q).codes[g]))) sum += tree_.mismatch()[g];
        return {sum, tree_.node(node).min_position};
    }

    // Ranks the points of a leaf that may be among the k nearest.
    void rank_leaf(std::size_t q, std::size_t node) {
        const Leaf leaf = tree_.leaf(node);
        const bool is_full = ranked_.size() == results_.k;
        const double radius = is_full ? std::sqrt(ranked_.front().first) * (1 + 1e-9) : kInfinity;
        int found[kLeafSize];
        const int n_found = kernels_.find_within(block_, leaf, static_cast<int>(q), radius, found);
        for (int i = 0; i < n_found; ++i) {
            const std::uint32_t position = leaf.positions[found[i]];
            if (position != excluded_[q])
                keep_nearest({squared_distance(tree_, query(q), position), position});
        }
    }

    // Keeps the k nearest in a heap, the farthest of them on top.
    void keep_nearest(const Ranked& ranked) {
        if (ranked_.size() == results_.k) {
            if (ranked > ranked_.front()) return;
            std::pop_heap(ranked_.begin(), ranked_.end());
            ranked_.pop_back();
        }
        ranked_.push_back(ranked);
        std::push_heap(ranked_.begin(), ranked_.end());
    }

    // With limits or a maximum number of leaves there may be fewer than k points; the remaining
    // positions are -1 and the distances infinite.
    void write_results(std::size_t q) {
        ranked_.resize(std::max(ranked_.size(), results_.k), Ranked{kInfinity, kNoPosition});
        const std::size_t at = selected_[q] * results_.k;
        for (std::size_t i = 0; i < results_.k; ++i) {
            const std::uint32_t position = ranked_[i].second;
            results_.positions[at + i] = position == kNoPosition ? -1 : std::int64_t{position};
            if (!results_.distances) continue;
            results_.distances[at + i] = results_.are_squared
                                             ? ranked_[i].first
                                             : std::sqrt(ranked_[i].first) / tree_.points().scale;
        }
    }

    const Results& results_;
    Frontier<Ranked> single_frontier_;
    std::vector<Ranked> ranked_;
};

// For each query a threshold in the order of (squared distance, position).
struct Thresholds {
    const double* squared;         // [n_queries], in the units of the index
    const std::int64_t* position;  // [n_queries]
};

// Finds up to k of the points that come before a query's threshold, in the order of the traversal.
class CloserSearch : TreeTraversal {
public:
    CloserSearch(const Tree& tree, const Queries& queries, const Thresholds& thresholds,
                 const Results& results)
        : TreeTraversal(tree, best_kernels(), queries, 0, kLeafSize), thresholds_(thresholds),
          results_(results) {}

    template <class CheckInterrupt>
    void run(const std::uint32_t* queries, std::size_t count, std::size_t home,
             CheckInterrupt&& check_interrupt) {
        load(queries, count);
        for (std::size_t q = 0; q < count; ++q) start_query(q);
        traverse(home, check_interrupt, [this](const Leaf& leaf, const int* active, int n_active) {
            kernels_.gather_leaf(block_, leaf, active, n_active);
            for (int i = 0; i < n_active; ++i)
                check_candidates(static_cast<std::size_t>(active[i]));
        });
    }

private:
    void start_query(std::size_t q) {
        n_found_[q] = 0;
        std::fill_n(&results_.positions[selected_[q] * results_.k], results_.k, std::int64_t{-1});
        limit(q, thresholds_.squared[selected_[q]]);
    }

    void check_candidates(std::size_t q) {
        const Ranked threshold{thresholds_.squared[selected_[q]],
                               static_cast<std::uint32_t>(thresholds_.position[selected_[q]])};
        for (int i = 0; i < n_candidates_[q] && n_found_[q] < results_.k; ++i) {
            const std::uint32_t position = candidates_[q * capacity_ + i].position;
            if (Ranked{squared_distance(tree_, query(q), position), position} < threshold)
                results_.positions[selected_[q] * results_.k + n_found_[q]++] = position;
        }
        n_candidates_[q] = 0;
        if (n_found_[q] == results_.k) block_.radius_squared[q] = -1;
    }

    const Thresholds& thresholds_;
    const Results& results_;
    std::size_t n_found_[kLeafSize];
};

// Queries sorted by the leaf in which they lie and divided into blocks. A block holds queries of
// one leaf, or of a few consecutive leaves with few queries.
class QueryBlocks {
public:
    struct Range {
        std::size_t begin, end, home;
    };

    QueryBlocks(const Tree& tree, const Queries& queries, Workers& workers)
        : order_(queries.count) {
        const std::vector<std::uint32_t> homes = find_home_leaves(tree, queries, workers);
        std::vector<std::size_t> begin(tree.n_leaves() * 2, 0);
        for (const std::uint32_t home : homes) ++begin[home];
        std::exclusive_scan(begin.begin(), begin.end(), begin.begin(), std::size_t{0});
        for (std::size_t i = 0; i < homes.size(); ++i)
            order_[begin[homes[i]]++] = static_cast<std::uint32_t>(i);
        for (std::size_t home = 0, at = 0; home < begin.size(); ++home)
            for (; at < begin[home]; at = ranges_.back().end)
                add_range(at, std::min<std::size_t>(at + kLeafSize, begin[home]), home);
    }

    std::size_t size() const { return ranges_.size(); }
    const Range& range(std::size_t i) const { return ranges_[i]; }
    const std::uint32_t* queries(const Range& range) const { return &order_[range.begin]; }

private:
    // Blocks of few queries are slow: the few queries of a leaf join those of the leaf before.
    void add_range(std::size_t begin, std::size_t end, std::size_t home) {
        constexpr std::size_t kFew = 16;
        const bool is_small = end - begin < kFew;
        if (!ranges_.empty() && ranges_.back().end - ranges_.back().begin < kFew && is_small)
            ranges_.back().end = end;
        else
            ranges_.push_back({begin, end, home});
    }

    static std::vector<std::uint32_t> find_home_leaves(const Tree& tree, const Queries& queries,
                                                       Workers& workers) {
        constexpr std::size_t kRun = 4096;
        const auto own =
            queries.are_indexed ? find_point_leaves(tree) : std::vector<std::uint32_t>();
        std::vector<std::uint32_t> homes(queries.count);
        workers.parallel_for((queries.count + kRun - 1) / kRun, [&](std::size_t run, std::size_t) {
            for (std::size_t i = run * kRun; i < std::min(queries.count, (run + 1) * kRun); ++i) {
                const std::size_t point = queries.point(i);
                homes[i] = queries.are_indexed ? own[point] : descend(tree, queries.points, point);
            }
        });
        return homes;
    }

    // The leaf of each point of the index.
    static std::vector<std::uint32_t> find_point_leaves(const Tree& tree) {
        std::vector<std::uint32_t> homes(tree.points().count);
        for (std::uint32_t i = 0; i < 2 * tree.n_leaves() - 1; ++i) {
            const Node& node = tree.node(i);
            for (std::size_t at = node.begin; !node.right && at < node.end; ++at)
                homes[tree.order()[at]] = i;
        }
        return homes;
    }

    // The leaf in which a point that is not in the index lies.
    static std::uint32_t descend(const Tree& tree, const Points& points, std::size_t point) {
        return static_cast<std::uint32_t>(
            tree.find_leaf([&](std::size_t column) { return points.at(point, column); }));
    }

    std::vector<std::uint32_t> order_;
    std::vector<Range> ranges_;
};

// Distributes the blocks of queries over the threads, each with its own search object.
template <class Search, class... Rest>
void search_blocks(const Tree& tree, Queries queries, Workers& workers, const Rest&... rest) {
    queries.points.scale = tree.points().scale;
    const QueryBlocks blocks(tree, queries, workers);
    std::vector<std::unique_ptr<Search>> searches(workers.size());
    workers.parallel_for(blocks.size(), [&](std::size_t i, std::size_t worker) {
        auto& search = searches[worker];
        if (!search) search = std::make_unique<Search>(tree, queries, rest...);
        const auto& range = blocks.range(i);
        search->run(blocks.queries(range), range.end - range.begin, range.home,
                    [&] { workers.check_interrupt(worker); });
    });
}

}  // namespace counterpoise
