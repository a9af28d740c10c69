// The Python bindings: check every array, and release the interpreter lock during computations.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "tree.hpp"
#include "condense.hpp"
#include "farthest.hpp"
#include "kernels.hpp"
#include "nearest.hpp"
#include "stumps.hpp"
#include "sparse_building.hpp"
#include "sparse_nearest.hpp"
#include "value_difference.hpp"
#include "table_operations.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using counterpoise::Workers;
using counterpoise::OutputRows;
using counterpoise::Points;
using counterpoise::Strided;

using Table = nb::ndarray<nb::ro, nb::ndim<2>, nb::device::cpu>;
using WritableTable = nb::ndarray<nb::ndim<2>, nb::device::cpu>;
template <class T>
using Vector = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class T>
using Grid = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Rows = Vector<std::int64_t>;
using Doubles = Vector<double>;
template <class T>
using Output = nb::ndarray<T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

constexpr std::size_t kMaxColumns = std::size_t{1} << 31;  // column numbers have 32 bits

// Ends a call if a signal has arrived, such as Ctrl-C.
void check_signals() {
    const nb::gil_scoped_acquire acquired;
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
}

void require(bool holds, const char* message) {
    if (!holds) throw nb::value_error(message);
}

bool is_float(const nb::dlpack::dtype& type, std::size_t bits) {
    return type.code == static_cast<std::uint8_t>(nb::dlpack::dtype_code::Float) &&
           type.bits == bits && type.lanes == 1;
}

bool is_float64(const Table& table) {
    if (is_float(table.dtype(), 64)) return true;
    if (!is_float(table.dtype(), 32)) throw nb::type_error("the table must be float32 or float64");
    return false;
}

template <class T>
Strided<T> strided(const Table& table) {
    return {static_cast<const T*>(table.data()), table.stride(0), table.stride(1), table.shape(0),
            table.shape(1)};
}

Points points_of(const Table& table) {
    Points points;
    points.is_float64 = is_float64(table);
    if (points.is_float64) points.float64 = strided<double>(table);
    else points.float32 = strided<float>(table);
    points.count = table.shape(0);
    points.n_numeric = table.shape(1);
    return points;
}

void check_rows(const std::int64_t* rows, std::size_t count, std::size_t limit) {
    const auto outside = [limit](std::int64_t row) {
        return row < 0 || static_cast<std::size_t>(row) >= limit;
    };
    if (std::any_of(rows, rows + count, outside))
        throw nb::index_error("a row number is out of range");
}

// Returns the first byte of a table and the byte after its last.
template <class AnyTable>
std::pair<const char*, const char*> extent(const AnyTable& table) {
    const auto size = static_cast<std::ptrdiff_t>(table.itemsize());
    const char* first = reinterpret_cast<const char*>(table.data());
    const char* last = first + (table.size() ? size : 0);
    for (std::size_t axis = 0; axis < 2 && table.size(); ++axis) {
        const std::ptrdiff_t span =
            static_cast<std::ptrdiff_t>(table.shape(axis) - 1) * table.stride(axis) * size;
        (span < 0 ? first : last) += span;
    }
    return {first, last};
}

void check_output(const WritableTable& out, std::size_t start, std::size_t n_rows,
                  const Table& source) {
    require(out.dtype() == source.dtype(), "out must have the dtype of source");
    require(out.shape(1) == source.shape(1), "out must have as many columns as source");
    require(start <= out.shape(0) && n_rows <= out.shape(0) - start, "out has too few rows");
    const auto [out_first, out_last] = extent(out);
    const auto [first, last] = extent(source);
    require(out_last <= first || last <= out_first, "out must not overlap with source");
}

template <class T>
OutputRows<T> output(const WritableTable& out, std::size_t start) {
    const OutputRows<T> all{static_cast<T*>(out.data()), out.stride(0), out.stride(1)};
    return {all.row(start), all.row_stride, all.column_stride};
}

