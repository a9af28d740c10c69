// Points split by median into a tree of cells, each with a box and a ball around it.
//
// A split gives its left side a whole number of full cells, so that the shape of the tree follows
// from the number of points alone: node 0 is the root, the left child of node i is i + 1, and cell
// c holds the points from c * kCellSize on, in the order that the splits have made.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "kernels.hpp"
#include "memory.hpp"
#include "points.hpp"
#include "threads.hpp"

namespace counterpoise {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct Node {
    std::size_t begin, end;  // in the order of the cells
    std::size_t right;       // its right child; 0 for a cell
    std::size_t column;      // a point lies left where its value or code in this column is at most
    double split;            // this one; a missing one counts as
    double middle;           // this one
    std::uint32_t first;     // the smallest position of its points
    double radius;
    bool has_missing, is_cut_off;
};

// Throws where a nominal cell holds no code: a whole number that float32 holds as well.
inline void check_codes(const Points& points, Crew& crew) {
    constexpr std::size_t kRun = 4096;
    if (!points.n_nominal) return;
    crew.share((points.count + kRun - 1) / kRun, [&](std::size_t run, std::size_t) {
        for (std::size_t i = run * kRun; i < std::min(points.count, (run + 1) * kRun); ++i)
            for (std::size_t g = 0; g < points.n_nominal; ++g) {
                const double code = points.raw(i, points.width + g);
                if (!(code >= 0 && code <= 0x1p24) || code != std::floor(code))
                    throw std::invalid_argument("nominal columns must hold codes, 0 to 2**24");
            }
    });
}

class Cells {
public:
    // Penalties, one a numeric column, say that cells may be missing, among the points or the
    // queries; mismatches there are one a nominal column. Shared units are those of all rows of the
    // table, so that indices over parts of it have them in common.
    Cells(const Points& points, const double* penalties, const double* mismatch, bool shared,
          Crew& crew)
        : points_(points), order_(points.count) {
        points_.scale = find_scale(shared ? points.whole() : points, crew);
        if (penalties) penalties_.assign(penalties, penalties + width());
        if (n_nominal()) mismatch_.assign(mismatch, mismatch + n_nominal());
        for (double& penalty : penalties_) penalty *= points_.scale * points_.scale;
        for (double& price : mismatch_) price *= points_.scale * points_.scale;
        filter_scale_ = find_filter_scale();
        std::iota(order_.begin(), order_.end(), 0u);
        allocate();
        split_all(crew);
        crew.share(n_cells(), [this](std::size_t cell, std::size_t) { fill(cell); });
        for (std::size_t node = nodes_.size(); node-- > 0;)
            if (nodes_[node].right) merge(node);
    }

    const Points& points() const { return points_; }
    std::size_t width() const { return points_.width; }
    std::size_t n_nominal() const { return points_.n_nominal; }
    const double* mismatch() const { return mismatch_.data(); }
    Shape shape() const {
        return {static_cast<int>(width()), static_cast<int>(n_nominal()), mismatch()};
    }
    double filter_scale() const { return filter_scale_; }
    bool may_miss() const { return !penalties_.empty(); }
    const double* penalties() const { return penalties_.data(); }
    std::size_t n_cells() const { return (order_.size() + kCellSize - 1) / kCellSize; }
    const Node& node(std::size_t i) const { return nodes_[i]; }
    const std::uint32_t* order() const { return order_.data(); }

    Region region(std::size_t node) const {
        const double* box = &bounds_[4 * width() * node];
        const double* cap = nodes_[node].has_missing ? box + 3 * width() : nullptr;
        return {box, box + width(), box + 2 * width(), cap, nodes_[node].radius,
                &masks_[node * n_nominal()]};
    }

    Cell cell(std::size_t node) const {
        const std::size_t begin = nodes_[node].begin, count = nodes_[node].end - begin;
        const float* start = nodes_[node].has_missing ? &start_[begin] : nullptr;
        return {&coordinates_[begin * width()], start, region(node).centre,
                &codes_[begin * n_nominal()], &order_[begin], static_cast<int>(count),
                nodes_[node].is_cut_off};
    }

