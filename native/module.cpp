// The door between Python and the native code: it checks every array, and lets other Python threads
// run while the work is done.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cells.hpp"
#include "condense.hpp"
#include "farthest.hpp"
#include "kernels.hpp"
#include "nearest.hpp"
#include "profiles.hpp"
#include "rows.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using counterpoise::Crew;
using counterpoise::Output;
using counterpoise::Points;
using counterpoise::Strided;

using Table = nb::ndarray<nb::ro, nb::ndim<2>, nb::device::cpu>;
using WritableTable = nb::ndarray<nb::ndim<2>, nb::device::cpu>;
template <class T>
using Vector = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class T>
using Grid = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Rows = Vector<std::int64_t>;
using Prices = Vector<double>;

// Ends a call when a signal, such as Ctrl-C, has come in.
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
    points.is_wide = is_float64(table);
    if (points.is_wide) points.wide = strided<double>(table);
    else points.narrow = strided<float>(table);
    points.count = table.shape(0);
    points.width = table.shape(1);
    return points;
}

void check_rows(const std::int64_t* rows, std::size_t count, std::size_t limit) {
    const auto outside = [limit](std::int64_t row) {
        return row < 0 || static_cast<std::size_t>(row) >= limit;
    };
    if (std::any_of(rows, rows + count, outside))
        throw nb::index_error("a row number is out of range");
}

// The first byte of a table and the one after its last.
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
Output<T> output(const WritableTable& out, std::size_t start) {
    const Output<T> all{static_cast<T*>(out.data()), out.stride(0), out.stride(1)};
    return {all.row(start), all.row_stride, all.column_stride};
}

template <class T>
void copy_rows_of(const WritableTable& out, std::size_t start, const Table& source,
                  const std::int64_t* rows, std::size_t n_rows, Crew& crew) {
    counterpoise::copy_rows(output<T>(out, start), strided<T>(source), rows, n_rows, crew);
}

void copy_rows(const WritableTable& out, std::size_t start, const Table& source,
               const std::optional<Rows>& rows, int threads) {
    const std::size_t n_rows = rows ? rows->shape(0) : source.shape(0);
    check_output(out, start, n_rows, source);
    if (rows) check_rows(rows->data(), n_rows, source.shape(0));
    if (n_rows == 0 || source.shape(1) == 0) return;
    const std::int64_t* numbers = rows ? rows->data() : nullptr;
    const nb::gil_scoped_release released;
    Crew crew(threads, check_signals);
    switch (source.dtype().bits * source.dtype().lanes) {
        case 8: return copy_rows_of<std::uint8_t>(out, start, source, numbers, n_rows, crew);
        case 16: return copy_rows_of<std::uint16_t>(out, start, source, numbers, n_rows, crew);
        case 32: return copy_rows_of<std::uint32_t>(out, start, source, numbers, n_rows, crew);
        case 64: return copy_rows_of<std::uint64_t>(out, start, source, numbers, n_rows, crew);
        default: break;
    }
    throw nb::type_error("cells must take 1, 2, 4 or 8 bytes");
}

void blend(const WritableTable& out, std::size_t start, const Table& source, const Rows& base,
           const Rows& partner, const Vector<double>& weight, int threads) {
    const std::size_t n_rows = base.shape(0);
    require(partner.shape(0) == n_rows && weight.shape(0) == n_rows,
            "base, partner and weight must have the same length");
    check_output(out, start, n_rows, source);
    check_rows(base.data(), n_rows, source.shape(0));
    check_rows(partner.data(), n_rows, source.shape(0));
    const bool wide = is_float64(source);
    if (n_rows == 0 || source.shape(1) == 0) return;
    const nb::gil_scoped_release released;
    Crew crew(threads, check_signals);
    if (wide)
        counterpoise::blend(output<double>(out, start), strided<double>(source), base.data(),
                            partner.data(), weight.data(), n_rows, crew);
    else
        counterpoise::blend(output<float>(out, start), strided<float>(source), base.data(),
                            partner.data(), weight.data(), n_rows, crew);
}

counterpoise::Scan scan_points(const Points& points, Crew& crew) {
    if (points.count == 0 || points.width == 0) return {};
    return points.is_wide ? counterpoise::scan(points.wide, crew)
                          : counterpoise::scan(points.narrow, crew);
}

std::pair<bool, std::int64_t> scan(const Table& table, int threads) {
    const Points points = points_of(table);
    const nb::gil_scoped_release released;
    Crew crew(threads, check_signals);
    const counterpoise::Scan found = scan_points(points, crew);
    return {found.has_missing, found.infinite_row};
}