template <class T>
void copy_rows_of(const WritableTable& out, std::size_t start, const Table& source,
                  const std::int64_t* rows, std::size_t n_rows, Workers& workers) {
    counterpoise::copy_rows(output<T>(out, start), strided<T>(source), rows, n_rows, workers);
}

void copy_rows(const WritableTable& out, std::size_t start, const Table& source,
               const std::optional<Rows>& rows, int threads) {
    const std::size_t n_rows = rows ? rows->shape(0) : source.shape(0);
    check_output(out, start, n_rows, source);
    if (rows) check_rows(rows->data(), n_rows, source.shape(0));
    if (n_rows == 0 || source.shape(1) == 0) return;
    const std::int64_t* selected = rows ? rows->data() : nullptr;
    const nb::gil_scoped_release released;
    Workers workers(threads, check_signals);
    switch (source.dtype().bits * source.dtype().lanes) {
        case 8: return copy_rows_of<std::uint8_t>(out, start, source, selected, n_rows, workers);
        case 16: return copy_rows_of<std::uint16_t>(out, start, source, selected, n_rows, workers);
        case 32: return copy_rows_of<std::uint32_t>(out, start, source, selected, n_rows, workers);
        case 64: return copy_rows_of<std::uint64_t>(out, start, source, selected, n_rows, workers);
        default: break;
    }
    throw nb::type_error("values must have 1, 2, 4 or 8 bytes");
}

void interpolate_rows(const WritableTable& out, std::size_t start, const Table& source,
                      const Rows& base, const Rows& neighbor, const Vector<double>& weight,
                      int threads) {
    const std::size_t n_rows = base.shape(0);
    require(neighbor.shape(0) == n_rows && weight.shape(0) == n_rows,
            "base, neighbor and weight must have the same length");
    check_output(out, start, n_rows, source);
    check_rows(base.data(), n_rows, source.shape(0));
    check_rows(neighbor.data(), n_rows, source.shape(0));
    const bool in_float64 = is_float64(source);
    if (n_rows == 0 || source.shape(1) == 0) return;
    const nb::gil_scoped_release released;
    Workers workers(threads, check_signals);
    if (in_float64)
        counterpoise::interpolate_rows(output<double>(out, start), strided<double>(source),
                                       base.data(), neighbor.data(), weight.data(), n_rows,
                                       workers);
    else
        counterpoise::interpolate_rows(output<float>(out, start), strided<float>(source),
                                       base.data(), neighbor.data(), weight.data(), n_rows,
                                       workers);
}

counterpoise::ValueScan scan_points(const Points& points, Workers& workers) {
    if (points.count == 0 || points.n_numeric == 0) return {};
    return points.is_float64 ? counterpoise::scan_values(points.float64, workers)
                             : counterpoise::scan_values(points.float32, workers);
}

std::pair<bool, std::int64_t> scan_values(const Table& table, int threads) {
    const Points points = points_of(table);
    const nb::gil_scoped_release released;
    Workers workers(threads, check_signals);
    const counterpoise::ValueScan found = scan_points(points, workers);
    return {found.has_missing, found.infinite_row};
}

void compute_variances(const Table& table,
                       const nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu>& out,
                       int threads) {
    const Points points = points_of(table);
    require(out.shape(0) == points.n_numeric, "out must have an entry for each column");
    const nb::gil_scoped_release released;
    Workers workers(threads, check_signals);
    if (points.is_float64) counterpoise::compute_variances(points.float64, out.data(), workers);
    else counterpoise::compute_variances(points.float32, out.data(), workers);
}

// The last columns of a table are categorical; there are as many as there are mismatches.
Points mixed_points(const Table& table, std::size_t n_categorical) {
    Points points = points_of(table);
    require(n_categorical <= points.n_numeric, "mismatch has more entries than there are columns");
    points.n_numeric -= n_categorical;
    points.n_categorical = n_categorical;
    return points;
}