    // The cell at the end of the way down for any point.
    template <class Value>
    std::size_t node_of(Value&& value) const {
        std::size_t i = 0;
        while (nodes_[i].right) {
            const double x = value(nodes_[i].column);
            i = (std::isnan(x) ? nodes_[i].middle : x) <= nodes_[i].split ? i + 1 : nodes_[i].right;
        }
        return i;
    }

private:
    using Key = std::pair<double, std::uint32_t>;
    struct Task {
        std::size_t node, begin, end;
    };

    // A power of two by which squares stay in the range of float64; 1 unless numbers are extreme.
    static double find_scale(const Points& points, Crew& crew) {
        constexpr std::size_t kRun = 4096;
        const std::size_t n_runs = (points.count + kRun - 1) / kRun;
        std::vector<double> largest(n_runs, 0);
        crew.share(n_runs, [&](std::size_t run, std::size_t) {
            double most = 0;
            for (std::size_t i = run * kRun; i < std::min(points.count, (run + 1) * kRun); ++i)
                points.visit(i, [&](std::size_t, double x) {
                    most = std::abs(x) > most ? std::abs(x) : most;
                });
            largest[run] = most;
        });
        int exponent = 0;
        const double most = *std::max_element(largest.begin(), largest.end());
        if (most == kInfinity)
            throw std::invalid_argument("points must be finite or missing; some are infinite");
        std::frexp(most, &exponent);
        return std::abs(exponent) < 400 ? 1 : std::ldexp(1.0, -std::max(exponent, -1000));
    }

    // A power of two by which the squares of most differences stay in the range of float32; mostly
    // 1. A few points that lie much farther out do not matter.
    double find_filter_scale() const {
        const std::size_t step = (points_.count + 1023) / 1024;
        double spread = 0;
        for (std::size_t f = 0; f < width(); ++f) {
            std::vector<double> sample;
            for (std::size_t i = 0; i < points_.count; i += step)
                if (const double x = points_.at(i, f); !std::isnan(x)) sample.push_back(x);
            if (sample.empty()) continue;
            std::sort(sample.begin(), sample.end());
            const std::size_t cut = sample.size() / 20;
            double range = sample[sample.size() - 1 - cut] - sample[cut];
            if (range == 0) range = sample.back() - sample.front();
            spread = std::max(spread, range);
        }
        for (const double price : mismatch_) spread = std::max(spread, std::sqrt(price));
        int exponent = 0;
        std::frexp(spread, &exponent);
        return exponent > -30 && exponent < 40 ? 1 : std::ldexp(1.0, -exponent);
    }

    void allocate() {
        const std::size_t room = n_cells() * kCellSize, nodes = 2 * n_cells() - 1;
        nodes_.resize(nodes);
        bounds_.resize(4 * width() * nodes);
        coordinates_ = Aligned<float>(room * width());
        codes_ = Aligned<std::int32_t>(room * n_nominal());
        masks_.resize(nodes * n_nominal() + 1);
        if (may_miss()) start_ = Aligned<float>(room);
    }

    // Splits the upper part of the tree node by node, then the subtrees below it side by side.
    void split_all(Crew& crew) {
        std::vector<Task> tasks{{0, 0, order_.size()}};
        while (!tasks.empty() && tasks.size() < 8 * crew.size()) {
            std::vector<std::pair<Task, Task>> halves(tasks.size());
            crew.share(tasks.size(),
                       [&](std::size_t i, std::size_t) { split(tasks[i], halves[i]); });
            tasks.clear();
            for (const auto& [left, right] : halves) {
                if (left.end > left.begin) tasks.insert(tasks.end(), {left, right});
            }
        }
        crew.share(tasks.size(), [&](std::size_t i, std::size_t) { split_below(tasks[i]); });
    }

    void split_below(const Task& task) {
        std::pair<Task, Task> halves{};
        split(task, halves);
        if (halves.first.end == 0) return;
        split_below(halves.first);
        split_below(halves.second);
    }

    // Splits a node in two, unless it is a cell.
    void split(const Task& task, std::pair<Task, Task>& halves) {
        const std::size_t count = task.end - task.begin;
        const std::size_t cells = (count + kCellSize - 1) / kCellSize;
        Node& node = nodes_[task.node];
        node.begin = task.begin;
        node.end = task.end;
        if (cells == 1) return;
        const std::size_t left = cells / 2 * kCellSize;
        std::tie(node.column, node.middle) = widest(task);
        node.right = task.node + 2 * (cells / 2);
        node.split = divide(task, left, node.column, node.middle);
        halves = {{task.node + 1, task.begin, task.begin + left},
                  {node.right, task.begin + left, task.end}};
    }