void variances(const Table& table,
               const nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu>& out,
               int threads) {
    const Points points = points_of(table);
    require(out.shape(0) == points.width, "out must have an entry for each column");
    const nb::gil_scoped_release released;
    Crew crew(threads, check_signals);
    if (points.is_wide) counterpoise::variances(points.wide, out.data(), crew);
    else counterpoise::variances(points.narrow, out.data(), crew);
}

// The last columns of a table are nominal, as many as there are mismatches.
Points mixed(const Table& table, std::size_t n_nominal) {
    Points points = points_of(table);
    require(n_nominal <= points.width, "there are more mismatches than columns");
    points.width -= n_nominal;
    points.n_nominal = n_nominal;
    return points;
}

// A table of points with what missing cells and different codes in it add.
struct Measured {
    Measured(const Table& table, const std::optional<Prices>& penalties,
             const std::optional<Prices>& mismatch)
        : points(mixed(table, mismatch ? mismatch->shape(0) : 0)),
          prices{penalties ? penalties->data() : nullptr, mismatch ? mismatch->data() : nullptr} {
        require(!penalties || penalties->shape(0) == points.width,
                "penalties must have an entry for each column of their kind");
    }

    Points points;
    counterpoise::Prices prices;
};

std::size_t condense(const Table& table, const Rows& rows, const Vector<std::int32_t>& classes,
                     const Grid<double>& squared, const Grid<std::int64_t>& positions,
                     const std::optional<Prices>& penalties, const std::optional<Prices>& mismatch,
                     bool once,
                     const nb::ndarray<std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>& kept,
                     int threads) {
    const Measured measured(table, penalties, mismatch);
    const std::size_t n = rows.shape(0), k = squared.shape(1);
    check_rows(rows.data(), n, measured.points.count);
    require(classes.shape(0) == measured.points.count, "each row of the table needs a class");
    require(squared.shape(0) == n && positions.shape(0) == n && positions.shape(1) == k && k >= 1,
            "squared and positions must have a row for each row to go through");
    require(kept.shape(0) == n, "kept must have room for every row");
    for (std::size_t i = 0; i < n * k; ++i)  // -1 where there is none
        if (positions.data()[i] != -1) check_rows(positions.data() + i, 1, measured.points.count);
    const nb::gil_scoped_release released;
    Crew crew(threads, check_signals);
    counterpoise::check_codes(measured.points, crew);
    counterpoise::Condensation condensation(measured.points, measured.prices, rows.data(), n,
                                            classes.data(), {squared.data(), positions.data(), k});
    return condensation.run(once, kept.data(), crew);
}

void farthest(const Table& table, const Rows& points, const Rows& queries,
              const std::optional<Prices>& penalties, const std::optional<Prices>& mismatch,
              const Grid<double>& distances, int threads) {
    const Measured measured(table, penalties, mismatch);
    const std::size_t n_points = points.shape(0), n_queries = queries.shape(0);
    const std::size_t k = distances.shape(1);
    check_rows(points.data(), n_points, measured.points.count);
    check_rows(queries.data(), n_queries, measured.points.count);
    require(distances.shape(0) == n_queries, "distances must have a row for each query");
    require(k >= 1 && k <= n_points, "k must be at least 1 and at most the number of points");
    const nb::gil_scoped_release released;
    Crew crew(threads, check_signals);
    counterpoise::check_codes(measured.points, crew);
    counterpoise::find_farthest(measured.points, measured.prices, points.data(), n_points,
                                queries.data(), n_queries, k, distances.data(), crew);
}

void nearest_profiles(const Grid<const std::int32_t>& codes, const Grid<const double>& shares,
                      const Rows& sizes, const Rows& of, const Grid<std::int64_t>& positions,
                      int threads) {
    const std::size_t n_columns = codes.shape(0), n_rows = codes.shape(1);
    const std::size_t k = positions.shape(1);
    std::int64_t n_codes = 0;
    require(sizes.shape(0) == n_columns, "each column needs a size");
    for (std::size_t g = 0; g < n_columns; ++g) {
        const std::int64_t size = sizes.data()[g];
        const std::int32_t* column = codes.data() + g * n_rows;
        require(std::all_of(column, column + n_rows,
                            [size](std::int32_t code) { return code >= 0 && code < size; }),
                "codes must be below the size of their column");
        n_codes += size;
    }
    require(static_cast<std::int64_t>(shares.shape(0)) == n_codes, "each code needs its shares");
    check_rows(of.data(), of.shape(0), n_rows);
    require(positions.shape(0) == of.shape(0) && k >= 1 && k < n_rows,
            "k must be at least 1 and below the number of rows");
    const counterpoise::Profiles profiles{codes.data(), shares.data(), sizes.data(),
                                          n_rows, n_columns, shares.shape(1)};
    const nb::gil_scoped_release released;
    Crew crew(threads, check_signals);
    counterpoise::find_nearest_profiles(profiles, of.data(), of.shape(0), k, positions.data(), crew);
}

