// Exact k nearest points: float32 sets aside what is surely too far, float64 ranks the rest.
//
// Queries that lie in the same cell are searched together. The nodes of the tree are visited
// nearest first; in a cell, queries are compared with points in float32. Such a distance is known
// within an interval; the k-th smallest upper end is a query's reach, and whatever has its lower
// end within the reach stays a candidate. Candidates are ranked by their float64 distance, summed
// in column order, ties by position. A query with too many candidates to keep, as among many equal
// distances, is looked at again, alone.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "cells.hpp"
#include "kernels.hpp"
#include "memory.hpp"
#include "threads.hpp"

namespace counterpoise {

constexpr std::uint32_t kNobody = ~0u;

// What is asked: points of the index itself, or points from elsewhere.
struct Queries {
    Points points;
    bool are_own;               // a point is then left out of its own list
    const std::int64_t* asked;  // which points; null: all, in their order
    std::size_t count;

    std::size_t point(std::size_t i) const {
        return asked ? static_cast<std::size_t>(asked[i]) : i;
    }
};

struct Answers {
    std::int64_t* positions;  // [n_queries][k]
    double* distances;        // the same, or null
    std::size_t k;
    bool are_squared;      // distances are wanted squared, in the units of the index
    const double* limits;  // [n_queries], squared: nothing farther is wanted; or null
    std::size_t most_cells;  // a block of queries looks at no more
};

using Ranked = std::pair<double, std::uint32_t>;  // squared distance and position

// The cells of one query.
struct Query {
    const double* values;       // [width]
    const std::int32_t* codes;  // [n_nominal]
};

// Summed in column order, for every answer and on every machine alike.
inline double squared_distance(const Cells& cells, const Query& query, std::size_t position) {
    double sum = 0;
    cells.points().visit(position, [&](std::size_t f, double x) {
        const double step = query.values[f] - x;
        const double squared = step * step;
        sum += cells.may_miss() && std::isnan(step) ? cells.penalties()[f] : squared;
    });
    for (std::size_t g = 0; g < cells.n_nominal(); ++g)
        if (query.codes[g] != cells.points().code(position, g)) sum += cells.mismatch()[g];
    return std::isnan(sum) ? kInfinity : sum;
}

// A heap of nodes, the nearest on top.
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

// A block of queries on its way through the tree, nearest nodes first. What is done at a cell is left
// to those who derive from it: one thread asks one block after the other.
class Walk {
protected:
    Walk(const Cells& cells, const Kernels& kernels, const Queries& queries, std::size_t k,
         std::size_t capacity)
        : cells_(cells), kernels_(kernels), queries_(queries), width_(cells.width()),
          n_nominal_(cells.n_nominal()), stride_((width_ + 15) / 16 * 16), capacity_(capacity),
          values_(width_ * kCellSize), bounds_(4 * width_), roots_(width_),
          mismatch_(n_nominal_), masks_(n_nominal_ + 1), columns_(width_ * kCellSize),
          rows_(stride_ * kCellSize), frame_(std::max(5 * width_, stride_)), local_(4 * stride_),
          words_(cells.n_words() * kCellSize), narrowed_(cells), arrays_(7 * kCellSize), uppers_(k * kCellSize), code_columns_(n_nominal_ * kCellSize),
          code_rows_(n_nominal_ * kCellSize), candidates_(capacity * kCellSize),
          columns_with_(2 * width_) {
        std::fill_n(rows_.data(), stride_ * kCellSize, 0.0f);
        std::fill_n(code_columns_.data(), n_nominal_ * kCellSize, 0);
        for (std::size_t f = 0; f < width_ && cells.may_miss(); ++f)
            roots_[f] = static_cast<float>(std::sqrt(cells.penalties()[f]) * cells.filter_scale());
        for (std::size_t g = 0; g < n_nominal_; ++g)
            mismatch_[g] = static_cast<float>(cells.mismatch()[g] * cells.filter_scale() *
                                              cells.filter_scale());
        set_block(static_cast<int>(k));
    }

    Walk(const Walk&) = delete;

