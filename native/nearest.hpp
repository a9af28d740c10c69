// Exact k nearest points: float32 sets aside what is surely too far, float64 ranks the rest.
//
// Queries that lie in the same cell are searched together. The cells are visited nearest first; in
// each, a tile compares queries with points in float32. Such a distance is known within an interval
// [lower, upper]; the k-th smallest upper end is a query's reach, and whatever has its lower end within
// the reach stays a candidate. The candidates are ranked by their float64 distance, summed in column
// order, ties by position. Where the list of candidates ran over, as among many equal distances, the
// query is looked at again in float64 throughout.
#pragma once

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "cells.hpp"
#include "kernels.hpp"

namespace counterpoise {

// What is asked: points of the index itself, or points from elsewhere.
struct Queries {
    const Points* points;
    bool are_own;  // a point is then left out of its own list
    double value(const Cells& cells, std::size_t point, std::size_t f) const {
        return points->at(point, f) * cells.scale();
    }
};

struct Answers {
    std::int64_t* positions;  // [n_queries][k]
    double* distances;        // the same, or null
    std::size_t k;
};

using Ranked = std::pair<double, std::uint32_t>;  // squared distance and position
using Visit = std::pair<double, std::uint32_t>;   // bound and node

inline void push(std::vector<Visit>& heap, Visit visit) {
    heap.push_back(visit);
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
}

inline Visit pop(std::vector<Visit>& heap) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    const Visit visit = heap.back();
    heap.pop_back();
    return visit;
}

// The search for one block of queries.
class BlockSearch {
public:
    BlockSearch(const Cells& cells, const Kernels& kernels, const Queries& queries,
                const Answers& answers)
        : cells_(cells), kernels_(kernels), queries_(queries), answers_(answers),
          capacity_(answers.k + std::max<std::size_t>(8, answers.k / 8)) {
        const std::size_t w = cells.width(), cellfuls = w * kCellSize;
        points_.resize(cellfuls);
        local_.resize(cellfuls);
        weight_.resize(cells.has_missing() ? cellfuls : 0);
        missing_.resize(weight_.size());
        box_.resize(2 * w);
        misses_.resize(w);
        lower_.resize(kCellSize * capacity_);
        upper_.resize(kCellSize * capacity_);
        position_.resize(kCellSize * capacity_);
    }

    // Answers the queries `row[i]`, which ask for the points `point[i]` and lie in one cell.
    void run(const std::uint32_t* row, const std::uint32_t* point, std::size_t count,
             std::size_t home) {
        row_ = row;
        point_ = point;
        count_ = count;
        load();
        visit(home);
        search(home);
        for (std::size_t q = 0; q < count_; ++q) answer(q);
    }

private:
    void load() {
        const std::size_t w = cells_.width();
        std::memset(penalty_, 0, sizeof penalty_);
        for (std::size_t f = 0; f < w; ++f) load_column(f);
        centre_.resize(w);
        radius_ = 0;
        for (std::size_t f = 0; f < w; ++f) centre_[f] = box_[f] * 0.5 + box_[w + f] * 0.5;
        for (std::size_t q = 0; q < count_; ++q) {
            found_[q] = 0;
            reach_[q] = dropped_[q] = std::numeric_limits<float>::infinity();
            double norm = 0;
            for (std::size_t f = 0; f < w; ++f) {
                const double off = points_[f * kCellSize + q] - centre_[f];
                norm += off * off;
            }
            radius_ = std::max(radius_, std::sqrt(norm));
        }
        const auto unit = static_cast<float>(w + 8) * 6e-8f;  // d + 2 roundings of each distance
        block_ = {w, count_, points_.data(), weight_.data(), missing_.data(), penalty_, reach_,
                  cells_.filter_scale(), unit, local_.data(), bound_, error_, threshold_};
    }

    void load_column(std::size_t f) {
        const float penalty = cells_.filter_penalty(f);
        double low = kInfinity, high = -kInfinity;
        misses_[f] = false;
        for (std::size_t q = 0; q < kCellSize; ++q) {
            const double x = q < count_ ? queries_.value(cells_, point_[q], f) : 0;
            const bool is_missing = std::isnan(x);
            points_[f * kCellSize + q] = is_missing ? 0 : x;
            if (!weight_.empty()) {
                weight_[f * kCellSize + q] = is_missing ? 0.0f : 1.0f;
                missing_[f * kCellSize + q] = is_missing ? std::sqrt(penalty) : 0.0f;
                penalty_[q] += is_missing ? penalty : 0.0f;
            }
            if (q >= count_) continue;
            misses_[f] |= is_missing;
            low = std::fmin(low, x);
            high = std::fmax(high, x);
        }
        box_[f] = low;
        box_[cells_.width() + f] = high;
    }

