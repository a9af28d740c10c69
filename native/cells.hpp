// Points split by median into a tree of cells, each with a box and a ball around it.
//
// A split gives its left side a whole number of full cells, so that the shape of the tree follows
// from the number of points alone: node 0 is the root, the left child of node i is i + 1, and cell c
// holds the points from c * kCellSize on, in the order that the splits have made.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

#include "kernels.hpp"
#include "points.hpp"
#include "threads.hpp"

namespace counterpoise {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Node {
    std::uint32_t begin, end;  // in the order of the cells
    std::uint32_t right;       // its right child; 0 for a cell
    std::uint32_t first;       // the smallest position of its points
};

class Cells {
public:
    Cells(const Points& points, const double* penalties, int n_threads,
          const Interruption& interruption)
        : points_(points), penalties_(penalties), has_missing_(penalties != nullptr) {
        order_.resize(points.count);
        std::iota(order_.begin(), order_.end(), 0u);
        measure(n_threads, interruption);
        allocate();
        split_all(n_threads, interruption);
        share(n_cells(), n_threads, interruption, [&](std::size_t cell) { fill(cell); });
        for (std::size_t node = nodes_.size(); node-- > 0;)
            if (nodes_[node].right) merge(node);
    }

    const Points& points() const { return points_; }
    std::size_t width() const { return points_.width; }
    double scale() const { return scale_; }
    double filter_scale() const { return filter_scale_; }
    bool has_missing() const { return has_missing_; }
    double penalty(std::size_t f) const { return penalties_ ? penalties_[f] * scale_ * scale_ : 0; }
    float filter_penalty(std::size_t f) const {
        return static_cast<float>(penalty(f) * filter_scale_ * filter_scale_);
    }
    std::size_t n_cells() const { return (order_.size() + kCellSize - 1) / kCellSize; }
    const Node& node(std::size_t i) const { return nodes_[i]; }
    const std::uint32_t* order() const { return order_.data(); }
    const double* low(std::size_t node) const { return &box_[2 * width() * node]; }
    const double* high(std::size_t node) const { return low(node) + width(); }
    const double* centre(std::size_t node) const { return &centre_[width() * node]; }
    double radius(std::size_t node) const { return radius_[node]; }
    bool misses(std::size_t node, std::size_t f) const {
        return has_missing_ && missing_[width() * node + f];
    }
    double value(std::size_t point, std::size_t f) const { return points_.at(point, f) * scale_; }

    std::size_t cell_of_node(std::size_t node) const { return nodes_[node].begin / kCellSize; }
    std::size_t node_of_cell(std::size_t cell) const { return node_of_cell_[cell]; }

    CellView view(std::size_t cell) const {
        const std::size_t w = width(), node = node_of_cell_[cell];
        const bool m = has_missing_;
        return {&coordinates_[cell * w * kCellSize],
                centre(node),
                &local_box_[2 * w * cell],
                &local_box_[2 * w * cell + w],
                static_cast<float>(radius_[node] * filter_scale_ * 1.000001),
                m ? &start_[cell * kCellSize] : nullptr,
                m ? &seen_[cell * w * (kCellSize / 32)] : nullptr,
                m ? &cap_[cell * w] : nullptr};
    }

private:
    float to_filter(double x) const { return static_cast<float>(x * filter_scale_); }

    static std::size_t left_count(std::size_t count) {
        return (count + kCellSize - 1) / kCellSize / 2 * kCellSize;
    }