    void load(const std::uint32_t* queries, std::size_t count) {
        asked_ = queries;
        block_.count = static_cast<int>(count);
        farthest_ = kInfinity;
        block_.has_missing = false;
        for (std::size_t q = 0; q < kCellSize; ++q) reset(q);
        for (std::size_t q = 0; q < count; ++q) {
            queries_.points.visit(queries_.point(asked_[q]), [&](std::size_t f, double x) {
                values_[q * width_ + f] = x;
            });
        }
        for (std::size_t f = 0; f < width_; ++f) load_column(f);
        if (block_.byte_step > 0 && !block_.has_missing) load_bytes();
        for (std::size_t g = 0; g < n_nominal_; ++g) load_codes(g);
        for (std::size_t q = 0; q < count; ++q) norm_[q] = std::sqrt(norm_[q]);
        const double norm = *std::max_element(norm_, norm_ + count);
        const double radius = norm < kFar ? norm * 1.0001 / block_.scale : kInfinity;  // cut off
        const double *low = bounds_.data(), *cap = low + 3 * width_;
        region_ = {low,    low + width_,  low + 2 * width_, block_.has_missing ? cap : nullptr,
                   radius, masks_.data()};
    }

    // Calls at_cell(cell, active, n_active) for each cell that may hold what is wanted, the
    // queries' home first, and pulse() now and then.
    template <class Pulse, class AtCell>
    void walk(std::size_t home, Pulse&& pulse, AtCell&& at_cell) {
        visit(home, at_cell);
        std::size_t n_cells = 1;
        frontier_.clear();
        frontier_.push(0, 0);
        while (!frontier_.empty()) {
            const auto [gap, i] = frontier_.pop();
            if (gap > farthest_) return;
            const Node& node = cells_.node(i);
            if (node.right) {
                if (!is_wanted(i)) continue;
                push(i + 1);
                push(node.right);
            } else if (i != home) {
                if (++n_cells > most_cells_) return;
                pulse();
                visit(i, at_cell);
            }
        }
    }

    Query query(std::size_t q) const { return {values_.data() + q * width_, &code_rows_[q * n_nominal_]}; }
    std::size_t count() const { return static_cast<std::size_t>(block_.count); }

    // Lets a query look no farther than a squared distance.
    void limit(std::size_t q, double squared) {
        const double reach = std::sqrt(squared) * block_.scale * (1 + 1e-6);
        kernels_.set_reach(block_, static_cast<int>(q), static_cast<float>(std::min(reach, 1e30)));
    }

    const Cells& cells_;
    const Kernels& kernels_;
    const Queries& queries_;
    const std::size_t width_, n_nominal_, stride_, capacity_;
    const std::uint32_t* asked_ = nullptr;  // the numbers of the block's queries
    Block block_{};
    std::size_t most_cells_ = ~std::size_t{0};

private:
    void set_block(int k) {
        float* const arrays = arrays_.data();
        norm_ = arrays;
        start_ = arrays + kCellSize;
        byte_squares_ = arrays + 5 * kCellSize;
        byte_errors_ = arrays + 6 * kCellSize;
        block_ = {.width = static_cast<int>(width_),
                  .n_nominal = static_cast<int>(n_nominal_),
                  .row_stride = static_cast<int>(stride_),
                  .count = 0,
                  .k = k,
                  .capacity = static_cast<int>(capacity_),
                  // Half of what a difference, its square and the sums lose: there is a root.
                  .gamma = (static_cast<double>(width_ + n_nominal_) * 0.5 + 8) * 0x1p-24,
                  .scale = cells_.filter_scale(),
                  .has_missing = false,
                  .centre = bounds_.data() + 2 * width_,
                  .columns = columns_.data(),
                  .rows = rows_.data(),
                  .norm = norm_,
                  .start = start_,
                  .penalty_root = roots_.data(),
                  .mismatch = mismatch_.data(),
                  .code_columns = code_columns_.data(),
                  .code_rows = code_rows_.data(),
                  .itself = itself_,
                  .reach = arrays + 2 * kCellSize,
                  .reach_squared = arrays + 3 * kCellSize,
                  .room = arrays + 4 * kCellSize,
                  .uppers = uppers_.data(),
                  .n_uppers = n_uppers_,
                  .candidates = candidates_.data(),
                  .n_candidates = n_candidates_,
                  .is_undecided = is_undecided_,
                  .frame = frame_.data(),
                  .local = local_.data(),
                  .byte_step = cells_.byte_step(),
                  .words = words_.data(),
                  .byte_squares = byte_squares_,
                  .byte_errors = byte_errors_,
                  .columns_with_all = columns_with_.data(),
                  .columns_with_some = columns_with_.data() + width_};
    }