    // Puts the points with the smallest values of a column first, ties by position.
    double divide(const Task& task, std::size_t left, std::size_t column, double middle) {
        std::vector<Key> keys(task.end - task.begin);
        std::uint32_t* order = &order_[task.begin];
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const double x = points_.at(order[i], column);
            keys[i] = {std::isnan(x) ? middle : x, order[i]};
        }
        const auto last = keys.begin() + static_cast<std::ptrdiff_t>(left) - 1;
        std::nth_element(keys.begin(), last, keys.end());
        for (std::size_t i = 0; i < keys.size(); ++i) order[i] = keys[i].second;
        return last->first;
    }

    // The column that adds most to the distances among some of a node's points, and its mean.
    std::pair<std::size_t, double> widest(const Task& task) const {
        const std::size_t step = (task.end - task.begin + 127) / 128;
        std::vector<double> count(width()), mean(width()), squares(width());
        for (std::size_t i = task.begin; i < task.end; i += step)
            points_.visit(order_[i], [&](std::size_t f, double x) {
                if (std::isnan(x)) return;
                const double off = x - mean[f];
                mean[f] += off / ++count[f];
                squares[f] += off * (x - mean[f]);
            });
        std::pair<std::size_t, double> best{0, 0};
        double most = -1;
        for (std::size_t f = 0; f < width(); ++f)
            if (squares[f] > most) {
                most = squares[f];
                best = {f, mean[f]};
            }
        for (std::size_t g = 0; g < n_nominal(); ++g)
            if (const double spread = nominal_spread(task, step, g); spread > most) {
                most = spread;
                best = {width() + g, 0};
            }
        return best;
    }

    // To be compared with a sum of squared differences from the mean: half the mismatches between
    // pairs, over their number.
    double nominal_spread(const Task& task, std::size_t step, std::size_t nominal) const {
        std::vector<std::int32_t> codes;
        for (std::size_t i = task.begin; i < task.end; i += step)
            codes.push_back(points_.code(order_[i], nominal));
        std::sort(codes.begin(), codes.end());
        const auto n = static_cast<double>(codes.size());
        double alike = 0, run = 0;
        for (std::size_t i = 0; i < codes.size(); ++i) {
            run = i && codes[i] == codes[i - 1] ? run + 1 : 1;
            alike += 2 * run - 1;  // the runs' lengths, squared
        }
        return mismatch_[nominal] * (n - alike / n) / 2;
    }

    void fill(std::size_t cell) {
        const std::size_t begin = cell * kCellSize, node = node_of_cell(begin);
        std::sort(&order_[begin], &order_[nodes_[node].end - 1] + 1);
        nodes_[node].first = order_[begin];
        const std::size_t count = nodes_[node].end - begin;
        std::vector<double> values(width() * kCellSize, kMissing);
        for (std::size_t i = 0; i < count; ++i)
            points_.visit(order_[begin + i],
                          [&](std::size_t f, double x) { values[f * kCellSize + i] = x; });
        std::vector<double> norms(count);
        for (std::size_t f = 0; f < width(); ++f)
            fill_column(node, f, &values[f * kCellSize], norms);
        nodes_[node].radius = std::sqrt(*std::max_element(norms.begin(), norms.end())) * (1 + 1e-9);
        if (nodes_[node].has_missing) fill_start(node, values);
        fill_codes(node);
    }

    void fill_codes(std::size_t node) {
        const std::size_t begin = nodes_[node].begin, count = nodes_[node].end - begin;
        for (std::size_t g = 0; g < n_nominal(); ++g) {
            std::int32_t* codes = &codes_[begin * n_nominal() + g * kCellSize];
            std::fill_n(codes, kCellSize, 0);
            std::uint32_t& mask = masks_[node * n_nominal() + g] = 0;
            for (std::size_t i = 0; i < count; ++i) {
                codes[i] = points_.code(order_[begin + i], g);
                mask |= bit_of(codes[i]);
            }
        }
    }