    // Finds the points' range, and with it powers of two, mostly 1, by which squares neither
    // overflow nor vanish: one for the float64 ranking, one more for the float32 filter.
    void measure(int n_threads, const Interruption& interruption) {
        const std::size_t w = width(), n_blocks = (points_.count + 4095) / 4096;
        std::vector<double> low(n_blocks * w, kInfinity), high(n_blocks * w, -kInfinity);
        std::vector<char> missing(n_blocks, 0);
        share(n_blocks, n_threads, interruption, [&](std::size_t block) {
            const std::size_t end = std::min(points_.count, (block + 1) * 4096);
            for (std::size_t i = block * 4096; i < end; ++i)
                for (std::size_t f = 0; f < w; ++f) {
                    const double x = points_.at(i, f);
                    if (std::isnan(x)) missing[block] = 1;
                    low[block * w + f] = std::fmin(low[block * w + f], x);
                    high[block * w + f] = std::fmax(high[block * w + f], x);
                }
        });
        double range = 0;
        middle_.assign(w, 0);
        for (std::size_t f = 0; f < w; ++f) {
            double least = kInfinity, most = -kInfinity;
            for (std::size_t block = 0; block < n_blocks; ++block) {
                least = std::fmin(least, low[block * w + f]);
                most = std::fmax(most, high[block * w + f]);
            }
            if (!(least <= most)) continue;  // nothing there
            if (std::isinf(least) || std::isinf(most))
                throw std::invalid_argument("points must be finite or missing; some are infinite");
            range = std::fmax(range, most * 0.5 - least * 0.5);
            middle_[f] = most * 0.5 + least * 0.5;
        }
        const bool any = std::any_of(missing.begin(), missing.end(), [](char m) { return m; });
        if (any && !has_missing_)
            throw std::invalid_argument("points have missing cells; give penalties, one a column");
        int exponent = 0;
        if (range > 0) std::frexp(range, &exponent);
        if (std::abs(exponent) > 400) {
            scale_ = std::ldexp(1.0, -exponent);
            exponent = 0;
        }
        if (exponent > 40 || exponent < -20) filter_scale_ = std::ldexp(1.0, -exponent);
        for (double& x : middle_) x *= scale_;
    }

    void allocate() {
        const std::size_t w = width(), cells = n_cells(), nodes = 2 * cells - 1;
        nodes_.resize(nodes);
        node_of_cell_.resize(cells);
        box_.resize(2 * w * nodes);
        centre_.resize(w * nodes);
        radius_.resize(nodes);
        coordinates_.resize(cells * w * kCellSize);
        local_box_.resize(2 * w * cells);
        if (!has_missing_) return;
        missing_.resize(w * nodes);
        start_.resize(cells * kCellSize);
        seen_.resize(cells * w * (kCellSize / 32));
        cap_.resize(cells * w);
    }

    struct Task {
        std::size_t node, begin, end;
    };

    // Splits the upper part of the tree alone, then the subtrees below it side by side.
    void split_all(int n_threads, const Interruption& interruption) {
        std::vector<Task> tasks{{0, 0, points_.count}};
        while (tasks.size() < static_cast<std::size_t>(8 * n_threads)) {
            std::vector<Task> below(2 * tasks.size());
            std::vector<char> is_cell(tasks.size());
            share(tasks.size(), n_threads, interruption, [&](std::size_t i) {
                is_cell[i] = !split(tasks[i], &below[2 * i]);
            });
            std::vector<Task> next;
            for (std::size_t i = 0; i < tasks.size(); ++i)
                if (!is_cell[i]) next.insert(next.end(), &below[2 * i], &below[2 * i] + 2);
            tasks = std::move(next);
            if (tasks.empty()) return;
        }
        share(tasks.size(), n_threads, interruption, [&](std::size_t i) { split_below(tasks[i]); });
    }

    void split_below(const Task& task) {
        Task children[2];
        if (!split(task, children)) return;
        split_below(children[0]);
        split_below(children[1]);
    }

    // Splits a node in two; false if it is a cell.
    bool split(const Task& task, Task* children) {
        const std::size_t count = task.end - task.begin, left = left_count(count);
        nodes_[task.node] = {static_cast<std::uint32_t>(task.begin),
                             static_cast<std::uint32_t>(task.end), 0, 0};
        if (!left) {
            node_of_cell_[task.begin / kCellSize] = static_cast<std::uint32_t>(task.node);
            return false;
        }
        const auto [column, middle] = widest(task);
        std::vector<std::pair<double, std::uint32_t>> keys(count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t point = order_[task.begin + i];
            const double x = value(point, column);
            keys[i] = {std::isnan(x) ? middle : x, point};
        }
        std::nth_element(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(left), keys.end());
        for (std::size_t i = 0; i < count; ++i) order_[task.begin + i] = keys[i].second;
        const std::size_t right = task.node + 2 * (left / kCellSize);
        nodes_[task.node].right = static_cast<std::uint32_t>(right);
        children[0] = {task.node + 1, task.begin, task.begin + left};
        children[1] = {right, task.begin + left, task.end};
        return true;
    }

    // The column that varies most among some of a node's points, and its mean.
    std::pair<std::size_t, double> widest(const Task& task) const {
        const std::size_t count = task.end - task.begin, step = (count + 255) / 256;
        std::size_t best = 0;
        double most = -1, middle = 0;
        for (std::size_t f = 0; f < width(); ++f) {
            double n = 0, mean = 0, squares = 0;
            for (std::size_t i = task.begin; i < task.end; i += step) {
                const double x = value(order_[i], f);
                if (std::isnan(x)) continue;
                const double off = x - mean;
                mean += off / ++n;
                squares += off * (x - mean);
            }
            if (squares > most) {
                best = f;
                most = squares;
                middle = mean;
            }
        }
        return {best, middle};
    }