    void reset(std::size_t q) {
        constexpr float kAny = std::numeric_limits<float>::infinity();
        const bool is_there = q < count();
        const bool is_own = is_there && queries_.are_own;
        itself_[q] = is_own ? static_cast<std::uint32_t>(queries_.point(asked_[q])) : kNobody;
        block_.reach[q] = block_.room[q] = kAny;
        block_.reach_squared[q] = is_there ? kAny : -1;
        norm_[q] = start_[q] = 0;
        n_uppers_[q] = n_candidates_[q] = 0;
        is_undecided_[q] = false;
    }

    void load_column(std::size_t f) {
        double low = kInfinity, high = -kInfinity, sum = 0, n = 0;
        for (std::size_t q = 0; q < count(); ++q) {
            const double x = values_[q * width_ + f];
            if (std::isnan(x)) continue;
            low = std::min(low, x);
            high = std::max(high, x);
            sum += x / kCellSize;
            ++n;
        }
        const bool is_full = n == static_cast<double>(count());
        block_.has_missing |= !is_full;
        const double centre = n > 0 ? sum * (kCellSize / n) : 0;
        bounds_[f] = low;
        bounds_[width_ + f] = high;
        bounds_[2 * width_ + f] = centre;
        bounds_[3 * width_ + f] = is_full || !cells_.may_miss() ? kInfinity : cells_.penalties()[f];
        for (std::size_t q = 0; q < kCellSize; ++q) load_cell(q, f, centre);
    }

    void load_cell(std::size_t q, std::size_t f, double centre) {
        const double off = q < count() ? (values_[q * width_ + f] - centre) * block_.scale : 0;
        const auto local = static_cast<float>(std::clamp(off, -double{kFar}, double{kFar}));
        columns_[f * kCellSize + q] = rows_[q * stride_ + f] = local;
        if (!std::isnan(local)) norm_[q] += local * local;
        else if (cells_.may_miss()) start_[q] += roots_[f] * roots_[f];
    }

    void load_bytes() {
        double column[kCellSize] = {};
        narrowed_.start(words_.data());
        for (std::size_t f = 0; f < width_; ++f) {
            for (std::size_t q = 0; q < count(); ++q) column[q] = values_[q * width_ + f];
            narrowed_.add(f, column);
        }
        for (std::size_t i = 0; i < cells_.n_words() * kCellSize; ++i)
            words_[i] ^= static_cast<std::int32_t>(0x80808080);
        for (std::size_t q = 0; q < count(); ++q) {
            byte_squares_[q] = narrowed_.square(q);
            byte_errors_[q] = narrowed_.error(q);
        }
    }

    void load_codes(std::size_t g) {
        masks_[g] = 0;
        for (std::size_t q = 0; q < count(); ++q) {
            const std::int32_t code = queries_.points.code(queries_.point(asked_[q]), g);
            code_columns_[g * kCellSize + q] = code_rows_[q * n_nominal_ + g] = code;
            masks_[g] |= bit_of(code);
        }
    }

    // Where cells are missing, the gap between two regions says little: queries differ in what they
    // miss. They are then asked one by one.
    bool is_wanted(std::size_t node) const {
        if (!block_.has_missing && !cells_.node(node).has_missing) return true;
        int active[kCellSize];
        return kernels_.find_active(block_, cells_.region(node), active) > 0;
    }

    void push(std::size_t node) {
        const double gap = kernels_.gap(region_, cells_.region(node), cells_.shape());
        if (gap <= farthest_) frontier_.push(gap, node);
    }

