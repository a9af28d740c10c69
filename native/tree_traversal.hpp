// Traversal of the tree for a block of queries: nearest nodes first, with distance lower bounds.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "aligned_array.hpp"
#include "kernels.hpp"
#include "tree.hpp"

namespace counterpoise {

constexpr std::uint32_t kNoPosition = ~0u;

// The points to search for: points of the index itself, or other points.
struct Queries {
    Points points;
    bool are_indexed;              // if so, a point is not its own neighbor
    const std::int64_t* selected;  // which points; null: all, in their order
    std::size_t count;

    std::size_t point(std::size_t i) const {
        return selected ? static_cast<std::size_t>(selected[i]) : i;
    }
};

// The values of one query.
struct Query {
    const double* values;       // [n_numeric]
    const std::int32_t* codes;  // [n_categorical]
};

// The exact distance by which candidates are ranked. Summed in column order, so that results have
// the same bits on every machine.
inline double squared_distance(const Tree& tree, const Query& query, std::size_t position) {
    double sum = 0;
    tree.points().visit(position, [&](std::size_t f, double x) {
        const double difference = query.values[f] - x;
        const double squared = difference * difference;
        sum += tree.allows_missing() && std::isnan(difference) ? tree.penalties()[f] : squared;
    });
    for (std::size_t g = 0; g < tree.n_categorical(); ++g)
        if (query.codes[g] != tree.points().code(position, g)) sum += tree.mismatch()[g];
    return std::isnan(sum) ? kInfinity : sum;
}

// A priority queue of nodes, the nearest on top.
template <class Priority>
class Frontier {
public:
    using Entry = std::pair<Priority, std::size_t>;

    bool empty() const { return heap_.empty(); }
    void clear() { heap_.clear(); }

    void push(const Priority& priority, std::size_t node) {
        heap_.emplace_back(priority, node);
        std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
    }

    Entry pop() {
        std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
        const Entry entry = heap_.back();
        heap_.pop_back();
        return entry;
    }

private:
    std::vector<Entry> heap_;
};

// Visits the tree for a block of queries, nearest nodes first. Derived classes define what is done
// in a leaf. Each thread has one object, which it uses for one block after another.
class TreeTraversal {
protected:
    TreeTraversal(const Tree& tree, const Kernels& kernels, const Queries& queries, std::size_t k,
                  std::size_t capacity)
        : tree_(tree), kernels_(kernels), queries_(queries), n_numeric_(tree.n_numeric()),
          n_categorical_(tree.n_categorical()), stride_((n_numeric_ + 15) / 16 * 16),
          capacity_(capacity), values_(n_numeric_ * kLeafSize), bounds_(4 * n_numeric_),
          roots_(n_numeric_), mismatch_(n_categorical_), code_masks_(n_categorical_ + 1),
          columns_(n_numeric_ * kLeafSize), rows_(stride_ * kLeafSize),
          region_array_(std::max(5 * n_numeric_, stride_)), local_(4 * stride_),
          words_(tree.n_words() * kLeafSize), words_by_row_(tree.n_words() * kLeafSize),
          fine_words_(tree.has_fine_bytes() ? tree.n_words() * kLeafSize : 0),
          fine_by_row_(tree.has_fine_bytes() ? tree.n_words() * kLeafSize : 0),
          rounded_(compares_rows() ? n_numeric_ * kLeafSize : 0), quantizer_(tree),
          arrays_(9 * kLeafSize),
          upper_bounds_(k * kLeafSize), code_columns_(n_categorical_ * kLeafSize),
          code_rows_(n_categorical_ * kLeafSize), candidates_(capacity * kLeafSize),
          column_lists_(2 * n_numeric_) {
        std::fill_n(rows_.data(), stride_ * kLeafSize, 0.0f);
        std::fill_n(code_columns_.data(), n_categorical_ * kLeafSize, 0);
        for (std::size_t f = 0; f < n_numeric_ && tree.allows_missing(); ++f)
            roots_[f] = static_cast<float>(std::sqrt(tree.penalties()[f]) * tree.filter_scale());
        for (std::size_t g = 0; g < n_categorical_; ++g)
            mismatch_[g] = static_cast<float>(tree.mismatch()[g] * tree.filter_scale() *
                                              tree.filter_scale());
        set_block(static_cast<int>(k));
    }

    TreeTraversal(const TreeTraversal&) = delete;