    // No point of a node is nearer to any query of the block (squared).
    double bound(std::size_t node) const {
        const std::size_t w = cells_.width();
        const double *low = cells_.low(node), *high = cells_.high(node);
        double sum = 0;
        for (std::size_t f = 0; f < w; ++f) {
            const double gap = std::max({low[f] - box_[w + f], box_[f] - high[f], 0.0});
            double square = gap * gap;
            if (misses_[f] || cells_.misses(node, f)) square = std::min(square, cells_.penalty(f));
            sum += square;
        }
        return cells_.has_missing() ? sum : std::max(sum, ball_bound(node));
    }

    double ball_bound(std::size_t node) const {
        const double* centre = cells_.centre(node);
        double across = 0;
        for (std::size_t f = 0; f < cells_.width(); ++f) {
            const double off = centre[f] - centre_[f];
            across += off * off;
        }
        const double gap = std::sqrt(across) * (1 - 1e-12) - cells_.radius(node) - radius_;
        return gap > 0 ? gap * gap * (1 - 1e-12) : 0;
    }

    double farthest_reach() const {
        float most = 0;
        for (std::size_t q = 0; q < count_; ++q) most = std::max(most, reach_[q]);
        const double reach = most / cells_.filter_scale();
        return reach * reach * (1 + 1e-6);
    }

    void search(std::size_t home) {
        heap_.clear();
        push(heap_, {0.0, 0});
        double limit = farthest_reach();
        while (!heap_.empty()) {
            const auto [bound, i] = pop(heap_);
            if (bound > limit) return;
            const Node& node = cells_.node(i);
            if (node.right) {
                for (const std::uint32_t child : {i + 1, node.right}) {
                    const double below = this->bound(child);
                    if (below <= limit) push(heap_, {below, child});
                }
            } else if (cells_.cell_of_node(i) != home) {
                if (visit(cells_.cell_of_node(i))) limit = farthest_reach();
            }
        }
    }

    // Compares with a cell the queries that may have a neighbour in it; true if some found one.
    bool visit(std::size_t cell) {
        const CellView view = cells_.view(cell);
        kernels_.bounds(block_, view);
        std::uint8_t active[kCellSize + kTileQueries];
        std::size_t n_active = 0;
        for (std::size_t q = 0; q < count_; ++q) {
            active[n_active] = static_cast<std::uint8_t>(q);
            n_active += bound_[q] <= threshold_[q];
        }
        if (!n_active) return false;
        for (std::size_t i = 1; i < kTileQueries; ++i) active[n_active - 1 + i] = active[n_active - 1];
        bool found = false;
        for (std::size_t i = 0; i < n_active; i += kTileQueries) {
            kernels_.scan(block_, view, active + i, squared_, hits_);
            const std::size_t n = std::min(kTileQueries, n_active - i);
            for (std::size_t j = 0; j < n; ++j) found |= collect(active[i + j], cell, j);
        }
        return found;
    }

    bool collect(std::size_t q, std::size_t cell, std::size_t j) {
        const Node& node = cells_.node(cells_.node_of_cell(cell));
        bool found = false;
        for (std::size_t word = 0; word < kCellSize / 32; ++word) {
            std::uint32_t hits = hits_[j * (kCellSize / 32) + word];
            for (; hits; hits &= hits - 1) {
                const std::size_t i = word * 32 + static_cast<std::size_t>(__builtin_ctz(hits));
                if (node.begin + i >= node.end) continue;  // beyond the cell's last point
                const std::uint32_t position = cells_.order()[node.begin + i];
                if (queries_.are_own && position == point_[q]) continue;
                take(q, squared_[j * kCellSize + i], position);
                found = true;
            }
        }
        return found;
    }

