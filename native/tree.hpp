// A k-d tree: points are split near the median of one column after another, down to leaves of up to
// kLeafSize points. Every node has a bounding box and a bounding ball.
//
// A split gives its left side a whole number of full leaves, so that the shape of the tree depends
// on the number of points alone: node 0 is the root, the left child of node i is node i + 1, and
// leaf c holds the points from c * kLeafSize on, in the order that results from the splits.
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

#include "aligned_array.hpp"
#include "kernels.hpp"
#include "points.hpp"
#include "threads.hpp"

namespace counterpoise {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct Node {
    std::size_t begin, end;      // its points, in the order of the leaves
    std::size_t right;           // right child; 0 for a leaf
    std::size_t column;          // column of the split
    double split;                // points go left if their value or code is at most this
    double missing_as;           // the value that stands for a missing value in the split
    std::uint32_t min_position;  // smallest position of its points
    double radius;
    bool has_missing, is_clipped;
};

// Throws if a categorical column holds anything but codes: integers that float32 holds exactly.
inline void check_codes(const Points& points, Workers& workers) {
    constexpr std::size_t kRun = 4096;
    if (!points.n_categorical) return;
    workers.parallel_for((points.count + kRun - 1) / kRun, [&](std::size_t run, std::size_t) {
        for (std::size_t i = run * kRun; i < std::min(points.count, (run + 1) * kRun); ++i)
            for (std::size_t g = 0; g < points.n_categorical; ++g) {
                const double code = points.raw(i, points.n_numeric + g);
                if (!(code >= 0 && code <= 0x1p24) || code != std::floor(code))
                    throw std::invalid_argument(
                        "categorical columns must hold codes: integers from 0 to 2**24");
            }
    });
}

class Tree {
public:
    // `penalties`, one for each numeric column, allow missing values in points and queries; null:
    // there are none. `mismatch` has a value for each categorical column. With `shared_units`, the
    // scale is that of all rows of the table, so that indexes over parts of it return comparable
    // squared distances.
    Tree(const Points& points, const double* penalties, const double* mismatch, bool shared_units,
         Workers& workers)
        : points_(points), order_(points.count) {
        points_.scale = compute_scale(shared_units ? points.with_all_rows() : points, workers);
        if (penalties) penalties_.assign(penalties, penalties + n_numeric());
        if (n_categorical()) mismatch_.assign(mismatch, mismatch + n_categorical());
        for (double& penalty : penalties_) penalty *= points_.scale * points_.scale;
        for (double& penalty : mismatch_) penalty *= points_.scale * points_.scale;
        find_filter_units(workers);
        std::iota(order_.begin(), order_.end(), 0u);
        allocate();
        split_all(workers);
        workers.parallel_for(n_leaves(),
                             [this](std::size_t leaf, std::size_t) { fill_leaf(leaf); });
        for (std::size_t node = nodes_.size(); node-- > 0;)
            if (nodes_[node].right) merge_children(node);
    }

    const Points& points() const { return points_; }
    std::size_t n_numeric() const { return points_.n_numeric; }
    std::size_t n_categorical() const { return points_.n_categorical; }
    const double* mismatch() const { return mismatch_.data(); }
    Columns columns() const {
        return {static_cast<int>(n_numeric()), static_cast<int>(n_categorical()), mismatch()};
    }
    double filter_scale() const { return filter_scale_; }
    bool allows_missing() const { return !penalties_.empty(); }
    const double* penalties() const { return penalties_.data(); }
    std::size_t n_leaves() const { return (order_.size() + kLeafSize - 1) / kLeafSize; }
    const Node& node(std::size_t i) const { return nodes_[i]; }
    const std::uint32_t* order() const { return order_.data(); }

    Region region(std::size_t node) const {
        const double* box = bounds_.data() + 4 * n_numeric() * node;
        const double* cap = nodes_[node].has_missing ? box + 3 * n_numeric() : nullptr;
        return {box, box + n_numeric(), box + 2 * n_numeric(), cap, nodes_[node].radius,
                &code_masks_[node * n_categorical()]};
    }

    Leaf leaf(std::size_t node) const {
        const std::size_t begin = nodes_[node].begin, count = nodes_[node].end - begin;
        const float* penalty = nodes_[node].has_missing ? &missing_penalty_[begin] : nullptr;
        return {&coordinates_[begin * n_numeric()],
                penalty,
                region(node).center,
                &codes_[begin * n_categorical()],
                &order_[begin],
                quantized(node),
                fine(node),
                static_cast<int>(count),
                nodes_[node].is_clipped};
    }