// The points of a table, and what missing values and different codes add to a squared distance.
struct PenalizedTable {
    PenalizedTable(const Table& table, const std::optional<Doubles>& missing,
                   const std::optional<Doubles>& mismatch)
        : points(mixed_points(table, mismatch ? mismatch->shape(0) : 0)),
          penalties{missing ? missing->data() : nullptr, mismatch ? mismatch->data() : nullptr} {
        require(!missing || missing->shape(0) == points.n_numeric,
                "penalties must have an entry for each numeric column");
    }

    Points points;
    counterpoise::Penalties penalties;
};

std::size_t condense(const Table& table, const Rows& rows, const Vector<std::int32_t>& classes,
                     const Grid<double>& squared, const Grid<std::int64_t>& positions,
                     const std::optional<Doubles>& penalties,
                     const std::optional<Doubles>& mismatch, bool once,
                     const nb::ndarray<std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>&
                         kept,
                     int threads) {
    const PenalizedTable penalized(table, penalties, mismatch);
    const std::size_t n = rows.shape(0), k = squared.shape(1);
    check_rows(rows.data(), n, penalized.points.count);
    require(classes.shape(0) == penalized.points.count, "each row of the table needs a class");
    require(squared.shape(0) == n && positions.shape(0) == n && positions.shape(1) == k && k >= 1,
            "squared and positions must have a row for each entry of rows");
    require(kept.shape(0) == n, "kept must have an entry for each entry of rows");
    for (std::size_t i = 0; i < n * k; ++i)  // -1: there is none
        if (positions.data()[i] != -1) check_rows(positions.data() + i, 1, penalized.points.count);
    const nb::gil_scoped_release released;
    Workers workers(threads, check_signals);
    counterpoise::check_codes(penalized.points, workers);
    counterpoise::Condenser condenser(penalized.points, penalized.penalties, rows.data(), n,
                                      classes.data(), {squared.data(), positions.data(), k});
    return condenser.run(once, kept.data(), workers);
}

void farthest_distances(const Table& table, const Rows& points, const Rows& queries,
                        const std::optional<Doubles>& penalties,
                        const std::optional<Doubles>& mismatch, const Grid<double>& distances,
                        int threads) {
    const PenalizedTable penalized(table, penalties, mismatch);
    const std::size_t n_points = points.shape(0), n_queries = queries.shape(0);
    const std::size_t k = distances.shape(1);
    check_rows(points.data(), n_points, penalized.points.count);
    check_rows(queries.data(), n_queries, penalized.points.count);
    require(distances.shape(0) == n_queries, "distances must have a row for each query");
    require(k >= 1 && k <= n_points, "k must be at least 1 and at most the number of points");
    const nb::gil_scoped_release released;
    Workers workers(threads, check_signals);
    counterpoise::check_codes(penalized.points, workers);
    counterpoise::find_farthest(penalized.points, penalized.penalties, points.data(), n_points,
                                queries.data(), n_queries, k, distances.data(), workers);
}

void nearest_by_value_difference(const Grid<const std::int32_t>& codes,
                                 const Grid<const double>& probabilities, const Rows& n_codes,
                                 const Rows& of, const Grid<std::int64_t>& positions, int threads) {
    const std::size_t n_columns = codes.shape(0), n_rows = codes.shape(1);
    const std::size_t k = positions.shape(1);
    std::int64_t total = 0;
    require(n_codes.shape(0) == n_columns, "n_codes must have an entry for each column");
    for (std::size_t g = 0; g < n_columns; ++g) {
        const std::int64_t n = n_codes.data()[g];
        const std::int32_t* column = codes.data() + g * n_rows;
        require(std::all_of(column, column + n_rows,
                            [n](std::int32_t code) { return code >= 0 && code < n; }),
                "codes must be from 0 to below the n_codes of their column");
        total += n;
    }
    require(static_cast<std::int64_t>(probabilities.shape(0)) == total,
            "probabilities must have a row for each code");
    check_rows(of.data(), of.shape(0), n_rows);
    require(positions.shape(0) == of.shape(0) && k >= 1 && k < n_rows,
            "k must be at least 1 and below the number of rows");
    const counterpoise::CategoricalTable table{codes.data(),   probabilities.data(),
                                               n_codes.data(), n_rows,
                                               n_columns,      probabilities.shape(1)};
    const nb::gil_scoped_release released;
    Workers workers(threads, check_signals);
    counterpoise::find_nearest_by_value_difference(table, of.data(), of.shape(0), k,
                                                   positions.data(), workers);
}