    // Puts a candidate in its place in a query's list.
    void take(std::size_t q, float squared, std::uint32_t position) {
        const float distance = std::sqrt(squared);
        const float upper = distance * (1 + block_.gamma) + error_[q];
        const float lower = distance * (1 - block_.gamma) - error_[q];
        if (lower > reach_[q]) return;
        float* uppers = &upper_[q * capacity_];
        float* lowers = &lower_[q * capacity_];
        std::uint32_t* positions = &position_[q * capacity_];
        std::size_t at = found_[q];
        if (at == capacity_) {
            if (upper >= uppers[at - 1]) {
                dropped_[q] = std::min(dropped_[q], lower);
                return;
            }
            dropped_[q] = std::min(dropped_[q], lowers[--at]);
        } else {
            ++found_[q];
        }
        for (; at > 0 && uppers[at - 1] > upper; --at) {
            uppers[at] = uppers[at - 1];
            lowers[at] = lowers[at - 1];
            positions[at] = positions[at - 1];
        }
        uppers[at] = upper;
        lowers[at] = lower;
        positions[at] = position;
        if (found_[q] >= answers_.k) reach_[q] = uppers[answers_.k - 1];
    }

    void answer(std::size_t q) {
        ranked_.clear();
        if (dropped_[q] <= reach_[q] || found_[q] < answers_.k) {
            look_again(q);
        } else {
            for (std::size_t i = 0; i < found_[q]; ++i)
                if (lower_[q * capacity_ + i] <= reach_[q])
                    ranked_.push_back(rank(q, position_[q * capacity_ + i]));
            std::sort(ranked_.begin(), ranked_.end());
        }
        const std::size_t k = answers_.k, at = row_[q] * k;
        for (std::size_t i = 0; i < k; ++i) {
            answers_.positions[at + i] = ranked_[i].second;
            if (answers_.distances)
                answers_.distances[at + i] = std::sqrt(ranked_[i].first) / cells_.scale();
        }
    }

    Ranked rank(std::size_t q, std::uint32_t position, double enough = kInfinity) const {
        double sum = 0;
        for (std::size_t f = 0; f < cells_.width(); ++f) {
            const double step =
                queries_.value(cells_, point_[q], f) - cells_.value(position, f);
            sum += std::isnan(step) ? cells_.penalty(f) : step * step;
            if (sum > enough) break;
        }
        return {sum, position};
    }

    // Finds the nearest in float64 alone, cells in order of their bounds.
    void look_again(std::size_t q) {
        heap_.clear();
        push(heap_, {0.0, 0});
        while (!heap_.empty()) {
            const auto [bound, i] = pop(heap_);
            if (out_of_reach(bound, i)) continue;
            const Node& node = cells_.node(i);
            if (node.right) {
                for (const std::uint32_t child : {i + 1, node.right})
                    push(heap_, {exact_bound(q, child), child});
            } else {
                for (std::size_t p = node.begin; p < node.end; ++p) keep(q, cells_.order()[p]);
            }
        }
        std::sort_heap(ranked_.begin(), ranked_.end());
    }

    bool out_of_reach(double bound, std::uint32_t node) const {
        if (ranked_.size() < answers_.k) return false;
        return Ranked{bound, cells_.node(node).first} > ranked_.front();
    }

    void keep(std::size_t q, std::uint32_t position) {
        if (queries_.are_own && position == point_[q]) return;
        const bool is_full = ranked_.size() == answers_.k;
        const Ranked ranked = rank(q, position, is_full ? ranked_.front().first : kInfinity);
        if (is_full) {
            if (ranked > ranked_.front()) return;
            std::pop_heap(ranked_.begin(), ranked_.end());
            ranked_.pop_back();
        }
        ranked_.push_back(ranked);
        std::push_heap(ranked_.begin(), ranked_.end());
    }

    // Sums as `rank` does, term by term no larger, so that rounding cannot lift it above a distance.
    double exact_bound(std::size_t q, std::size_t node) const {
        const double *low = cells_.low(node), *high = cells_.high(node);
        double sum = 0;
        for (std::size_t f = 0; f < cells_.width(); ++f) {
            const double x = queries_.value(cells_, point_[q], f);
            const double gap = std::max({low[f] - x, x - high[f], 0.0});
            double square = gap * gap;
            if (std::isnan(x)) square = cells_.penalty(f);
            else if (cells_.misses(node, f)) square = std::min(square, cells_.penalty(f));
            sum += square;
        }
        return sum;
    }