// The tree of cells, and the arrays that it reads in place.
class Index {
public:
    Index(Table table, const std::optional<Rows>& rows,
          const std::optional<Prices>& penalties, const std::optional<Prices>& mismatch,
          bool shared, int threads)
        : table_(std::move(table)), has_penalties_(penalties.has_value()) {
        n_nominal_ = mismatch ? mismatch->shape(0) : 0;
        Points points = mixed(table_, n_nominal_);
        if (rows) {
            check_rows(rows->data(), rows->shape(0), points.count);
            rows_.assign(rows->data(), rows->data() + rows->shape(0));
            points.rows = rows_.data();
            points.count = rows_.size();
        }
        require(points.count > 0 && table_.shape(1) > 0, "an index needs a point and a column");
        require(points.count < kMost, "an index holds up to 2**31 - 1 points");
        require(table_.shape(1) < kMost / 1024, "an index holds up to 2**21 columns");
        if (penalties) check_prices(*penalties, points.width);
        if (mismatch) check_prices(*mismatch, n_nominal_);
        const double* missing = penalties ? penalties->data() : nullptr;
        const double* differing = mismatch ? mismatch->data() : nullptr;
        const nb::gil_scoped_release released;
        Crew crew(threads, check_signals);
        counterpoise::check_codes(points, crew);
        cells_ = std::make_unique<counterpoise::Cells>(points, missing, differing, shared, crew);
    }

    void nearest_others(const std::optional<Rows>& of, const Grid<std::int64_t>& positions,
                        const std::optional<Grid<double>>& distances, bool squared,
                        std::size_t most_cells, int threads) const {
        const Queries queries = own(of);
        const auto most = cells_->points().count - 1;
        auto answers = answers_of(queries.count, most, positions, distances, squared);
        if (most_cells) answers.most_cells = most_cells;
        const nb::gil_scoped_release released;
        Crew crew(threads, check_signals);
        counterpoise::search_blocks<counterpoise::NearestSearch>(*cells_, queries, crew, answers);
    }

    void nearest(const Table& table, const std::optional<Rows>& rows,
                 const Grid<std::int64_t>& positions, const std::optional<Grid<double>>& distances,
                 bool squared, const std::optional<Vector<double>>& limits, int threads) const {
        require(table.shape(1) == table_.shape(1), "queries must have as many columns as the points");
        const Points points = mixed(table, n_nominal_);
        if (rows) check_rows(rows->data(), rows->shape(0), points.count);
        const std::int64_t* asked = rows ? rows->data() : nullptr;
        const Queries queries{points, false, asked, rows ? rows->shape(0) : points.count};
        const auto most = cells_->points().count;
        require(!limits || limits->shape(0) == queries.count, "each query needs a limit");
        auto answers = answers_of(queries.count, most, positions, distances, squared);
        answers.limits = limits ? limits->data() : nullptr;
        const nb::gil_scoped_release released;
        Crew crew(threads, check_signals);
        const counterpoise::Scan found = scan_points(points, crew);
        if (found.infinite_row >= 0)
            throw std::invalid_argument("queries must be finite or missing; some are infinite");
        if (found.has_missing && !has_penalties_)
            throw std::invalid_argument("queries have missing cells, and the index no penalties");
        counterpoise::check_codes(points, crew);
        counterpoise::search_blocks<counterpoise::NearestSearch>(*cells_, queries, crew, answers);
    }

    void ahead(const std::optional<Rows>& of, const Vector<double>& squared, const Rows& position,
               const Grid<std::int64_t>& positions, int threads) const {
        const Queries queries = own(of);
        require(squared.shape(0) == queries.count && position.shape(0) == queries.count,
                "a squared distance and a position are needed for each query");
        const auto most = cells_->points().count - 1;
        const auto answers = answers_of(queries.count, most, positions, std::nullopt, false);
        const counterpoise::Places places{squared.data(), position.data()};
        const nb::gil_scoped_release released;
        Crew crew(threads, check_signals);
        counterpoise::search_blocks<counterpoise::AheadSearch>(*cells_, queries, crew, places,
                                                               answers);
    }

private:
    static constexpr std::size_t kMost = std::size_t{1} << 31;