    // Loads a block of queries.
    void load(const std::uint32_t* queries, std::size_t count) {
        selected_ = queries;
        block_.count = static_cast<int>(count);
        farthest_ = kInfinity;
        block_.has_missing = needs_fine_ = false;
        for (std::size_t q = 0; q < kLeafSize; ++q) reset_query(q);
        for (std::size_t q = 0; q < count; ++q) {
            queries_.points.visit(queries_.point(selected_[q]), [&](std::size_t f, double x) {
                values_[q * n_numeric_ + f] = x;
            });
            if (compares_rows() && !tree_.points().is_float64) round_query(q);
        }
        for_each_column([this](std::size_t f, const double* values) { load_column(f, values); });
        if (block_.quantization_step > 0 && !block_.has_missing) load_quantized();
        for (std::size_t g = 0; g < n_categorical_; ++g) load_codes(g);
        for (std::size_t q = 0; q < count; ++q) norm_[q] = std::sqrt(norm_[q]);
        const double norm = *std::max_element(norm_, norm_ + count);
        const double radius = norm < kFar ? norm * 1.0001 / block_.scale : kInfinity;  // clipped
        const double *low = bounds_.data(), *cap = low + 3 * n_numeric_;
        region_ = {low,
                   low + n_numeric_,
                   low + 2 * n_numeric_,
                   block_.has_missing ? cap : nullptr,
                   radius,
                   code_masks_.data()};
    }

    // Calls visit_leaf(leaf, active, n_active) for each leaf that may contain a wanted point, first
    // for `home`, the leaf in which the queries lie; and check_interrupt() regularly.
    template <class CheckInterrupt, class VisitLeaf>
    void traverse(std::size_t home, CheckInterrupt&& check_interrupt, VisitLeaf&& visit_leaf) {
        visit(home, visit_leaf);
        std::size_t n_leaves = 1;
        frontier_.clear();
        frontier_.push(0, 0);
        while (!frontier_.empty()) {
            const auto [gap, i] = frontier_.pop();
            if (gap > farthest_) return;
            const Node& node = tree_.node(i);
            if (node.right) {
                if (!is_wanted(i)) continue;
                push(i + 1);
                push(node.right);
            } else if (i != home) {
                if (++n_leaves > max_leaves_) return;
                check_interrupt();
                visit(i, visit_leaf);
            }
        }
    }

    Query query(std::size_t q) const {
        return {values_.data() + q * n_numeric_, &code_rows_[q * n_categorical_]};
    }
    std::size_t count() const { return static_cast<std::size_t>(block_.count); }

    bool compares_rows() const { return tree_.compares_rows(); }

    // Limits a query's search radius to a squared distance.
    void limit(std::size_t q, double squared) {
        const double radius = std::sqrt(squared) * block_.scale * (1 + 1e-6);
        kernels_.set_radius(block_, static_cast<int>(q),
                            static_cast<float>(std::min(radius, 1e30)));
    }

    const Tree& tree_;
    const Kernels& kernels_;
    const Queries& queries_;
    const std::size_t n_numeric_, n_categorical_, stride_, capacity_;
    const std::uint32_t* selected_ = nullptr;  // indices of the block's queries
    Block block_{};
    std::size_t max_leaves_ = ~std::size_t{0};

private:
    void set_block(int k) {
        float* const arrays = arrays_.data();
        norm_ = arrays;
        missing_penalty_ = arrays + kLeafSize;
        block_ = {.n_numeric = static_cast<int>(n_numeric_),
                  .n_categorical = static_cast<int>(n_categorical_),
                  .row_stride = static_cast<int>(stride_),
                  .count = 0,
                  .k = k,
                  .capacity = static_cast<int>(capacity_),
                  // Half the relative rounding error of the sum of squares: a root is taken.
                  .relative_error =
                      (static_cast<double>(n_numeric_ + n_categorical_) * 0.5 + 8) * 0x1p-24,
                  .scale = tree_.filter_scale(),
                  .has_missing = false,
                  .table = table_rows(),
                  .center = bounds_.data() + 2 * n_numeric_,
                  .columns = columns_.data(),
                  .rows = rows_.data(),
                  .norm = norm_,
                  .missing_penalty = missing_penalty_,
                  .penalty_root = roots_.data(),
                  .mismatch = mismatch_.data(),
                  .code_columns = code_columns_.data(),
                  .code_rows = code_rows_.data(),
                  .excluded = excluded_,
                  .radius = arrays + 2 * kLeafSize,
                  .radius_squared = arrays + 3 * kLeafSize,
                  .present_radius = arrays + 4 * kLeafSize,
                  .upper_bounds = upper_bounds_.data(),
                  .n_upper_bounds = n_upper_bounds_,
                  .candidates = candidates_.data(),
                  .n_candidates = n_candidates_,
                  .has_overflow = has_overflow_,
                  .region = region_array_.data(),
                  .local = local_.data(),
                  .quantization_step = tree_.quantization_step(),
                  .n_words = static_cast<int>(tree_.n_words()),
                  .quantized = {words_.data(), arrays + 5 * kLeafSize, arrays + 6 * kLeafSize},
                  .fine = {fine_words_.data(), arrays + 7 * kLeafSize, arrays + 8 * kLeafSize},
                  .needs_fine = &needs_fine_,
                  .complete_columns = column_lists_.data(),
                  .incomplete_columns = column_lists_.data() + n_numeric_};
    }