    // Points quantized to one byte per coordinate, or to two.
    class QuantizedPoints {
    public:
        QuantizedPoints() : squares_(kLeafSize), errors_(kLeafSize), sums_(kLeafSize) {}

        void reset(std::int32_t* words, std::size_t n_words) {
            columns_ = {words, static_cast<int>(n_words), squares_.data(), errors_.data(),
                        sums_.data()};
            if (words) std::fill_n(words, n_words * kLeafSize, 0);
            std::fill(squares_.begin(), squares_.end(), 0);
            std::fill(errors_.begin(), errors_.end(), 0);
            std::fill(sums_.begin(), sums_.end(), 0);
        }

        const QuantizedColumns& columns() const { return columns_; }

        // Squared distance of a quantized point from the center.
        float square(std::size_t i, double step) const {
            return static_cast<float>(squares_[i] * step * step);
        }

        // Bound of the distance between a point and its quantized point.
        float error(std::size_t i, double step) const {
            const double most = std::sqrt(errors_[i]) * (1 + 1e-6) + 1e-6;
            return static_cast<float>(std::min(most * step, 1e30));
        }

        std::int32_t sum(std::size_t i) const { return sums_[i]; }

    private:
        QuantizedColumns columns_{};
        std::vector<double> squares_, errors_;
        std::vector<std::int32_t> sums_;
    };

    // Quantizes points column by column.
    class Quantizer {
    public:
        explicit Quantizer(const Tree& tree) : tree_(tree) {}

        void reset(std::int32_t* words, std::int32_t* fine_words) {
            coarse.reset(words, tree_.n_words());
            fine.reset(fine_words, tree_.n_words());
        }

        void add_column(std::size_t column, const double* values) {
            best_kernels().quantize_column(values, tree_.quantization_center_[column],
                                           tree_.filter_scale_ / tree_.quantization_step_,
                                           static_cast<int>(column), coarse.columns(),
                                           fine.columns());
        }

        QuantizedPoints coarse, fine;

    private:
        const Tree& tree_;
    };

    // Whether the table is wide, and its rows can be compared as they are, in the range of float32.
    bool compares_rows() const {
        return n_numeric() >= kWide && !n_categorical() && !allows_missing() &&
               points_.scale == 1 && filter_scale() == 1 && points_.has_adjacent_columns();
    }

    bool has_fine_bytes() const { return quantization_step_ > 0 && compares_rows(); }

    float quantization_step() const { return quantization_step_; }  // 0: points are not quantized

    // 32-bit words of a quantized point: of wide tables full cache lines, filled with zeros.
    std::size_t n_words() const {
        const std::size_t n = quantization_step_ > 0 ? (n_numeric() + 3) / 4 : 0;
        return n < 16 ? n : (n + 15) / 16 * 16;
    }

    // Descends to the leaf in which a point lies; value(column) returns its coordinates.
    template <class Value>
    std::size_t find_leaf(Value&& value) const {
        std::size_t i = 0;
        while (nodes_[i].right) {
            const double x = value(nodes_[i].column);
            i = (std::isnan(x) ? nodes_[i].missing_as : x) <= nodes_[i].split ? i + 1
                                                                              : nodes_[i].right;
        }
        return i;
    }

private:
    struct Task {
        std::size_t node, begin, end;
    };