    using Queries = counterpoise::Queries;

    Queries own(const std::optional<Rows>& of) const {
        const Points& points = cells_->points();
        if (of) check_rows(of->data(), of->shape(0), points.count);
        return {points, true, of ? of->data() : nullptr, of ? of->shape(0) : points.count};
    }

    static void check_prices(const Prices& prices, std::size_t width) {
        require(prices.shape(0) == width, "penalties must have an entry for each column of their kind");
        const auto is_fit = [](double price) { return price >= 0 && std::isfinite(price); };
        require(std::all_of(prices.data(), prices.data() + width, is_fit),
                "penalties must be finite and 0 or more");
    }

    static counterpoise::Answers answers_of(std::size_t n_asked, std::size_t most,
                                            const Grid<std::int64_t>& positions,
                                            const std::optional<Grid<double>>& distances,
                                            bool squared) {
        const std::size_t k = positions.shape(1);
        require(positions.shape(0) == n_asked, "positions must have a row for each query");
        require(k >= 1 && k <= most, "k must be at least 1 and at most the number of others");
        require(!distances || (distances->shape(0) == n_asked && distances->shape(1) == k),
                "distances must have the shape of positions");
        require(n_asked < kMost, "up to 2**31 - 1 queries can be asked at once");
        return {positions.data(), distances ? distances->data() : nullptr, k, squared, nullptr,
                ~std::size_t{0}};
    }

    Table table_;
    std::size_t n_nominal_ = 0;
    std::vector<std::int64_t> rows_;
    const bool has_penalties_;
    std::unique_ptr<counterpoise::Cells> cells_;
};

}  // namespace

NB_MODULE(_native, m) {
    m.doc() = "Exact nearest neighbours and row writers, over arrays.";
    m.def("instruction_set", [] { return counterpoise::best_kernels().name; });
    m.def("copy_rows", &copy_rows, "out"_a.noconvert(), "start"_a, "source"_a.noconvert(),
          "rows"_a.noconvert().none(), "threads"_a);
    m.def("blend", &blend, "out"_a.noconvert(), "start"_a, "source"_a.noconvert(),
          "base"_a.noconvert(), "partner"_a.noconvert(), "weight"_a.noconvert(), "threads"_a);
    m.def("scan", &scan, "points"_a.noconvert(), "threads"_a);
    m.def("variances", &variances, "points"_a.noconvert(), "out"_a.noconvert(), "threads"_a);
    m.def("condense", &condense, "table"_a.noconvert(), "rows"_a.noconvert(),
          "classes"_a.noconvert(), "squared"_a.noconvert(), "positions"_a.noconvert(),
          "penalties"_a.noconvert().none(), "mismatch"_a.noconvert().none(), "once"_a,
          "kept"_a.noconvert(), "threads"_a);
    m.def("farthest", &farthest, "table"_a.noconvert(), "points"_a.noconvert(),
          "queries"_a.noconvert(), "penalties"_a.noconvert().none(),
          "mismatch"_a.noconvert().none(), "distances"_a.noconvert(), "threads"_a);
    m.def("nearest_profiles", &nearest_profiles, "codes"_a.noconvert(), "shares"_a.noconvert(),
          "sizes"_a.noconvert(), "of"_a.noconvert(), "positions"_a.noconvert(), "threads"_a);
    nb::class_<Index>(m, "Index")
        .def(nb::init<Table, const std::optional<Rows>&, const std::optional<Prices>&,
                      const std::optional<Prices>&, bool, int>(),
             "points"_a.noconvert(), "rows"_a.noconvert().none(), "penalties"_a.noconvert().none(),
             "mismatch"_a.noconvert().none(), "shared"_a, "threads"_a)
        .def("nearest_others", &Index::nearest_others, "of"_a.noconvert().none(),
             "positions"_a.noconvert(), "distances"_a.noconvert().none(), "squared"_a, "most_cells"_a,
             "threads"_a)
        .def("nearest", &Index::nearest, "queries"_a.noconvert(), "rows"_a.noconvert().none(),
             "positions"_a.noconvert(), "distances"_a.noconvert().none(), "squared"_a,
             "limits"_a.noconvert().none(), "threads"_a)
        .def("ahead", &Index::ahead, "of"_a.noconvert().none(), "squared"_a.noconvert(),
             "position"_a.noconvert(), "positions"_a.noconvert(), "threads"_a);
}