// The k-d tree, and the arrays that it reads in place.
class Index {
public:
    Index(Table table, const std::optional<Rows>& rows,
          const std::optional<Doubles>& penalties, const std::optional<Doubles>& mismatch,
          bool shared_units, int threads)
        : table_(std::move(table)), has_penalties_(penalties.has_value()) {
        n_categorical_ = mismatch ? mismatch->shape(0) : 0;
        Points points = mixed_points(table_, n_categorical_);
        if (rows) {
            check_rows(rows->data(), rows->shape(0), points.count);
            rows_.assign(rows->data(), rows->data() + rows->shape(0));
            points.rows = rows_.data();
            points.count = rows_.size();
        }
        require(points.count > 0 && table_.shape(1) > 0,
                "an index needs at least one point and one column");
        require(points.count < kMaxPoints, "an index holds up to 2**31 - 1 points");
        require(table_.shape(1) < kMaxPoints / 1024, "an index holds up to 2**21 columns");
        if (penalties) check_penalties(*penalties, points.n_numeric);
        if (mismatch) check_penalties(*mismatch, n_categorical_);
        const double* missing = penalties ? penalties->data() : nullptr;
        const double* different = mismatch ? mismatch->data() : nullptr;
        const nb::gil_scoped_release released;
        Workers workers(threads, check_signals);
        counterpoise::check_codes(points, workers);
        tree_ = std::make_unique<counterpoise::Tree>(points, missing, different, shared_units,
                                                     workers);
    }

    void nearest_others(const std::optional<Rows>& of, const Grid<std::int64_t>& positions,
                        const std::optional<Grid<double>>& distances, bool squared,
                        std::size_t max_leaves, int threads) const {
        const Queries queries = indexed_queries(of);
        const auto max_k = tree_->points().count - 1;
        auto results = make_results(queries.count, max_k, positions, distances, squared);
        if (max_leaves) results.max_leaves = max_leaves;
        const nb::gil_scoped_release released;
        Workers workers(threads, check_signals);
        counterpoise::search_blocks<counterpoise::NearestSearch>(*tree_, queries, workers, results);
    }

    void nearest(const Table& table, const std::optional<Rows>& rows,
                 const Grid<std::int64_t>& positions, const std::optional<Grid<double>>& distances,
                 bool squared, const std::optional<Vector<double>>& limits, int threads) const {
        require(table.shape(1) == table_.shape(1),
                "queries must have as many columns as the points");
        const Points points = mixed_points(table, n_categorical_);
        if (rows) check_rows(rows->data(), rows->shape(0), points.count);
        const std::int64_t* selected = rows ? rows->data() : nullptr;
        const Queries queries{points, false, selected, rows ? rows->shape(0) : points.count};
        const auto max_k = tree_->points().count;
        require(!limits || limits->shape(0) == queries.count,
                "limits must have an entry for each query");
        auto results = make_results(queries.count, max_k, positions, distances, squared);
        results.limits = limits ? limits->data() : nullptr;
        const nb::gil_scoped_release released;
        Workers workers(threads, check_signals);
        const counterpoise::ValueScan found = scan_points(points, workers);
        if (found.infinite_row >= 0)
            throw std::invalid_argument("queries must be finite or missing; some are infinite");
        if (found.has_missing && !has_penalties_)
            throw std::invalid_argument(
                "queries have missing values, but the index has no penalties for them");
        counterpoise::check_codes(points, workers);
        counterpoise::search_blocks<counterpoise::NearestSearch>(*tree_, queries, workers, results);
    }