    TableRows table_rows() const {
        if (!compares_rows()) return {};
        const Points& points = tree_.points();
        const bool is_float64 = points.is_float64;
        return {.float32 = is_float64 ? nullptr : points.float32.data,
                .float64 = is_float64 ? points.float64.data : nullptr,
                .row_stride = is_float64 ? points.float64.row_stride : points.float32.row_stride,
                .rows = points.rows,
                .queries32 = rounded_.data(),
                .queries64 = values_.data(),
                .query_errors = rounding_errors_,
                .n_columns = static_cast<int>(n_numeric_)};
    }

    void round_query(std::size_t q) {
        double squared = 0;
        for (std::size_t at = q * n_numeric_; at < (q + 1) * n_numeric_; ++at) {
            rounded_[at] = static_cast<float>(values_[at]);
            const double error = values_[at] - static_cast<double>(rounded_[at]);
            squared += error * error;
        }
        rounding_errors_[q] = std::sqrt(squared) * tree_.filter_scale() * (1 + 1e-9);
    }

    void reset_query(std::size_t q) {
        constexpr float kUnlimited = std::numeric_limits<float>::infinity();
        const bool exists = q < count();
        const bool is_indexed = exists && queries_.are_indexed;
        excluded_[q] =
            is_indexed ? static_cast<std::uint32_t>(queries_.point(selected_[q])) : kNoPosition;
        block_.radius[q] = block_.present_radius[q] = kUnlimited;
        block_.radius_squared[q] = exists ? kUnlimited : -1;
        norm_[q] = missing_penalty_[q] = 0;
        n_upper_bounds_[q] = n_candidates_[q] = 0;
        has_overflow_[q] = false;
    }

    // Calls use(column, values of the queries). A few columns are gathered at once, from the same
    // cache lines.
    template <class Use>
    void for_each_column(Use&& use) const {
        constexpr std::size_t kTogether = 8;
        double columns[kTogether][kLeafSize] = {};
        for (std::size_t first = 0; first < n_numeric_; first += kTogether) {
            const std::size_t n = std::min(kTogether, n_numeric_ - first);
            for (std::size_t q = 0; q < count(); ++q)
                for (std::size_t i = 0; i < n; ++i)
                    columns[i][q] = values_[q * n_numeric_ + first + i];
            for (std::size_t i = 0; i < n; ++i) use(first + i, columns[i]);
        }
    }

    void load_column(std::size_t f, const double* values) {
        double low = kInfinity, high = -kInfinity, sum = 0, n = 0;
        for (std::size_t q = 0; q < count(); ++q) {
            const double x = values[q];
            if (std::isnan(x)) continue;
            low = std::min(low, x);
            high = std::max(high, x);
            sum += x / kLeafSize;
            ++n;
        }
        const bool is_complete = n == static_cast<double>(count());
        block_.has_missing |= !is_complete;
        const double center = n > 0 ? sum * (kLeafSize / n) : 0;
        bounds_[f] = low;
        bounds_[n_numeric_ + f] = high;
        bounds_[2 * n_numeric_ + f] = center;
        bounds_[3 * n_numeric_ + f] =
            is_complete || !tree_.allows_missing() ? kInfinity : tree_.penalties()[f];
        for (std::size_t q = 0; q < kLeafSize; ++q) load_value(q, f, values[q], center);
    }

