// Best splits of decision stumps. Samples are sorted by each feature once; then one pass over each
// feature finds the best split for any sample weights.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "aligned_array.hpp"
#include "threads.hpp"

namespace counterpoise {

// Samples with a value of at most `lower` go to the left; `upper` is the next value on the right.
// The decrease of impurity is a fraction, because a division for each value would take most of the
// time of a search.
struct Split {
    std::int64_t feature = -1;  // -1: there is no split
    float lower = 0, upper = 0;
    double numerator = -1, denominator = 1;

    bool is_better_than(const Split& other) const {
        return numerator * other.denominator > other.numerator * denominator;
    }
};

// The value of a sample, and its position in the list of samples.
struct SampleValue {
    float value;
    std::uint32_t sample;
};

// A stable radix sort by value. -0 is placed before 0, which compares as equal to it.
class ValueSorter {
public:
    // There is at least one entry.
    void sort(SampleValue* entries, std::size_t count) {
        buffer_.resize(count);
        std::array<Counts, kDigits> counts{};
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t d = 0; d < kDigits; ++d) ++counts[d][digit(entries[i].value, d)];
        SampleValue *from = entries, *to = buffer_.data();
        for (std::size_t d = 0; d < kDigits; ++d)
            if (distribute(from, to, count, counts[d], d)) std::swap(from, to);
        if (from != entries) std::copy(from, from + count, entries);
    }

private:
    static constexpr std::size_t kDigits = 3, kBits = 11, kBuckets = std::size_t{1} << kBits;
    using Counts = std::array<std::uint32_t, kBuckets>;

    // A digit of the unsigned integer that has the order of the floats.
    static std::size_t digit(float value, std::size_t d) {
        const auto bits = std::bit_cast<std::uint32_t>(value);
        const std::uint32_t sign = std::uint32_t{1} << 31;
        const std::uint32_t key = bits ^ (bits & sign ? ~std::uint32_t{0} : sign);
        return key >> (d * kBits) & (kBuckets - 1);
    }

    // Returns false if all entries have the same digit, so that nothing needs to move.
    static bool distribute(const SampleValue* from, SampleValue* to, std::size_t count,
                           Counts& counts, std::size_t d) {
        if (counts[digit(from[0].value, d)] == count) return false;
        std::uint32_t start = 0;
        for (std::uint32_t& n : counts) start += std::exchange(n, start);
        for (std::size_t i = 0; i < count; ++i) to[counts[digit(from[i].value, d)]++] = from[i];
        return true;
    }

    std::vector<SampleValue> buffer_;
};

class SortedSamples {
public:
    // Sorts a list of rows of a table by each feature. Column f starts at values + f * n_rows, and
    // has finite values. A row may be repeated; each of `rows` has a class.
    SortedSamples(const float* values, std::size_t n_rows, std::size_t n_features,
                  const std::int64_t* rows, const std::int32_t* classes, std::size_t n_samples,
                  std::size_t n_classes, Workers& workers)
        : n_features_(n_features),
          n_samples_(n_samples),
          n_classes_(n_classes),
          classes_(classes, classes + n_samples),
          entries_(n_features * n_samples),
          longest_runs_(n_features) {
        std::vector<ValueSorter> sorters(workers.size());
        workers.parallel_for(n_features, [&](std::size_t feature, std::size_t worker) {
            const float* column = values + feature * n_rows;
            SampleValue* entries = entries_.data() + feature * n_samples;
            for (std::size_t i = 0; i < n_samples; ++i)
                entries[i] = {column[rows[i]], static_cast<std::uint32_t>(i)};
            sorters[worker].sort(entries, n_samples);
            longest_runs_[feature] = find_longest_run(entries);
        });
    }

    std::size_t n_samples() const { return n_samples_; }

    // Finds the split with the largest decrease of the weighted Gini impurity. The first of equal
    // ones is taken, so that the result does not depend on threads. Samples without a positive
    // weight are not used: a list that is sorted once serves for many draws of samples.
    Split find_split(const double* weights, Workers& workers) const {
        std::vector<double> totals(n_classes_);
        std::vector<std::uint8_t> is_used(n_samples_);
        std::size_t n_used = 0;
        for (std::size_t i = 0; i < n_samples_; ++i) {
            totals[classes_[i]] += weights[i];
            n_used += is_used[i] = weights[i] > 0;
        }
        Split best;
        if (n_used == 0) return best;
        std::vector<std::vector<SampleValue>> buffers(n_used < n_samples_ ? workers.size() : 0);
        std::vector<Split> splits(n_features_);
        workers.parallel_for(n_features_, [&](std::size_t feature, std::size_t worker) {
            const SortedValues values = buffers.empty()
                                            ? all_values(feature)
                                            : select(feature, is_used, n_used, buffers[worker]);
            splits[feature] = n_classes_ == 2 ? scan<TwoClasses>(values, weights, totals)
                                              : scan<ManyClasses>(values, weights, totals);
            if (splits[feature].feature >= 0)
                splits[feature].feature = static_cast<std::int64_t>(feature);
        });
        for (const Split& split : splits)
            if (split.is_better_than(best)) best = split;
        return best;
    }

private:
    // scikit-learn's trees do not split between values that differ by less.
    static constexpr float kLeastDifference = 1e-7F;