    void find_closer(const std::optional<Rows>& of, const Vector<double>& squared,
                     const Rows& position, const Grid<std::int64_t>& positions,
                     int threads) const {
        const Queries queries = indexed_queries(of);
        require(squared.shape(0) == queries.count && position.shape(0) == queries.count,
                "squared and position must have an entry for each query");
        const auto max_k = tree_->points().count - 1;
        const auto results = make_results(queries.count, max_k, positions, std::nullopt, false);
        const counterpoise::Thresholds thresholds{squared.data(), position.data()};
        const nb::gil_scoped_release released;
        Workers workers(threads, check_signals);
        counterpoise::search_blocks<counterpoise::CloserSearch>(*tree_, queries, workers,
                                                                thresholds, results);
    }

private:
    static constexpr std::size_t kMaxPoints = std::size_t{1} << 31;

    using Queries = counterpoise::Queries;

    Queries indexed_queries(const std::optional<Rows>& of) const {
        const Points& points = tree_->points();
        if (of) check_rows(of->data(), of->shape(0), points.count);
        return {points, true, of ? of->data() : nullptr, of ? of->shape(0) : points.count};
    }

    static void check_penalties(const Doubles& penalties, std::size_t n_columns) {
        require(penalties.shape(0) == n_columns,
                "penalties must have an entry for each numeric column, and mismatch for each "
                "categorical column");
        const auto is_valid = [](double penalty) { return penalty >= 0 && std::isfinite(penalty); };
        require(std::all_of(penalties.data(), penalties.data() + n_columns, is_valid),
                "penalties must be finite and 0 or more");
    }

    static counterpoise::Results make_results(std::size_t n_queries, std::size_t max_k,
                                              const Grid<std::int64_t>& positions,
                                              const std::optional<Grid<double>>& distances,
                                              bool squared) {
        const std::size_t k = positions.shape(1);
        require(positions.shape(0) == n_queries, "positions must have a row for each query");
        require(k >= 1 && k <= max_k, "k must be from 1 to the number of points to choose from");
        require(!distances || (distances->shape(0) == n_queries && distances->shape(1) == k),
                "distances must have the shape of positions");
        require(n_queries < kMaxPoints, "a search takes up to 2**31 - 1 queries");
        return {positions.data(), distances ? distances->data() : nullptr, k, squared, nullptr,
                ~std::size_t{0}};
    }

    Table table_;
    std::size_t n_categorical_ = 0;
    std::vector<std::int64_t> rows_;
    const bool has_penalties_;
    std::unique_ptr<counterpoise::Tree> tree_;
};

// Samples sorted by each feature, for decision stumps.
class SortedSamples {
public:
    using Columns = nb::ndarray<const float, nb::ndim<2>, nb::f_contig, nb::device::cpu>;

    SortedSamples(const Columns& columns, const Rows& rows, const Vector<std::int32_t>& classes,
                  std::size_t n_classes, int threads) {
        const std::size_t n_rows = columns.shape(0), n_features = columns.shape(1);
        const std::size_t n_samples = rows.shape(0);
        require(n_samples >= 1 && n_samples < std::size_t{1} << 31,
                "from 1 to 2**31 - 1 samples can be sorted");
        require(classes.shape(0) == n_samples, "classes must have an entry for each entry of rows");
        check_rows(rows.data(), n_samples, n_rows);
        const auto is_class = [n_classes](std::int32_t c) {
            return c >= 0 && static_cast<std::size_t>(c) < n_classes;
        };
        require(std::all_of(classes.data(), classes.data() + n_samples, is_class),
                "classes must be from 0 to below n_classes");
        const nb::gil_scoped_release released;
        Workers workers(threads, check_signals);
        samples_ = std::make_unique<counterpoise::SortedSamples>(
            columns.data(), n_rows, n_features, rows.data(), classes.data(), n_samples, n_classes,
            workers);
    }