    void load_value(std::size_t q, std::size_t f, double value, double center) {
        const double offset = q < count() ? (value - center) * block_.scale : 0;
        const auto local = static_cast<float>(std::clamp(offset, -double{kFar}, double{kFar}));
        columns_[f * kLeafSize + q] = rows_[q * stride_ + f] = local;
        if (!std::isnan(local)) norm_[q] += local * local;
        else if (tree_.allows_missing()) missing_penalty_[q] += roots_[f] * roots_[f];
    }

    void load_quantized() {
        const bool has_fine = tree_.has_fine_bytes();
        quantizer_.reset(words_by_row_.data(), has_fine ? fine_by_row_.data() : nullptr);
        for_each_column([this](std::size_t f, const double* values) {
            quantizer_.add_column(f, values);
        });
        write_quantized(quantizer_.coarse, words_by_row_.data(), words_.data(), 5);
        if (has_fine) write_quantized(quantizer_.fine, fine_by_row_.data(), fine_words_.data(), 7);
    }

    // Writes the words of each query, bytes plus 128, and from an array on the squares and errors.
    void write_quantized(const Tree::QuantizedPoints& queries, const std::int32_t* by_row,
                         std::int32_t* words, std::size_t array) {
        const std::size_t n_words = tree_.n_words();
        for (std::size_t q = 0; q < kLeafSize; ++q)
            for (std::size_t word = 0; word < n_words; ++word) {
                const std::size_t at = (q / kRow * n_words + word) * kRow + q % kRow;
                words[q * n_words + word] = by_row[at] ^ static_cast<std::int32_t>(0x80808080);
            }
        for (std::size_t q = 0; q < count(); ++q) {
            arrays_[array * kLeafSize + q] = queries.square(q, tree_.quantization_step());
            arrays_[(array + 1) * kLeafSize + q] = queries.error(q, tree_.quantization_step());
        }
    }

    void load_codes(std::size_t g) {
        code_masks_[g] = 0;
        for (std::size_t q = 0; q < count(); ++q) {
            const std::int32_t code = queries_.points.code(queries_.point(selected_[q]), g);
            code_columns_[g * kLeafSize + q] = code_rows_[q * n_categorical_ + g] = code;
            code_masks_[g] |= bit_of(code);
        }
    }

    // With missing values, the gap between two regions is a weak bound, because queries differ in
    // the columns in which they have values. Then each query's own bound is computed.
    bool is_wanted(std::size_t node) const {
        if (!block_.has_missing && !tree_.node(node).has_missing) return true;
        int active[kLeafSize];
        return kernels_.find_active(block_, tree_.region(node), active) > 0;
    }

    void push(std::size_t node) {
        const double gap = kernels_.squared_gap(region_, tree_.region(node), tree_.columns());
        if (gap <= farthest_) frontier_.push(gap, node);
    }

    template <class VisitLeaf>
    void visit(std::size_t node, VisitLeaf& visit_leaf) {
        int active[kLeafSize];
        const int n_active = kernels_.find_active(block_, tree_.region(node), active);
        if (!n_active) return;
        visit_leaf(tree_.leaf(node), active, n_active);
        farthest_ = *std::max_element(block_.radius_squared, block_.radius_squared + count()) /
                    (block_.scale * block_.scale);
    }

    Region region_{};
    double farthest_ = kInfinity;  // the largest squared radius of the queries

protected:
    std::vector<double> values_;

private:
    std::vector<double> bounds_;
    std::vector<float> roots_, mismatch_;
    std::vector<std::uint32_t> code_masks_;
    AlignedArray<float> columns_, rows_, region_array_, local_;
    AlignedArray<std::int32_t> words_, words_by_row_, fine_words_, fine_by_row_;
    std::vector<float> rounded_;  // the queries, in the float32 of the table
    double rounding_errors_[kLeafSize] = {};
    Tree::Quantizer quantizer_;
    AlignedArray<float> arrays_;
    std::vector<float> upper_bounds_;
    AlignedArray<std::int32_t> code_columns_, code_rows_;

protected:
    AlignedArray<Candidate> candidates_;
    std::uint32_t excluded_[kLeafSize];
    int n_upper_bounds_[kLeafSize], n_candidates_[kLeafSize];
    bool has_overflow_[kLeafSize];

private:
    std::vector<int> column_lists_;
    float *norm_ = nullptr, *missing_penalty_ = nullptr;
    bool needs_fine_ = false;
    Frontier<double> frontier_;
};

}  // namespace counterpoise