    // The cell that begins at a place in the order.
    std::size_t node_of_cell(std::size_t begin) const {
        std::size_t i = 0;
        while (nodes_[i].right) i = begin < nodes_[nodes_[i].right].begin ? i + 1 : nodes_[i].right;
        return i;
    }

    // Writes one column of a cell: its bounds, and the coordinates relative to its centre.
    void fill_column(std::size_t i, std::size_t f, const double* x, std::vector<double>& norms) {
        Node& node = nodes_[i];
        double low = kInfinity, high = -kInfinity, sum = 0, n = 0;
        for (std::size_t p = 0; p < norms.size(); ++p) {
            if (std::isnan(x[p])) continue;
            low = std::min(low, x[p]);
            high = std::max(high, x[p]);
            sum += x[p] / kCellSize;
            ++n;
        }
        const bool is_full = n == static_cast<double>(norms.size());
        if (!is_full && !may_miss())
            throw std::invalid_argument("points have missing cells; give penalties, one a column");
        node.has_missing |= !is_full;
        const double centre = n > 0 ? sum * (kCellSize / n) : 0;
        set_bounds(i, f, low, high, centre, is_full ? kInfinity : penalties_[f]);
        float* local = &coordinates_[node.begin * width() + f * kCellSize];
        for (std::size_t p = 0; p < kCellSize; ++p) {
            const double off = x[p] - centre, narrow = off * filter_scale_;
            node.is_cut_off |= std::abs(narrow) > kFar;
            local[p] = static_cast<float>(std::clamp(narrow, -double{kFar}, double{kFar}));
            if (p < norms.size() && !std::isnan(off)) norms[p] += off * off;
        }
    }

    void set_bounds(std::size_t node, std::size_t f, double low, double high, double centre,
                    double cap) {
        double* bounds = &bounds_[4 * width() * node];
        bounds[f] = low;
        bounds[width() + f] = high;
        bounds[2 * width() + f] = centre;
        bounds[3 * width() + f] = cap;
    }

    void fill_start(std::size_t node, const std::vector<double>& values) {
        float* start = &start_[nodes_[node].begin];
        for (std::size_t i = 0; i < kCellSize; ++i) {
            double sum = 0;
            for (std::size_t f = 0; f < width(); ++f)
                if (std::isnan(values[f * kCellSize + i])) sum += penalties_[f];
            start[i] = static_cast<float>(sum * filter_scale_ * filter_scale_);
        }
    }

    // Encloses the boxes and balls of two children.
    void merge(std::size_t i) {
        Node &node = nodes_[i], &left = nodes_[i + 1], &right = nodes_[node.right];
        const double share = static_cast<double>(left.end - left.begin) /
                             static_cast<double>(node.end - node.begin);
        const double *a = region(i + 1).low, *b = region(node.right).low;
        const std::size_t w = width();
        double across = 0;
        for (std::size_t f = 0; f < w; ++f) {
            const double apart = b[2 * w + f] - a[2 * w + f];
            across += apart * apart;
            set_bounds(i, f, std::min(a[f], b[f]), std::max(a[w + f], b[w + f]),
                       a[2 * w + f] * share + b[2 * w + f] * (1 - share),
                       std::min(a[3 * w + f], b[3 * w + f]));
        }
        across = std::sqrt(across) * (1 + 1e-9);
        node.radius = std::max(left.radius + across * (1 - share), right.radius + across * share);
        node.radius *= 1 + 1e-9;
        for (std::size_t g = 0; g < n_nominal(); ++g)
            masks_[i * n_nominal() + g] =
                masks_[(i + 1) * n_nominal() + g] | masks_[node.right * n_nominal() + g];
        node.first = std::min(left.first, right.first);
        node.has_missing = left.has_missing || right.has_missing;
    }

    Points points_;
    double filter_scale_ = 1;
    std::vector<double> penalties_, mismatch_;
    std::vector<std::uint32_t> order_;
    std::vector<Node> nodes_;
    std::vector<double> bounds_;  // per node: low, high, centre, cap of each column
    std::vector<std::uint32_t> masks_;  // per node: the codes that occur in each nominal column
    Aligned<float> coordinates_, start_;
    Aligned<std::int32_t> codes_;
};

}  // namespace counterpoise