    std::tuple<std::int64_t, double, double> find_split(const Doubles& weights, int threads) const {
        require(weights.shape(0) == samples_->n_samples(), "weights must have an entry for each row");
        const nb::gil_scoped_release released;
        Workers workers(threads, check_signals);
        const counterpoise::Split split = samples_->find_split(weights.data(), workers);
        return {split.feature, split.lower, split.upper};
    }

private:
    std::unique_ptr<counterpoise::SortedSamples> samples_;
};

// A matrix in CSR format, as scipy stores it, with column numbers of 32 bits.
template <class T>
struct SparseMatrix {
    Rows starts;
    Vector<std::int32_t> columns;
    Vector<T> values;

    counterpoise::SparseRows<T> rows(std::size_t n_columns) const {
        require(starts.shape(0) > 0 && columns.shape(0) == values.shape(0),
                "the arrays are not a canonical CSR matrix");
        const counterpoise::SparseRows<T> all{starts.data(), columns.data(), values.data(),
                                              starts.shape(0) - 1, n_columns};
        all.check(values.shape(0));
        return all;
    }
};

counterpoise::SparseSteps sparse_steps(const Rows& base, const Rows& neighbor,
                                       const Doubles& weight, std::size_t n_rows) {
    const std::size_t count = base.shape(0);
    require(neighbor.shape(0) == count && weight.shape(0) == count,
            "base, neighbor and weight must have the same length");
    check_rows(base.data(), count, n_rows);
    for (std::size_t i = 0; i < count; ++i)  // -1: there is none
        if (neighbor.data()[i] != -1) check_rows(neighbor.data() + i, 1, n_rows);
    return {base.data(), neighbor.data(), weight.data(), count};
}

template <class T>
void count_row_values(const Rows& starts, const Vector<std::int32_t>& columns,
                      const Vector<T>& values, const Rows& base, const Rows& neighbor,
                      const Doubles& weight, const Output<std::int64_t>& sizes, int threads) {
    const SparseMatrix<T> matrix{starts, columns, values};
    const auto rows = matrix.rows(kMaxColumns);
    const auto steps = sparse_steps(base, neighbor, weight, rows.count);
    require(sizes.shape(0) == steps.count, "sizes must have an entry for each row");
    const nb::gil_scoped_release released;
    Workers workers(threads, check_signals);
    counterpoise::count_row_values(rows, steps, sizes.data(), workers);
}

template <class T>
void build_sparse_rows(const Rows& starts, const Vector<std::int32_t>& columns,
                       const Vector<T>& values, const Rows& base, const Rows& neighbor,
                       const Doubles& weight, const Rows& out_starts,
                       const Output<std::int32_t>& out_columns, const Output<T>& out_values,
                       int threads) {
    const SparseMatrix<T> matrix{starts, columns, values};
    const auto rows = matrix.rows(kMaxColumns);
    const auto steps = sparse_steps(base, neighbor, weight, rows.count);
    const auto n_values = static_cast<std::int64_t>(out_values.shape(0));
    require(out_starts.shape(0) == steps.count + 1 && out_starts.data()[0] == 0 &&
                out_starts.data()[steps.count] == n_values &&
                out_columns.shape(0) == out_values.shape(0),
            "the output must have the sizes that count_row_values returned");
    const nb::gil_scoped_release released;
    Workers workers(threads, check_signals);
    counterpoise::build_rows(rows, steps, out_starts.data(), out_columns.data(), out_values.data(),
                             workers);
}

// The points of a sparse index, and the arrays that it reads in place.
class SparseIndex {
public:
    SparseIndex(Rows starts, Vector<std::int32_t> columns, Doubles values, std::size_t n_columns)
        : matrix_{std::move(starts), std::move(columns), std::move(values)} {
        const auto rows = matrix_.rows(n_columns);
        require(rows.count > 0, "an index needs at least one point");
        require(rows.count < std::size_t{1} << 31, "an index holds up to 2**31 - 1 points");
        const nb::gil_scoped_release released;
        points_ = std::make_unique<counterpoise::SparsePoints>(rows);
    }