    template <class AtCell>
    void visit(std::size_t node, AtCell& at_cell) {
        int active[kCellSize];
        const int n_active = kernels_.find_active(block_, cells_.region(node), active);
        if (!n_active) return;
        at_cell(cells_.cell(node), active, n_active);
        farthest_ = *std::max_element(block_.reach_squared, block_.reach_squared + count()) /
                    (block_.scale * block_.scale);
    }

    Region region_{};
    double farthest_ = kInfinity;  // the largest squared reach

protected:
    std::vector<double> values_;

private:
    std::vector<double> bounds_;
    std::vector<float> roots_, mismatch_;
    std::vector<std::uint32_t> masks_;
    Aligned<float> columns_, rows_, frame_, local_;
    Aligned<std::int32_t> words_;
    Cells::Narrowed narrowed_;
    Aligned<float> arrays_;
    std::vector<float> uppers_;
    Aligned<std::int32_t> code_columns_, code_rows_;

protected:
    Aligned<Candidate> candidates_;
    std::uint32_t itself_[kCellSize];
    int n_uppers_[kCellSize], n_candidates_[kCellSize];
    bool is_undecided_[kCellSize];

private:
    std::vector<int> columns_with_;
    float *norm_ = nullptr, *start_ = nullptr, *byte_squares_ = nullptr, *byte_errors_ = nullptr;
    Frontier<double> frontier_;
};

// The k nearest points of each query.
class NearestSearch : Walk {
public:
    NearestSearch(const Cells& cells, const Queries& queries, const Answers& answers)
        : Walk(cells, best_kernels(), queries, answers.k, 2 * answers.k + 32), answers_(answers) {
        most_cells_ = answers.most_cells;
    }

    // Answers some queries that lie in one cell.
    template <class Pulse>
    void run(const std::uint32_t* queries, std::size_t count, std::size_t home, Pulse&& pulse) {
        load(queries, count);
        for (std::size_t q = 0; q < count && answers_.limits; ++q)
            limit(q, answers_.limits[asked_[q]]);
        walk(home, pulse, [this](const Cell& cell, const int* active, int n_active) {
            kernels_.search(block_, cell, active, n_active);
        });
        for (std::size_t q = 0; q < count; ++q) {
            if (is_undecided_[q]) look_again(q, pulse);
            else rank_candidates(q);
            write(q);
        }
    }

private:
    void rank_candidates(std::size_t q) {
        const Candidate* candidates = &candidates_[q * capacity_];
        ranked_.clear();
        for (int i = 0; i < n_candidates_[q]; ++i) {
            if (candidates[i].lower > block_.reach[q]) continue;
            cells_.points().prefetch(candidates[i].position);
            ranked_.emplace_back(0, candidates[i].position);
        }
        for (auto& [squared, position] : ranked_)
            squared = squared_distance(cells_, query(q), position);
        std::sort(ranked_.begin(), ranked_.end());
    }

    // ---- The second look, of one query ----

    // Visits the nodes by the nearest that a point in them can be, and by the smallest position.
    template <class Pulse>
    void look_again(std::size_t q, Pulse&& pulse) {
        ranked_.clear();
        lone_.clear();
        lone_.push({0, 0}, 0);
        while (!lone_.empty()) {
            const auto [nearest, i] = lone_.pop();
            if (ranked_.size() == answers_.k && nearest > ranked_.front()) break;
            const Node& node = cells_.node(i);
            if (node.right) {
                lone_.push(nearest_in(q, i + 1), i + 1);
                lone_.push(nearest_in(q, node.right), node.right);
            } else {
                pulse();
                rank_cell(q, i);
            }
        }
        std::sort_heap(ranked_.begin(), ranked_.end());
    }

