// Points split by median into a tree of cells, each with a box and a ball around it.
//
// A split gives its left side a whole number of full cells, so that the shape of the tree follows
// from the number of points alone: node 0 is the root, the left child of node i is i + 1, and cell
// c holds the points from c * kCellSize on, in the order that the splits have made.
#pragma once

#include <algorithm>
#include <bit>
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
        find_filter_units(crew);
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
        const double* box = bounds_.data() + 4 * width() * node;
        const double* cap = nodes_[node].has_missing ? box + 3 * width() : nullptr;
        return {box, box + width(), box + 2 * width(), cap, nodes_[node].radius,
                &masks_[node * n_nominal()]};
    }

    Cell cell(std::size_t node) const {
        const std::size_t begin = nodes_[node].begin, count = nodes_[node].end - begin;
        const float* start = nodes_[node].has_missing ? &start_[begin] : nullptr;
        return {&coordinates_[begin * width()], start, region(node).centre,
                &codes_[begin * n_nominal()], &order_[begin], bytes(node), static_cast<int>(count),
                nodes_[node].is_cut_off};
    }

    // Points in eight bits a coordinate, column by column, and what there is to know of each.
    class Narrowed {
    public:
        explicit Narrowed(const Cells& cells)
            : cells_(cells), squares_(kCellSize), errors_(kCellSize), sums_(kCellSize) {}

        void start(std::int32_t* words) {
            words_ = words;
            std::fill(squares_.begin(), squares_.end(), 0);
            std::fill(errors_.begin(), errors_.end(), 0);
            std::fill(sums_.begin(), sums_.end(), 0);
        }

        void add(std::size_t column, const double* values) {
            best_kernels().narrow(values, cells_.byte_centre_[column],
                                  cells_.filter_scale_ / cells_.byte_step_,
                                  static_cast<int>(column),
                                  {words_, squares_.data(), errors_.data(), sums_.data()});
        }

        // The squared distance from the centre.
        float square(std::size_t i) const {
            return static_cast<float>(squares_[i] * cells_.byte_step_ * cells_.byte_step_);
        }

        // A point is no farther from where its bytes put it.
        float error(std::size_t i) const {
            const double most = std::sqrt(errors_[i]) * (1 + 1e-6) + 1e-6;
            return static_cast<float>(std::min(most * cells_.byte_step_, 1e30));
        }

        std::int32_t sum(std::size_t i) const { return sums_[i]; }

    private:
        const Cells& cells_;
        std::int32_t* words_ = nullptr;
        std::vector<double> squares_, errors_;
        std::vector<std::int32_t> sums_;
    };

    float byte_step() const { return byte_step_; }  // 0: there are no bytes
    std::size_t n_words() const { return byte_step_ > 0 ? (width() + 3) / 4 : 0; }  // a point

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

    // What some of the points say of a column.
    struct Sample {
        double range = 0;   // of most of them
        double middle = 0;
        double reach = 0;   // from the middle to nearly all of them
    };

    static Sample look_at(std::vector<double>& values) {
        values.erase(std::remove_if(values.begin(), values.end(),
                                    [](double x) { return std::isnan(x); }),
                     values.end());
        if (values.empty()) return {};
        std::sort(values.begin(), values.end());
        const std::size_t last = values.size() - 1, cut = values.size() / 20;
        const std::size_t few = values.size() / 256;
        double range = values[last - cut] - values[cut];
        if (range == 0) range = values[last] - values[0];
        const double middle = values[last / 2];
        return {range, middle, std::max(values[last - few] - middle, middle - values[few])};
    }

    // Finds the units of the filters: a power of two by which the squares of most differences stay
    // in the range of float32, mostly 1, and the frame of the bytes. A few points that lie much
    // farther out do not matter.
    void find_filter_units(Crew& crew) {
        const std::size_t step = (points_.count + 511) / 512;
        std::vector<std::vector<double>> values(width());
        for (std::size_t i = 0; i < points_.count; i += step)
            points_.visit(i, [&](std::size_t f, double x) { values[f].push_back(x); });
        std::vector<Sample> samples(width());
        crew.share(width(), [&](std::size_t f, std::size_t) { samples[f] = look_at(values[f]); });
        double spread = 0, reach = 0;
        for (const Sample& sample : samples) {
            spread = std::max(spread, sample.range);
            reach = std::max(reach, sample.reach);
            byte_centre_.push_back(sample.middle);
        }
        for (const double price : mismatch_) spread = std::max(spread, std::sqrt(price));
        int exponent = 0;
        std::frexp(spread, &exponent);
        filter_scale_ = exponent > -30 && exponent < 40 ? 1 : std::ldexp(1.0, -exponent);
        const double byte_step = reach * filter_scale_ / 127;
        // Few columns are compared in no time; the sums of very many would not fit.
        const bool pays = best_kernels().narrow && width() >= 8 && width() <= 4096;
        if (pays && byte_step > 1e-15 && byte_step < 1e15)
            byte_step_ = static_cast<float>(byte_step);
    }

    void allocate() {
        const std::size_t room = n_cells() * kCellSize, nodes = 2 * n_cells() - 1;
        nodes_.resize(nodes);
        bounds_.resize(4 * width() * nodes);
        coordinates_ = Aligned<float>(room * width());
        codes_ = Aligned<std::int32_t>(room * n_nominal());
        masks_.resize(nodes * n_nominal() + 1);
        if (may_miss()) start_ = Aligned<float>(room);
        if (!(byte_step_ > 0)) return;
        words_ = Aligned<std::int32_t>(room * n_words());
        byte_squares_ = Aligned<float>(room);
        byte_errors_ = Aligned<float>(room);
        byte_offsets_ = Aligned<std::int32_t>(room);
    }

    Bytes bytes(std::size_t node) const {
        if (!(byte_step_ > 0) || nodes_[node].has_missing) return {};
        const std::size_t begin = nodes_[node].begin;
        return {&words_[begin * n_words()], &byte_squares_[begin], &byte_errors_[begin],
                &byte_offsets_[begin]};
    }

    // Splits the upper part of the tree node by node, then the subtrees below it side by side.
    void split_all(Crew& crew) {
        std::vector<Task> tasks{{0, 0, order_.size()}};
        while (!tasks.empty() && tasks.size() < 2 * crew.size()) {
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
        std::vector<std::uint64_t> keys(task.end - task.begin);
        std::uint32_t* order = &order_[task.begin];
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const double off = points_.at(order[i], column) - middle;
            keys[i] = std::uint64_t{ascending(std::isnan(off) ? 0 : off)} << 32 | order[i];
        }
        const auto last = keys.begin() + static_cast<std::ptrdiff_t>(left) - 1;
        std::nth_element(keys.begin(), last, keys.end());
        for (std::size_t i = 0; i < keys.size(); ++i) order[i] = static_cast<std::uint32_t>(keys[i]);
        const double split = points_.at(order[left - 1], column);
        return std::isnan(split) ? middle : split;
    }

    // A whole number that grows with a number, as finely as float32 can tell.
    static std::uint32_t ascending(double x) {
        const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(x));
        return bits >> 31 ? ~bits : bits | 0x80000000u;
    }

    // The column that adds most to the distances among some of a node's points, and its mean.
    std::pair<std::size_t, double> widest(const Task& task) const {
        const std::size_t step = std::max<std::size_t>((task.end - task.begin + 127) / 128, 4);
        std::vector<double> count(width()), mean(width()), squares(width());
        for (std::size_t i = task.begin; i < task.end; i += step)
            points_.visit(order_[i], [&](std::size_t f, double x) {
                count[f] += !std::isnan(x);
                mean[f] += std::isnan(x) ? 0 : x;
            });
        for (std::size_t f = 0; f < width(); ++f) mean[f] /= std::max(count[f], 1.0);
        for (std::size_t i = task.begin; i < task.end; i += step)
            points_.visit(order_[i], [&](std::size_t f, double x) {
                const double off = x - mean[f];
                squares[f] += std::isnan(x) ? 0 : off * off;
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
        std::vector<double> norms(kCellSize);
        for (std::size_t f = 0; f < width(); ++f)
            fill_column(node, f, &values[f * kCellSize], norms, count);
        nodes_[node].radius = std::sqrt(*std::max_element(norms.begin(), norms.end())) * (1 + 1e-9);
        if (nodes_[node].has_missing) fill_start(node, values);
        else if (byte_step_ > 0) fill_bytes(begin, values);
        fill_codes(node);
    }

    void fill_bytes(std::size_t begin, const std::vector<double>& values) {
        Narrowed narrowed(*this);
        narrowed.start(&words_[begin * n_words()]);
        for (std::size_t f = 0; f < width(); ++f) narrowed.add(f, &values[f * kCellSize]);
        for (std::size_t i = 0; i < kCellSize; ++i) {
            // Whatever a comparison loses in float32 is less than this share of what it sums.
            constexpr float kLost = 0x1p-18f;
            const float error = narrowed.error(i) * (1 + kLost), square = narrowed.square(i);
            byte_squares_[begin + i] = square - error * error - kLost * (square + error * error);
            byte_errors_[begin + i] = error;
            byte_offsets_[begin + i] = -128 * narrowed.sum(i);
        }
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
    void fill_column(std::size_t i, std::size_t f, const double* x, std::vector<double>& norms,
                     std::size_t count) {
        Node& node = nodes_[i];
        float* local = &coordinates_[node.begin * width() + f * kCellSize];
        const Column column = best_kernels().fill(x, static_cast<int>(count), filter_scale_, local,
                                                  norms.data());
        if (!column.is_full && !may_miss())
            throw std::invalid_argument("points have missing cells; give penalties, one a column");
        node.has_missing |= !column.is_full;
        node.is_cut_off |= column.is_cut_off;
        set_bounds(i, f, column.low, column.high, column.centre,
                   column.is_full ? kInfinity : penalties_[f]);
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
    std::vector<double> byte_centre_;
    float byte_step_ = 0;
    Aligned<float> byte_squares_, byte_errors_;
    Aligned<std::int32_t> words_, byte_offsets_;
    Aligned<std::int32_t> codes_;
};

}  // namespace counterpoise