    void nearest_others(const std::optional<Rows>& of, const Grid<std::int64_t>& positions,
                        const Grid<double>& squared, int threads) const {
        const auto& rows = points_->rows();
        if (of) check_rows(of->data(), of->shape(0), rows.count);
        const std::size_t count = of ? of->shape(0) : rows.count;
        search({rows, of ? of->data() : nullptr, count, true}, positions, squared, threads);
    }

    void nearest(const Rows& starts, const Vector<std::int32_t>& columns, const Doubles& values,
                 const Grid<std::int64_t>& positions, const Grid<double>& squared,
                 int threads) const {
        const SparseMatrix<double> matrix{starts, columns, values};
        const auto rows = matrix.rows(points_->rows().n_columns);
        search({rows, nullptr, rows.count, false}, positions, squared, threads);
    }

private:
    void search(const counterpoise::SparseQueries& queries, const Grid<std::int64_t>& positions,
                const Grid<double>& squared, int threads) const {
        const std::size_t k = positions.shape(1), n = points_->rows().count;
        require(positions.shape(0) == queries.count && squared.shape(0) == queries.count &&
                    squared.shape(1) == k,
                "positions and squared must have a row for each query");
        require(k >= 1 && k <= n - queries.are_points,
                "k must be from 1 to the number of points to choose from");
        const nb::gil_scoped_release released;
        Workers workers(threads, check_signals);
        counterpoise::find_nearest_sparse(*points_, queries, k, positions.data(), squared.data(),
                                          workers);
    }

    SparseMatrix<double> matrix_;
    std::unique_ptr<counterpoise::SparsePoints> points_;
};

template <class T>
void define_sparse_building(nb::module_& m) {
    m.def("count_row_values", &count_row_values<T>, "starts"_a.noconvert(), "columns"_a.noconvert(),
          "values"_a.noconvert(), "base"_a.noconvert(), "neighbor"_a.noconvert(),
          "weight"_a.noconvert(), "sizes"_a.noconvert(), "threads"_a,
          "Write the number of values of each row that build_sparse_rows writes.");
    m.def("build_sparse_rows", &build_sparse_rows<T>, "starts"_a.noconvert(),
          "columns"_a.noconvert(), "values"_a.noconvert(), "base"_a.noconvert(),
          "neighbor"_a.noconvert(), "weight"_a.noconvert(), "out_starts"_a.noconvert(),
          "out_columns"_a.noconvert(), "out_values"_a.noconvert(), "threads"_a,
          "Write base + weight * (neighbor - base), or the base where the neighbor is -1.");
}

}  // namespace