    // Sums as `squared_distance` does, term by term no larger: rounding cannot lift it above one.
    Ranked nearest_in(std::size_t q, std::size_t node) const {
        const Region region = cells_.region(node);
        const double* x = values_.data() + q * width_;
        double sum = 0;
        for (std::size_t f = 0; f < width_; ++f) {
            const double gap = std::max({region.low[f] - x[f], x[f] - region.high[f], 0.0});
            double squared = gap * gap;
            if (std::isnan(x[f])) squared = cells_.may_miss() ? cells_.penalties()[f] : 0;
            else if (region.cap) squared = std::min(squared, region.cap[f]);
            sum += squared;
        }
        for (std::size_t g = 0; g < n_nominal_; ++g)
            if (!(region.codes[g] & bit_of(query(q).codes[g]))) sum += cells_.mismatch()[g];
        return {sum, cells_.node(node).first};
    }

    void rank_cell(std::size_t q, std::size_t node) {
        const Cell cell = cells_.cell(node);
        const bool is_full = ranked_.size() == answers_.k;
        const double reach = is_full ? std::sqrt(ranked_.front().first) * (1 + 1e-9) : kInfinity;
        int found[kCellSize];
        const int n_found = kernels_.within(block_, cell, static_cast<int>(q), reach, found);
        for (int i = 0; i < n_found; ++i) {
            const std::uint32_t position = cell.positions[found[i]];
            if (position != itself_[q])
                keep({squared_distance(cells_, query(q), position), position});
        }
    }

    void keep(const Ranked& ranked) {
        if (ranked_.size() == answers_.k) {
            if (ranked > ranked_.front()) return;
            std::pop_heap(ranked_.begin(), ranked_.end());
            ranked_.pop_back();
        }
        ranked_.push_back(ranked);
        std::push_heap(ranked_.begin(), ranked_.end());
    }

    // Where there are too few, because of a limit or at home, the answer is filled up.
    void write(std::size_t q) {
        ranked_.resize(std::max(ranked_.size(), answers_.k), Ranked{kInfinity, kNobody});
        const std::size_t at = asked_[q] * answers_.k;
        for (std::size_t i = 0; i < answers_.k; ++i) {
            const std::uint32_t position = ranked_[i].second;
            answers_.positions[at + i] = position == kNobody ? -1 : std::int64_t{position};
            if (!answers_.distances) continue;
            answers_.distances[at + i] = answers_.are_squared
                                             ? ranked_[i].first
                                             : std::sqrt(ranked_[i].first) / cells_.points().scale;
        }
    }

    const Answers& answers_;
    Frontier<Ranked> lone_;
    std::vector<Ranked> ranked_;
};

// For each query a place in the order of (squared distance, position): who comes before it?
struct Places {
    const double* squared;         // [n_queries], in the units of the index
    const std::int64_t* position;  // [n_queries]
};

// Up to k of the points that come before a query's place; whichever are met first.
class AheadSearch : Walk {
public:
    AheadSearch(const Cells& cells, const Queries& queries, const Places& places,
                const Answers& answers)
        : Walk(cells, best_kernels(), queries, 0, kCellSize), places_(places), answers_(answers) {}

    template <class Pulse>
    void run(const std::uint32_t* queries, std::size_t count, std::size_t home, Pulse&& pulse) {
        load(queries, count);
        for (std::size_t q = 0; q < count; ++q) start(q);
        walk(home, pulse, [this](const Cell& cell, const int* active, int n_active) {
            kernels_.gather(block_, cell, active, n_active);
            for (int i = 0; i < n_active; ++i) take(static_cast<std::size_t>(active[i]));
        });
    }

private:
    void start(std::size_t q) {
        n_found_[q] = 0;
        std::fill_n(&answers_.positions[asked_[q] * answers_.k], answers_.k, std::int64_t{-1});
        limit(q, places_.squared[asked_[q]]);
    }

    void take(std::size_t q) {
        const Ranked place{places_.squared[asked_[q]],
                           static_cast<std::uint32_t>(places_.position[asked_[q]])};
        for (int i = 0; i < n_candidates_[q] && n_found_[q] < answers_.k; ++i) {
            const std::uint32_t position = candidates_[q * capacity_ + i].position;
            if (Ranked{squared_distance(cells_, query(q), position), position} < place)
                answers_.positions[asked_[q] * answers_.k + n_found_[q]++] = position;
        }
        n_candidates_[q] = 0;
        if (n_found_[q] == answers_.k) block_.reach_squared[q] = -1;
    }