    // Returns a power of two that keeps squares in the range of float64; 1 unless values are
    // extreme.
    static double compute_scale(const Points& points, Workers& workers) {
        constexpr std::size_t kRun = 4096;
        const std::size_t n_runs = (points.count + kRun - 1) / kRun;
        std::vector<double> largest(n_runs, 0);
        workers.parallel_for(n_runs, [&](std::size_t run, std::size_t) {
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

    // Summary of a column over a sample of the points.
    struct ColumnSummary {
        double range = 0;   // between the 5 % and the 95 % quantile
        double median = 0;
        double extent = 0;  // from the median, for all but the outermost 1/256 on each side
    };

    static ColumnSummary summarize(std::vector<double>& values) {
        values.erase(std::remove_if(values.begin(), values.end(),
                                    [](double x) { return std::isnan(x); }),
                     values.end());
        if (values.empty()) return {};
        std::sort(values.begin(), values.end());
        const std::size_t last = values.size() - 1, cut = values.size() / 20;
        const std::size_t few = values.size() / 256;
        double range = values[last - cut] - values[cut];
        if (range == 0) range = values[last] - values[0];
        const double median = values[last / 2];
        return {range, median, std::max(values[last - few] - median, median - values[few])};
    }

    // Chooses the scale of the float32 filter, and the center and step of the quantization. The
    // scale is a power of two, mostly 1, that keeps the squares of most differences in the range of
    // float32. Sampling is enough: outliers are clipped, and cost speed only.
    void find_filter_units(Workers& workers) {
        constexpr std::size_t kMostValues = std::size_t{1} << 17;
        const std::size_t most =
            std::clamp<std::size_t>(kMostValues / std::max<std::size_t>(n_numeric(), 1), 64, 512);
        const std::size_t step = (points_.count + most - 1) / most;
        std::vector<std::vector<double>> values(n_numeric());
        for (std::size_t i = 0; i < points_.count; i += step)
            points_.visit(i, [&](std::size_t f, double x) { values[f].push_back(x); });
        std::vector<ColumnSummary> summaries(n_numeric());
        workers.parallel_for(n_numeric(), [&](std::size_t f, std::size_t) {
            summaries[f] = summarize(values[f]);
        });
        double spread = 0, extent = 0;
        for (const ColumnSummary& summary : summaries) {
            spread = std::max(spread, summary.range);
            extent = std::max(extent, summary.extent);
            quantization_center_.push_back(summary.median);
        }
        for (const double penalty : mismatch_) spread = std::max(spread, std::sqrt(penalty));
        int exponent = 0;
        std::frexp(spread, &exponent);
        filter_scale_ = exponent > -30 && exponent < 40 ? 1 : std::ldexp(1.0, -exponent);
        const double quantization_step = extent * filter_scale_ / 127;
        // With few columns, float32 is as fast; with very many, the integer sums would overflow.
        const bool is_useful =
            best_kernels().quantize_column && n_numeric() >= 8 && n_numeric() <= 32768;
        if (is_useful && quantization_step > 1e-15 && quantization_step < 1e15)
            quantization_step_ = static_cast<float>(quantization_step);
    }

    void allocate() {
        const std::size_t capacity = n_leaves() * kLeafSize, nodes = 2 * n_leaves() - 1;
        nodes_.resize(nodes);
        bounds_.resize(4 * n_numeric() * nodes);
        coordinates_ = AlignedArray<float>(capacity * n_numeric());
        codes_ = AlignedArray<std::int32_t>(capacity * n_categorical());
        code_masks_.resize(nodes * n_categorical() + 1);
        if (allows_missing()) missing_penalty_ = AlignedArray<float>(capacity);
        if (!(quantization_step_ > 0)) return;
        words_ = AlignedArray<std::int32_t>(capacity * n_words());
        quantized_squares_ = AlignedArray<float>(capacity);
        quantized_errors_ = AlignedArray<float>(capacity);
        quantized_offsets_ = AlignedArray<std::int32_t>(capacity);
        if (!has_fine_bytes()) return;
        fine_words_ = AlignedArray<std::int32_t>(capacity * n_words());
        fine_squares_ = AlignedArray<float>(capacity);
        fine_errors_ = AlignedArray<float>(capacity);
        fine_offsets_ = AlignedArray<std::int32_t>(capacity);
    }

    QuantizedLeaf quantized(std::size_t node) const {
        if (!(quantization_step_ > 0) || nodes_[node].has_missing) return {};
        const std::size_t begin = nodes_[node].begin;
        return {&words_[begin * n_words()], &quantized_squares_[begin], &quantized_errors_[begin],
                &quantized_offsets_[begin]};
    }

    QuantizedLeaf fine(std::size_t node) const {
        if (!has_fine_bytes()) return {};
        const std::size_t begin = nodes_[node].begin;
        return {&fine_words_[begin * n_words()], &fine_squares_[begin], &fine_errors_[begin],
                &fine_offsets_[begin]};
    }

    // Splits level by level until there are enough subtrees for all threads, then the subtrees in
    // parallel.
    void split_all(Workers& workers) {
        std::vector<Task> tasks{{0, 0, order_.size()}};
        while (!tasks.empty() && tasks.size() < 2 * workers.size()) {
            std::vector<std::pair<Task, Task>> halves(tasks.size());
            workers.parallel_for(
                tasks.size(), [&](std::size_t i, std::size_t) { split(tasks[i], halves[i]); });
            tasks.clear();
            for (const auto& [left, right] : halves) {
                if (left.end > left.begin) tasks.insert(tasks.end(), {left, right});
            }
        }
        workers.parallel_for(tasks.size(),
                             [&](std::size_t i, std::size_t) { split_subtree(tasks[i]); });
    }

    void split_subtree(const Task& task) {
        std::pair<Task, Task> halves{};
        split(task, halves);
        if (halves.first.end == 0) return;
        split_subtree(halves.first);
        split_subtree(halves.second);
    }

    // Splits a node in two, unless it is a leaf.
    void split(const Task& task, std::pair<Task, Task>& halves) {
        const std::size_t count = task.end - task.begin;
        const std::size_t leaves = (count + kLeafSize - 1) / kLeafSize;
        Node& node = nodes_[task.node];
        node.begin = task.begin;
        node.end = task.end;
        if (leaves == 1) return;
        const std::size_t left = leaves / 2 * kLeafSize;
        std::tie(node.column, node.missing_as) = find_split_column(task);
        node.right = task.node + 2 * (leaves / 2);
        node.split = partition(task, left, node.column, node.missing_as);
        halves = {{task.node + 1, task.begin, task.begin + left},
                  {node.right, task.begin + left, task.end}};
    }

    // Moves the `left` points with the smallest values of a column to the front, ties by position.
    // Returns the value of the last of them.
    double partition(const Task& task, std::size_t left, std::size_t column, double missing_as) {
        std::vector<std::uint64_t> keys(task.end - task.begin);
        std::uint32_t* order = &order_[task.begin];
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const double offset = points_.at(order[i], column) - missing_as;
            const std::uint32_t bits = sortable_bits(std::isnan(offset) ? 0 : offset);
            keys[i] = std::uint64_t{bits} << 32 | order[i];
        }
        const auto last = keys.begin() + static_cast<std::ptrdiff_t>(left) - 1;
        std::nth_element(keys.begin(), last, keys.end());
        for (std::size_t i = 0; i < keys.size(); ++i)
            order[i] = static_cast<std::uint32_t>(keys[i]);
        const double split = points_.at(order[left - 1], column);
        return std::isnan(split) ? missing_as : split;
    }

    // Maps a number to an unsigned integer with the same order, in float32 precision.
    static std::uint32_t sortable_bits(double x) {
        const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(x));
        return bits >> 31 ? ~bits : bits | 0x80000000u;
    }

    // Returns the column with the largest spread in a sample of a node's points, and its mean (0
    // for a categorical column).
    std::pair<std::size_t, double> find_split_column(const Task& task) const {
        const std::size_t step = std::max<std::size_t>((task.end - task.begin + 127) / 128, 4);
        std::vector<double> count(n_numeric()), mean(n_numeric()), squares(n_numeric());
        for (std::size_t i = task.begin; i < task.end; i += step)
            points_.visit(order_[i], [&](std::size_t f, double x) {
                count[f] += !std::isnan(x);
                mean[f] += std::isnan(x) ? 0 : x;
            });
        for (std::size_t f = 0; f < n_numeric(); ++f) mean[f] /= std::max(count[f], 1.0);
        for (std::size_t i = task.begin; i < task.end; i += step)
            points_.visit(order_[i], [&](std::size_t f, double x) {
                const double offset = x - mean[f];
                squares[f] += std::isnan(x) ? 0 : offset * offset;
            });
        std::pair<std::size_t, double> best{0, 0};
        double largest = -1;
        for (std::size_t f = 0; f < n_numeric(); ++f)
            if (squares[f] > largest) {
                largest = squares[f];
                best = {f, mean[f]};
            }
        for (std::size_t g = 0; g < n_categorical(); ++g)
            if (const double spread = categorical_spread(task, step, g); spread > largest) {
                largest = spread;
                best = {n_numeric() + g, 0};
            }
        return best;
    }

    // The counterpart of a sum of squared deviations from the mean: the sum of the mismatches over
    // all ordered pairs of points, divided by twice the number of points.
    double categorical_spread(const Task& task, std::size_t step, std::size_t column) const {
        std::vector<std::int32_t> codes;
        for (std::size_t i = task.begin; i < task.end; i += step)
            codes.push_back(points_.code(order_[i], column));
        std::sort(codes.begin(), codes.end());
        const auto n = static_cast<double>(codes.size());
        double equal_pairs = 0, run = 0;
        for (std::size_t i = 0; i < codes.size(); ++i) {
            run = i && codes[i] == codes[i - 1] ? run + 1 : 1;
            equal_pairs += 2 * run - 1;  // adds up to the squared lengths of the runs
        }
        return mismatch_[column] * (n - equal_pairs / n) / 2;
    }

    void fill_leaf(std::size_t leaf) {
        const std::size_t begin = leaf * kLeafSize, node = find_leaf_at(begin);
        std::sort(&order_[begin], &order_[nodes_[node].end - 1] + 1);
        nodes_[node].min_position = order_[begin];
        std::vector<double> norms(kLeafSize);
        for_each_column(node, [&](std::size_t f, const double* values) {
            fill_column(node, f, values, norms, nodes_[node].end - begin);
        });
        nodes_[node].radius = std::sqrt(*std::max_element(norms.begin(), norms.end())) * (1 + 1e-9);
        if (nodes_[node].has_missing) fill_missing_penalty(node);
        else if (quantization_step_ > 0) fill_quantized(node);
        fill_codes(node);
    }

    // Calls use(column, values of the points of a leaf, then NaN). A few columns are gathered at
    // once, from the same cache lines.
    template <class Use>
    void for_each_column(std::size_t node, Use&& use) const {
        constexpr std::size_t kTogether = 8;
        const std::size_t begin = nodes_[node].begin, count = nodes_[node].end - begin;
        double columns[kTogether][kLeafSize];
        std::fill_n(&columns[0][0], kTogether * kLeafSize, kMissing);
        for (std::size_t first = 0; first < n_numeric(); first += kTogether) {
            const std::size_t n = std::min(kTogether, n_numeric() - first);
            for (std::size_t i = 0; i < count; ++i)
                for (std::size_t j = 0; j < n; ++j)
                    columns[j][i] = points_.at(order_[begin + i], first + j);
            for (std::size_t j = 0; j < n; ++j) use(first + j, columns[j]);
        }
    }

    void fill_quantized(std::size_t node) {
        const std::size_t begin = nodes_[node].begin;
        Quantizer quantizer(*this);
        quantizer.reset(&words_[begin * n_words()],
                        has_fine_bytes() ? &fine_words_[begin * n_words()] : nullptr);
        for_each_column(node, [&](std::size_t f, const double* values) {
            quantizer.add_column(f, values);
        });
        fill_quantized(quantizer.coarse, &quantized_squares_[begin], &quantized_errors_[begin]);
        for (std::size_t i = 0; i < kLeafSize; ++i)
            quantized_offsets_[begin + i] = -128 * quantizer.coarse.sum(i);
        if (!has_fine_bytes()) return;
        fill_quantized(quantizer.fine, &fine_squares_[begin], &fine_errors_[begin]);
        for (std::size_t i = 0; i < kLeafSize; ++i)
            fine_offsets_[begin + i] = -128 * (quantizer.coarse.sum(i) + quantizer.fine.sum(i));
    }

    void fill_quantized(const QuantizedPoints& points, float* squares, float* errors) const {
        for (std::size_t i = 0; i < kLeafSize; ++i) {
            // Bound of the rounding error of the float32 comparison, relative to its terms.
            constexpr float kRounding = 0x1p-18f;
            const float error = points.error(i, quantization_step_) * (1 + kRounding);
            const float square = points.square(i, quantization_step_);
            squares[i] = square - error * error - kRounding * (square + error * error);
            errors[i] = error;
        }
    }

    void fill_codes(std::size_t node) {
        const std::size_t begin = nodes_[node].begin, count = nodes_[node].end - begin;
        for (std::size_t g = 0; g < n_categorical(); ++g) {
            std::int32_t* codes = &codes_[begin * n_categorical() + g * kLeafSize];
            std::fill_n(codes, kLeafSize, 0);
            std::uint32_t& mask = code_masks_[node * n_categorical() + g] = 0;
            for (std::size_t i = 0; i < count; ++i) {
                codes[i] = points_.code(order_[begin + i], g);
                mask |= bit_of(codes[i]);
            }
        }
    }

    // Returns the node of the leaf that begins at a place in the order.
    std::size_t find_leaf_at(std::size_t begin) const {
        std::size_t i = 0;
        while (nodes_[i].right) i = begin < nodes_[nodes_[i].right].begin ? i + 1 : nodes_[i].right;
        return i;
    }

    // Writes one column of a leaf: its bounds, and the coordinates relative to its center.
    void fill_column(std::size_t i, std::size_t f, const double* x, std::vector<double>& norms,
                     std::size_t count) {
        Node& node = nodes_[i];
        float* local = &coordinates_[node.begin * n_numeric() + f * kLeafSize];
        const ColumnBounds column = best_kernels().center_column(
            x, static_cast<int>(count), filter_scale_, local, norms.data());
        if (!column.is_complete && !allows_missing())
            throw std::invalid_argument(
                "points have missing values; pass penalties, one for each numeric column");
        node.has_missing |= !column.is_complete;
        node.is_clipped |= column.is_clipped;
        set_bounds(i, f, column.low, column.high, column.center,
                   column.is_complete ? kInfinity : penalties_[f]);
    }

    void set_bounds(std::size_t node, std::size_t f, double low, double high, double center,
                    double cap) {
        double* bounds = &bounds_[4 * n_numeric() * node];
        bounds[f] = low;
        bounds[n_numeric() + f] = high;
        bounds[2 * n_numeric() + f] = center;
        bounds[3 * n_numeric() + f] = cap;
    }

    void fill_missing_penalty(std::size_t node) {
        double sums[kLeafSize] = {};
        for_each_column(node, [&](std::size_t f, const double* values) {
            for (std::size_t i = 0; i < kLeafSize; ++i)
                sums[i] += std::isnan(values[i]) ? penalties_[f] : 0;
        });
        float* penalty = &missing_penalty_[nodes_[node].begin];
        for (std::size_t i = 0; i < kLeafSize; ++i)
            penalty[i] = static_cast<float>(sums[i] * filter_scale_ * filter_scale_);
    }

    // Encloses the boxes and balls of the two children.
    void merge_children(std::size_t i) {
        Node &node = nodes_[i], &left = nodes_[i + 1], &right = nodes_[node.right];
        const double weight = static_cast<double>(left.end - left.begin) /
                              static_cast<double>(node.end - node.begin);
        const double *a = region(i + 1).low, *b = region(node.right).low;
        const std::size_t w = n_numeric();
        double distance = 0;  // between the two centers
        for (std::size_t f = 0; f < w; ++f) {
            const double difference = b[2 * w + f] - a[2 * w + f];
            distance += difference * difference;
            set_bounds(i, f, std::min(a[f], b[f]), std::max(a[w + f], b[w + f]),
                       a[2 * w + f] * weight + b[2 * w + f] * (1 - weight),
                       std::min(a[3 * w + f], b[3 * w + f]));
        }
        distance = std::sqrt(distance) * (1 + 1e-9);
        node.radius =
            std::max(left.radius + distance * (1 - weight), right.radius + distance * weight);
        node.radius *= 1 + 1e-9;
        for (std::size_t g = 0; g < n_categorical(); ++g)
            code_masks_[i * n_categorical() + g] =
                code_masks_[(i + 1) * n_categorical() + g] |
                code_masks_[node.right * n_categorical() + g];
        node.min_position = std::min(left.min_position, right.min_position);
        node.has_missing = left.has_missing || right.has_missing;
    }

    Points points_;
    double filter_scale_ = 1;
    std::vector<double> penalties_, mismatch_;
    std::vector<std::uint32_t> order_;
    std::vector<Node> nodes_;
    std::vector<double> bounds_;  // per node: low, high, center, cap of each column
    std::vector<std::uint32_t> code_masks_;  // per node: codes of each categorical column
    AlignedArray<float> coordinates_, missing_penalty_;
    std::vector<double> quantization_center_;
    float quantization_step_ = 0;
    AlignedArray<float> quantized_squares_, quantized_errors_, fine_squares_, fine_errors_;
    AlignedArray<std::int32_t> words_, quantized_offsets_, fine_words_, fine_offsets_;
    AlignedArray<std::int32_t> codes_;
};

}  // namespace counterpoise