    struct Run {
        std::size_t begin, end;
    };

    static bool can_split(const SampleValue& lower, const SampleValue& upper) {
        return upper.value > lower.value + kLeastDifference;
    }

    // Values of a feature in increasing order, and the longest run of equal ones.
    struct SortedValues {
        const SampleValue* entries;
        std::size_t count;
        Run run;
    };

    SortedValues all_values(std::size_t feature) const {
        return {&entries_[feature * n_samples_], n_samples_, longest_runs_[feature]};
    }

    // Copies the entries of the samples that are used. One entry stands for the longest run, in
    // which there is no split.
    SortedValues select(std::size_t feature, const std::vector<std::uint8_t>& is_used,
                        std::size_t n_used, std::vector<SampleValue>& buffer) const {
        const auto [entries, count, run] = all_values(feature);
        buffer.resize(n_used + 1);  // the last entry is overwritten by those that are not used
        SampleValue* out = buffer.data();
        const auto copy = [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) {
                *out = entries[i];
                out += is_used[entries[i].sample];  // without a branch
            }
        };
        copy(0, run.begin);
        const std::size_t n_below = out - buffer.data();
        if (std::any_of(entries + run.begin, entries + run.end,
                        [&](const SampleValue& entry) { return is_used[entry.sample]; }))
            *out++ = entries[run.begin];
        copy(run.end, count);
        const std::size_t n_selected = out - buffer.data();
        const std::size_t begin = std::min(n_below, n_selected - 1);
        return {buffer.data(), n_selected, {begin, begin + 1}};
    }

    // Returns the most entries in a row that have the same value.
    Run find_longest_run(const SampleValue* entries) const {
        Run longest{0, 0}, run{0, 0};
        for (run.end = 1; run.end <= n_samples_; ++run.end) {
            if (run.end < n_samples_ && entries[run.end - 1].value == entries[run.end].value)
                continue;
            if (run.end - run.begin > longest.end - longest.begin) longest = run;
            run.begin = run.end;
        }
        return longest;
    }

    // The weight on one side of a split, of all classes and of each. With the weights W of all
    // samples, T of a class, S on the side and s of a class on the side, the decrease of impurity
    // is the sum over the classes of (s W - T S)^2, divided by S (W - S) and by a constant.
    class TwoClasses {
    public:
        explicit TwoClasses(const std::vector<double>& totals)
            : total_(totals[0] + totals[1]), second_total_(totals[1]) {}

        void add(std::int32_t c, double weight) {
            side_ += weight;
            second_ += c * weight;  // without a branch, which would be mispredicted
        }

        // The two classes add the same to the decrease: one is enough.
        std::pair<double, double> decrease() const {
            const double difference = second_ * total_ - second_total_ * side_;
            return {difference * difference, side_ * (total_ - side_)};
        }

    private:
        double total_, second_total_, side_ = 0, second_ = 0;
    };

    class ManyClasses {
    public:
        explicit ManyClasses(const std::vector<double>& totals)
            : totals_(totals), side_of_(totals.size()) {
            for (const double weight : totals) total_ += weight;
        }

        void add(std::int32_t c, double weight) {
            side_ += weight;
            side_of_[c] += weight;
        }

        std::pair<double, double> decrease() const {
            double squares = 0;
            for (std::size_t c = 0; c < totals_.size(); ++c) {
                const double difference = side_of_[c] * total_ - totals_[c] * side_;
                squares += difference * difference;
            }
            return {squares, side_ * (total_ - side_)};
        }

    private:
        const std::vector<double>& totals_;
        std::vector<double> side_of_;
        double total_ = 0, side_ = 0;
    };

    // Passes over the values from both ends to the longest run. The run itself is left out: most
    // columns of encoded categories are one long run.
    template <class SideWeights>
    Split scan(const SortedValues& values, const double* weights,
               const std::vector<double>& totals) const {
        const SampleValue* entries = values.entries;
        const auto [run_begin, run_end] = values.run;
        const auto add = [&](SideWeights& side, const SampleValue& entry) {
            side.add(classes_[entry.sample], weights[entry.sample]);
        };
        const auto split_before = [&](std::size_t i, const SideWeights& side) {
            const auto [numerator, denominator] = side.decrease();
            // A weight on the other side that is lost to rounding would be divided by.
            if (!(denominator > 0)) return Split{};
            return Split{0, entries[i - 1].value, entries[i].value, numerator, denominator};
        };
        Split best, best_above;
        SideWeights left(totals), right(totals);
        for (std::size_t i = 1; i <= run_begin; ++i) {
            add(left, entries[i - 1]);
            if (!can_split(entries[i - 1], entries[i])) continue;
            const Split split = split_before(i, left);
            if (split.is_better_than(best)) best = split;
        }
        for (std::size_t i = values.count - 1; i >= run_end; --i) {
            add(right, entries[i]);
            if (!can_split(entries[i - 1], entries[i])) continue;
            const Split split = split_before(i, right);
            if (!best_above.is_better_than(split)) best_above = split;
        }
        return best_above.is_better_than(best) ? best_above : best;
    }

    std::size_t n_features_, n_samples_, n_classes_;
    std::vector<std::int32_t> classes_;
    AlignedArray<SampleValue> entries_;
    std::vector<Run> longest_runs_;
};

}  // namespace counterpoise