    const Places& places_;
    const Answers& answers_;
    std::size_t n_found_[kCellSize];
};

// Queries sorted by the cell they lie in, and cut into blocks: of one cell, or of a few that follow
// each other where they hold few queries.
class Blocks {
public:
    struct Run {
        std::size_t begin, end, home;
    };

    Blocks(const Cells& cells, const Queries& queries, Crew& crew) : order_(queries.count) {
        const std::vector<std::uint32_t> homes = find_homes(cells, queries, crew);
        std::vector<std::size_t> begin(cells.n_cells() * 2, 0);
        for (const std::uint32_t home : homes) ++begin[home];
        std::exclusive_scan(begin.begin(), begin.end(), begin.begin(), std::size_t{0});
        for (std::size_t i = 0; i < homes.size(); ++i)
            order_[begin[homes[i]]++] = static_cast<std::uint32_t>(i);
        for (std::size_t home = 0, at = 0; home < begin.size(); ++home)
            for (; at < begin[home]; at = runs_.back().end)
                cut(at, std::min<std::size_t>(at + kCellSize, begin[home]), home);
    }

    std::size_t size() const { return runs_.size(); }
    const Run& run(std::size_t i) const { return runs_[i]; }
    const std::uint32_t* queries(const Run& run) const { return &order_[run.begin]; }

private:
    // A block wants some queries to be quick: a few of one cell join those of the cell before.
    void cut(std::size_t begin, std::size_t end, std::size_t home) {
        constexpr std::size_t kFew = 16;
        if (!runs_.empty() && runs_.back().end - runs_.back().begin < kFew && end - begin < kFew)
            runs_.back().end = end;
        else
            runs_.push_back({begin, end, home});
    }

    static std::vector<std::uint32_t> find_homes(const Cells& cells, const Queries& queries,
                                                 Crew& crew) {
        constexpr std::size_t kRun = 4096;
        const auto own = queries.are_own ? homes_of_points(cells) : std::vector<std::uint32_t>();
        std::vector<std::uint32_t> homes(queries.count);
        crew.share((queries.count + kRun - 1) / kRun, [&](std::size_t run, std::size_t) {
            for (std::size_t i = run * kRun; i < std::min(queries.count, (run + 1) * kRun); ++i) {
                const std::size_t point = queries.point(i);
                homes[i] = queries.are_own ? own[point] : way_down(cells, queries.points, point);
            }
        });
        return homes;
    }

    static std::vector<std::uint32_t> homes_of_points(const Cells& cells) {
        std::vector<std::uint32_t> homes(cells.points().count);
        for (std::uint32_t i = 0; i < 2 * cells.n_cells() - 1; ++i) {
            const Node& node = cells.node(i);
            for (std::size_t at = node.begin; !node.right && at < node.end; ++at)
                homes[cells.order()[at]] = i;
        }
        return homes;
    }

    static std::uint32_t way_down(const Cells& cells, const Points& points, std::size_t point) {
        return static_cast<std::uint32_t>(
            cells.node_of([&](std::size_t column) { return points.at(point, column); }));
    }

    std::vector<std::uint32_t> order_;
    std::vector<Run> runs_;
};

// Shares the blocks of queries among the crew, each member with a search of its own.
template <class Search, class... Rest>
void search_blocks(const Cells& cells, Queries queries, Crew& crew, const Rest&... rest) {
    queries.points.scale = cells.points().scale;
    const Blocks blocks(cells, queries, crew);
    std::vector<std::unique_ptr<Search>> searches(crew.size());
    crew.share(blocks.size(), [&](std::size_t i, std::size_t worker) {
        auto& search = searches[worker];
        if (!search) search = std::make_unique<Search>(cells, queries, rest...);
        const auto& run = blocks.run(i);
        search->run(blocks.queries(run), run.end - run.begin, run.home,
                    [&] { crew.pulse(worker); });
    });
}

}  // namespace counterpoise