NB_MODULE(_native, m) {
    m.doc() = "Exact nearest neighbors, and operations on rows of arrays.";
    m.def(
        "instruction_set", [] { return counterpoise::best_kernels().name; },
        "Return the name of the instruction set that is used.");
    m.def("copy_rows", &copy_rows, "out"_a.noconvert(), "start"_a, "source"_a.noconvert(),
          "rows"_a.noconvert().none(), "threads"_a,
          "Copy rows of source to out, from row start on.");
    m.def("interpolate_rows", &interpolate_rows, "out"_a.noconvert(), "start"_a, "source"_a.noconvert(),
          "base"_a.noconvert(), "neighbor"_a.noconvert(), "weight"_a.noconvert(), "threads"_a,
          "Write base + weight * (neighbor - base) to out, from row start on.");
    m.def("scan_values", &scan_values, "points"_a.noconvert(), "threads"_a,
          "Return whether values are missing, and the first row with an infinite value or -1.");
    m.def("compute_variances", &compute_variances, "points"_a.noconvert(), "out"_a.noconvert(),
          "threads"_a, "Compute the variance of each column, without missing values.");
    m.def("condense", &condense, "table"_a.noconvert(), "rows"_a.noconvert(),
          "classes"_a.noconvert(), "squared"_a.noconvert(), "positions"_a.noconvert(),
          "penalties"_a.noconvert().none(), "mismatch"_a.noconvert().none(), "once"_a,
          "kept"_a.noconvert(), "threads"_a,
          "Select rows with the condensed nearest neighbor rule; return their number.");
    m.def("farthest_distances", &farthest_distances, "table"_a.noconvert(), "points"_a.noconvert(),
          "queries"_a.noconvert(), "penalties"_a.noconvert().none(),
          "mismatch"_a.noconvert().none(), "distances"_a.noconvert(), "threads"_a,
          "Compute the distances to the k farthest points of each query.");
    m.def("nearest_by_value_difference", &nearest_by_value_difference, "codes"_a.noconvert(),
          "probabilities"_a.noconvert(), "n_codes"_a.noconvert(), "of"_a.noconvert(),
          "positions"_a.noconvert(), "threads"_a,
          "Find the k nearest other rows by the value difference metric.");
    nb::class_<Index>(m, "Index", "Exact nearest neighbor index: a k-d tree.")
        .def(nb::init<Table, const std::optional<Rows>&, const std::optional<Doubles>&,
                      const std::optional<Doubles>&, bool, int>(),
             "points"_a.noconvert(), "rows"_a.noconvert().none(), "penalties"_a.noconvert().none(),
             "mismatch"_a.noconvert().none(), "shared_units"_a, "threads"_a)
        .def("nearest_others", &Index::nearest_others, "of"_a.noconvert().none(),
             "positions"_a.noconvert(), "distances"_a.noconvert().none(), "squared"_a,
             "max_leaves"_a, "threads"_a, "Find the k nearest other points of points of the index.")
        .def("nearest", &Index::nearest, "queries"_a.noconvert(), "rows"_a.noconvert().none(),
             "positions"_a.noconvert(), "distances"_a.noconvert().none(), "squared"_a,
             "limits"_a.noconvert().none(), "threads"_a,
             "Find the k nearest points of the index to other points.")
        .def("find_closer", &Index::find_closer, "of"_a.noconvert().none(), "squared"_a.noconvert(),
             "position"_a.noconvert(), "positions"_a.noconvert(), "threads"_a,
             "Find up to k points before a threshold in the order of (distance, position).");
    nb::class_<SortedSamples>(m, "SortedSamples", "Samples sorted by each feature, for stumps.")
        .def(nb::init<const SortedSamples::Columns&, const Rows&, const Vector<std::int32_t>&,
                      std::size_t, int>(),
             "columns"_a.noconvert(), "rows"_a.noconvert(), "classes"_a.noconvert(), "n_classes"_a,
             "threads"_a)
        .def("find_split", &SortedSamples::find_split, "weights"_a.noconvert(), "threads"_a,
             "Find the feature with the best split, and the values on both sides of it.");
    define_sparse_building<float>(m);
    define_sparse_building<double>(m);
    nb::class_<SparseIndex>(m, "SparseIndex", "Exact nearest neighbor index of sparse rows.")
        .def(nb::init<Rows, Vector<std::int32_t>, Doubles, std::size_t>(), "starts"_a.noconvert(),
             "columns"_a.noconvert(), "values"_a.noconvert(), "n_columns"_a)
        .def("nearest_others", &SparseIndex::nearest_others, "of"_a.noconvert().none(),
             "positions"_a.noconvert(), "squared"_a.noconvert(), "threads"_a,
             "Find the k nearest other points of points of the index.")
        .def("nearest", &SparseIndex::nearest, "starts"_a.noconvert(), "columns"_a.noconvert(),
             "values"_a.noconvert(), "positions"_a.noconvert(), "squared"_a.noconvert(),
             "threads"_a, "Find the k nearest points of the index to other rows.");
}