    void fill(std::size_t cell) {
        const std::size_t node = node_of_cell_[cell];
        for (std::size_t f = 0; f < width(); ++f) enclose(cell, node, f);
        double farthest = 0;
        const float* local = &coordinates_[cell * width() * kCellSize];
        const std::size_t count = nodes_[node].end - nodes_[node].begin;
        for (std::size_t i = 0; i < count; ++i) {
            double norm = 0;
            for (std::size_t f = 0; f < width(); ++f)
                norm += double{local[f * kCellSize + i]} * local[f * kCellSize + i];
            farthest = std::max(farthest, norm);
        }
        radius_[node] = std::sqrt(farthest) / filter_scale_ * 1.000001;
        const auto* first = &order_[nodes_[node].begin];
        nodes_[node].first = *std::min_element(first, first + count);
    }

    // Writes one column of a cell: its box, its centre and the coordinates relative to it.
    void enclose(std::size_t cell, std::size_t node, std::size_t f) {
        const std::size_t w = width(), begin = nodes_[node].begin, count = nodes_[node].end - begin;
        double low = kInfinity, high = -kInfinity, x[kCellSize];
        bool missing = false;
        for (std::size_t i = 0; i < count; ++i) {
            x[i] = value(order_[begin + i], f);
            missing |= std::isnan(x[i]);
            low = std::fmin(low, x[i]);
            high = std::fmax(high, x[i]);
        }
        const double centre = low <= high ? low * 0.5 + high * 0.5 : middle_[f];
        box_[2 * w * node + f] = low;
        box_[2 * w * node + w + f] = high;
        centre_[w * node + f] = centre;
        float* local = &coordinates_[(cell * w + f) * kCellSize];
        for (std::size_t i = 0; i < kCellSize; ++i)
            local[i] = i < count && !std::isnan(x[i]) ? to_filter(x[i] - centre) : 0;
        local_box_[2 * w * cell + f] = to_filter(low - centre);
        local_box_[2 * w * cell + w + f] = to_filter(high - centre);
        if (has_missing_) mark_missing(cell, node, f, x, count, missing);
    }

    void mark_missing(std::size_t cell, std::size_t node, std::size_t f, const double* x,
                      std::size_t count, bool missing) {
        const float penalty = filter_penalty(f);
        std::uint32_t* seen = &seen_[(cell * width() + f) * (kCellSize / 32)];
        for (std::size_t i = 0; i < count; ++i) {
            if (std::isnan(x[i])) start_[cell * kCellSize + i] += penalty;
            else seen[i / 32] |= 1u << (i % 32);
        }
        missing_[width() * node + f] = missing;
        cap_[cell * width() + f] = missing ? penalty : std::numeric_limits<float>::max();
    }

    // Encloses the boxes and balls of two children.
    void merge(std::size_t node) {
        const std::size_t w = width(), a = node + 1, b = nodes_[node].right;
        double across = 0;
        for (std::size_t f = 0; f < w; ++f) {
            box_[2 * w * node + f] = std::min(low(a)[f], low(b)[f]);
            box_[2 * w * node + w + f] = std::max(high(a)[f], high(b)[f]);
            centre_[w * node + f] = centre(a)[f] * 0.5 + centre(b)[f] * 0.5;
            const double half = centre(a)[f] * 0.5 - centre(b)[f] * 0.5;
            across += half * half;
            if (has_missing_)
                missing_[w * node + f] = missing_[w * a + f] | missing_[w * b + f];
        }
        radius_[node] = (std::sqrt(across) + std::max(radius_[a], radius_[b])) * (1 + 1e-12);
        nodes_[node].first = std::min(nodes_[a].first, nodes_[b].first);
    }

    Points points_;
    const double* penalties_;
    bool has_missing_;  // whether missing cells may come, among the points or the queries
    double scale_ = 1, filter_scale_ = 1;
    std::vector<std::uint32_t> order_, node_of_cell_, seen_;
    std::vector<Node> nodes_;
    std::vector<double> middle_, box_, centre_, radius_;
    std::vector<float> coordinates_, local_box_, start_, cap_;
    std::vector<char> missing_;
};

}  // namespace counterpoise