    const Cells& cells_;
    const Kernels& kernels_;
    const Queries& queries_;
    const Answers& answers_;
    const std::size_t capacity_;
    const std::uint32_t* row_ = nullptr;
    const std::uint32_t* point_ = nullptr;
    std::size_t count_ = 0;
    BlockView block_{};
    std::vector<double> points_, box_, centre_;
    double radius_ = 0;
    std::vector<char> misses_;
    std::vector<float> local_, weight_, missing_, lower_, upper_;
    std::vector<std::uint32_t> position_;
    std::vector<Visit> heap_;
    std::vector<Ranked> ranked_;
    std::size_t found_[kCellSize];
    alignas(64) float penalty_[kCellSize], reach_[kCellSize], bound_[kCellSize], error_[kCellSize];
    alignas(64) float threshold_[kCellSize], dropped_[kCellSize];
    alignas(64) float squared_[kTileQueries * kCellSize];
    std::uint32_t hits_[kTileQueries * (kCellSize / 32)];
};

// Answers every query; `point[i]` is the i-th query among the points that are asked.
class Search {
public:
    Search(const Cells& cells, const Queries& queries, const std::int64_t* asked,
           std::size_t n_asked)
        : cells_(cells), queries_(queries) {
        group(asked, n_asked);
    }

    void run(const Answers& answers, int n_threads, const Interruption& interruption) const {
        const Kernels& kernels = best_kernels();
        share(blocks_.size(), n_threads, interruption, [&](std::size_t i) {
            BlockSearch search(cells_, kernels, queries_, answers);
            const auto [begin, end, home] = blocks_[i];
            search.run(&row_[begin], &point_[begin], end - begin, home);
        });
    }

private:
    struct Block {
        std::size_t begin, end, home;
    };

    // Sorts the queries by the cell they lie in, and cuts them into blocks.
    void group(const std::int64_t* asked, std::size_t n_asked) {
        std::vector<std::uint32_t> home(n_asked);
        const auto cell_of = queries_.are_own ? own_cells() : std::vector<std::uint32_t>();
        for (std::size_t i = 0; i < n_asked; ++i) {
            const auto point = static_cast<std::size_t>(asked ? asked[i] : static_cast<std::int64_t>(i));
            home[i] = queries_.are_own ? cell_of[point] : nearest_cell(point);
        }
        row_.resize(n_asked);
        point_.resize(n_asked);
        std::iota(row_.begin(), row_.end(), 0u);
        std::stable_sort(row_.begin(), row_.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return home[a] < home[b]; });
        for (std::size_t i = 0; i < n_asked; ++i)
            point_[i] = static_cast<std::uint32_t>(asked ? asked[row_[i]] : row_[i]);
        for (std::size_t begin = 0, end; begin < n_asked; begin = end) {
            const std::uint32_t cell = home[row_[begin]];
            end = begin;
            while (end < n_asked && end - begin < kCellSize && home[row_[end]] == cell) ++end;
            blocks_.push_back({begin, end, cell});
        }
    }

    std::vector<std::uint32_t> own_cells() const {
        std::vector<std::uint32_t> cell(cells_.points().count);
        for (std::size_t i = 0; i < cell.size(); ++i)
            cell[cells_.order()[i]] = static_cast<std::uint32_t>(i / kCellSize);
        return cell;
    }

    // The cell at the end of the way down to the nearer child's centre.
    std::uint32_t nearest_cell(std::size_t point) const {
        std::size_t node = 0;
        while (cells_.node(node).right) {
            const std::size_t left = node + 1, right = cells_.node(node).right;
            node = distance(point, left) <= distance(point, right) ? left : right;
        }
        return static_cast<std::uint32_t>(cells_.cell_of_node(node));
    }

    double distance(std::size_t point, std::size_t node) const {
        double sum = 0;
        for (std::size_t f = 0; f < cells_.width(); ++f) {
            const double step = queries_.value(cells_, point, f) - cells_.centre(node)[f];
            sum += std::isnan(step) ? 0 : step * step;
        }
        return sum;
    }

    const Cells& cells_;
    const Queries& queries_;
    std::vector<std::uint32_t> row_, point_;
    std::vector<Block> blocks_;
};

}  // namespace counterpoise
