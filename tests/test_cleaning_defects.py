"""Defects of imbalanced-learn's cleaning and combined samplers: its result first, then ours."""

from __future__ import annotations

import warnings

import imblearn.combine
import imblearn.over_sampling
import imblearn.under_sampling as imblearn_under
import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from counterpoise._table import as_table
from counterpoise.combine import SMOTEENN, Chain, SMOTETomek
from counterpoise.exceptions import InputError
from counterpoise.neighbors._search import NeighborSearch
from counterpoise.neighbors._space import build_search_space, compute_distance_units
from counterpoise.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from counterpoise.under_sampling import (
    AllKNN,
    CondensedNearestNeighbour,
    EditedNearestNeighbours,
    NeighbourhoodCleaningRule,
    OneSidedSelection,
    RandomUnderSampler,
    RepeatedEditedNearestNeighbours,
    TomekLinks,
)


def overlapping(seed: int = 0, n: int = 120, n_minority: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Return two classes that overlap, in random order; 0 is the larger."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat([0, 1], [n - n_minority, n_minority]))
    return rng.randn(n, 3) + 1.5 * y[:, None], y


def kept_rows(sampler, X, y) -> set[int]:
    """Return the indices of the rows that a sampler keeps."""
    sampler.fit_resample(X, y)
    return set(sampler.sample_indices_.tolist())


def is_classified_correctly(X, y, rows) -> np.ndarray:
    """Return which rows a 1-nearest-neighbor classifier trained on some rows gets right."""
    rows = np.asarray(sorted(rows))
    return KNeighborsClassifier(1).fit(X[rows], y[rows]).predict(X) == y


def test_condensing_is_consistent():
    """imbalanced-learn mixes two numberings and skips rows; our subset classifies all rows."""
    wrong = 0
    for seed in range(10):
        X, y = overlapping(seed)

        wrong += not is_classified_correctly(
            X, y, kept_rows(imblearn_under.CondensedNearestNeighbour(random_state=seed), X, y)
        ).all()
        assert is_classified_correctly(
            X, y, kept_rows(CondensedNearestNeighbour(random_state=seed), X, y)
        ).all()

    assert wrong >= 5


def test_condensing_of_several_classes_is_consistent(seed):
    """Classes are condensed against each other, too, not only against the minority class."""
    rng = np.random.RandomState(seed)
    y = rng.choice(4, 400, p=[0.4, 0.3, 0.2, 0.1])
    X = rng.randn(400, 2) + y[:, None]
    one, all_passes = (
        kept_rows(CondensedNearestNeighbour(random_state=seed, passes=passes), X, y)
        for passes in ("one", "all")
    )

    assert one < all_passes
    assert not is_classified_correctly(X, y, one).all()
    assert is_classified_correctly(X, y, all_passes).all()


def test_condensing_ends_where_identical_rows_conflict():
    """Only rows identical to a row of another class may be misclassified in the end."""
    rng = np.random.RandomState(0)
    X = rng.randint(0, 4, (200, 2)).astype(float)
    y = (rng.rand(200) < 0.3).astype(int)
    rows = kept_rows(CondensedNearestNeighbour(random_state=0), X, y)

    conflict = np.array([len(set(y[(x == X).all(axis=1)])) > 1 for x in X])
    assert is_classified_correctly(X, y, rows)[~conflict].all()


def test_condensing_with_more_neighbors_stops_when_no_row_is_added(seed):
    """With three neighbors, each row left out is classified correctly in the end."""
    X, y = overlapping(seed)
    rows = sorted(kept_rows(CondensedNearestNeighbour(n_neighbors=3, random_state=seed), X, y))
    left = np.setdiff1d(np.arange(len(y)), rows)

    model = KNeighborsClassifier(3).fit(X[rows], y[rows])
    np.testing.assert_array_equal(y[left], model.predict(X[left]))


@pytest.mark.parametrize("name", ["CondensedNearestNeighbour", "OneSidedSelection"])
def test_seeds_are_not_duplicated(name):
    """imbalanced-learn keeps a row twice if it is drawn twice."""
    X, y = overlapping()
    ours = {"CondensedNearestNeighbour": CondensedNearestNeighbour}.get(name, OneSidedSelection)
    rows = []
    for sampler in (getattr(imblearn_under, name), ours):
        made = sampler(n_seeds_S=50, random_state=0)
        made.fit_resample(X, y)
        rows.append(made.sample_indices_)

    assert len(np.unique(rows[0])) < len(rows[0])
    assert len(np.unique(rows[1])) == len(rows[1])


@pytest.mark.costly
@pytest.mark.parametrize("name", ["CondensedNearestNeighbour", "OneSidedSelection"])
def test_any_neighbor_estimator_classifies(name):
    """imbalanced-learn accepts any neighbor object, then fails for all types but one."""
    X, y = overlapping()
    ours = {"CondensedNearestNeighbour": CondensedNearestNeighbour}.get(name, OneSidedSelection)
    expected = kept_rows(ours(n_neighbors=1, random_state=0), X, y)

    with pytest.raises(UnboundLocalError):
        getattr(imblearn_under, name)(n_neighbors=NearestNeighbors(n_neighbors=1)).fit_resample(
            X, y
        )
    for neighbors in (NearestNeighbors(n_neighbors=1), KNeighborsClassifier(1), np.int64(1)):
        assert expected == kept_rows(ours(n_neighbors=neighbors, random_state=0), X, y)


@pytest.mark.parametrize("times", [1, 3])
def test_identical_rows_of_two_classes_are_a_link(times):
    """imbalanced-learn never finds links of identical rows; we do, with duplicates as well."""
    rng = np.random.RandomState(0)
    X = np.vstack([rng.randn(40, 2) * 100, np.zeros((2 * times, 2))])
    y = np.repeat([0, 1, 0, 1], [30, 10, times, times])
    twins = set(range(40, 40 + times))

    theirs = kept_rows(imblearn_under.TomekLinks(), X, y)
    ours = kept_rows(TomekLinks(), X, y)

    assert twins <= theirs
    assert not twins & ours


def test_only_the_classes_to_clean_lose_rows():
    """Only the larger class's row of a link is removed, unless all classes are cleaned."""
    X, y = np.array([[0.0], [1.0], [1.1], [3.0], [9.0]]), np.array([0, 0, 1, 0, 1])

    assert {0, 2, 3, 4} == kept_rows(TomekLinks(), X, y)
    assert {0, 3} == kept_rows(TomekLinks(sampling_strategy="all"), X, y) - {4}


def test_editing_does_not_depend_on_the_order_of_rows():
    """imbalanced-learn drops a duplicate instead of the row itself, depending on the order."""
    order = np.random.RandomState(0).permutation(60)
    # Twelve groups of five identical rows, one of them of another class: no ties matter.
    X = np.repeat(np.arange(12.0)[:, None] * 10, 5, axis=0)
    y = np.tile([0, 0, 0, 0, 1], 12)

    def rows(sampler):
        straight = kept_rows(sampler, X, y)
        return straight, {order[row] for row in kept_rows(sampler, X[order], y[order])}

    theirs = rows(imblearn_under.EditedNearestNeighbours(n_neighbors=4))
    ours = rows(EditedNearestNeighbours(n_neighbors=4))

    assert theirs[0] != theirs[1]
    assert ours[0] == ours[1]


@pytest.mark.parametrize("kind", ["all", "mode"])
def test_repeated_editing_has_correct_indices(kind):
    """imbalanced-learn's indices are wrong if the first pass removes no row and y is unsorted."""
    rng = np.random.RandomState(0)
    y = rng.permutation(np.repeat([0, 1], [60, 20]))
    X = rng.randn(80, 2) + 100 * y[:, None]
    theirs = imblearn_under.RepeatedEditedNearestNeighbours(kind_sel=kind)
    ours = RepeatedEditedNearestNeighbours(kind_sel=kind)

    theirs_X, ours_X = (sampler.fit_resample(X, y)[0] for sampler in (theirs, ours))

    assert not np.array_equal(X[theirs.sample_indices_], theirs_X)
    np.testing.assert_array_equal(X[ours.sample_indices_], ours_X)
    np.testing.assert_array_equal(theirs_X, ours_X)


def test_strings_are_classes_by_mode():
    """imbalanced-learn's kind_sel="mode", its default in NCR, fails for string classes."""
    X, y = overlapping()
    names = np.array(["majority", "minority"])[y]
    for theirs, ours in (
        (
            imblearn_under.EditedNearestNeighbours(kind_sel="mode"),
            EditedNearestNeighbours(kind_sel="mode"),
        ),
        (imblearn_under.NeighbourhoodCleaningRule(), NeighbourhoodCleaningRule()),
    ):
        with pytest.raises(TypeError):
            theirs.fit_resample(X, names)
        assert kept_rows(ours, X, y) == kept_rows(ours, X, names)


def test_a_sample_does_not_vote_for_itself():
    """imbalanced-learn counts a minority row among its own neighbors, so it seems correct."""
    X = np.array([[0.0], [0.3], [0.4], [5.0], [5.1], [20.0], [20.1], [20.2]])
    y = np.array([1, 0, 0, 1, 1, 0, 0, 0])

    theirs = kept_rows(imblearn_under.NeighbourhoodCleaningRule(n_neighbors=1), X, y)
    ours = kept_rows(NeighbourhoodCleaningRule(n_neighbors=1), X, y)

    assert 1 in theirs
    assert 1 not in ours


def test_a_class_at_the_threshold_is_cleaned():
    """A class exactly at the threshold is cleaned, as in Laurikkala (2001)."""
    rng = np.random.RandomState(0)
    y = np.repeat([0, 1], 20)
    X = rng.randn(40, 2)
    theirs, ours = (
        package(threshold_cleaning=1.0, sampling_strategy=[1])
        for package in (imblearn_under.NeighbourhoodCleaningRule, NeighbourhoodCleaningRule)
    )
    for sampler in (theirs, ours):
        sampler.fit_resample(X, y)

    assert theirs.classes_to_clean_ == []
    assert ours.classes_to_clean_ == [1]


def test_given_estimator_keeps_its_n_jobs():
    """imbalanced-learn overwrites n_jobs of an estimator that is given."""
    X, y = overlapping()
    search = NearestNeighbors(n_neighbors=4, n_jobs=1)
    theirs = imblearn_under.EditedNearestNeighbours(n_neighbors=search)
    ours = EditedNearestNeighbours(n_neighbors=search)
    for sampler in (theirs, ours):
        sampler.fit_resample(X, y)

    assert theirs.nn_.n_jobs is None
    assert ours.nn_.n_jobs == 1
    assert kept_rows(ours, X, y) == kept_rows(EditedNearestNeighbours(), X, y)


def test_editing_cleans_only_the_given_classes():
    """imbalanced-learn also cleans the minority class once another class is smaller."""
    rng = np.random.RandomState(2)
    y = rng.choice(3, 300, p=[0.2, 0.35, 0.45])
    X = rng.randn(300, 3)
    smallest = set(np.flatnonzero(y == np.bincount(y).argmin()).tolist())
    params = {"kind_sel": "all", "n_neighbors": 4, "allow_minority": True}

    assert not smallest <= kept_rows(imblearn_under.AllKNN(**params), X, y)
    assert smallest <= kept_rows(AllKNN(**params), X, y)


@pytest.mark.parametrize(
    ("sampler", "parameter"),
    [
        (EditedNearestNeighbours(n_neighbors=6), "n_neighbors"),
        (RepeatedEditedNearestNeighbours(n_neighbors=6), "n_neighbors"),
        (AllKNN(n_neighbors=6), "n_neighbors"),
        (NeighbourhoodCleaningRule(n_neighbors=6), "n_neighbors"),
    ],
)
def test_a_table_too_small(sampler, parameter):
    """The message names the parameter, the number of rows, and what to do."""
    X, y = np.arange(6.0)[:, None], [0, 0, 0, 0, 1, 1]

    with pytest.raises(InputError, match=f"more than {parameter}=6 samples.*has 6. Set .* to 5"):
        sampler.fit_resample(X, y)


def test_removing_all_samples_is_an_error():
    """Cleaning that would remove every row raises an error."""
    X, y = np.arange(8.0)[:, None], [0, 1] * 4

    with pytest.raises(InputError, match="would leave no row"):
        EditedNearestNeighbours(n_neighbors=1, sampling_strategy="all").fit_resample(X, y)


# ---- Mixed tables ----


def ratings() -> tuple[pd.DataFrame, np.ndarray]:
    """Return integers and a category of five values, of which the minority class has two."""
    rng = np.random.RandomState(0)
    minority = rng.choice(["gold", "silver"], 100, p=[0.89, 0.11])
    majority = rng.choice(["gold", "silver", "bronze", "free", "trial"], 900)
    return (
        pd.DataFrame(
            {
                "rating": rng.randint(1, 6, 1000),
                "visits": rng.randint(0, 3, 1000),
                "plan": pd.Categorical(np.concatenate([minority, majority])),
            }
        ),
        np.repeat([1, 0], [100, 900]),
    )


def count_synthetic_plans(sampler, X, y) -> dict[str, int]:
    """Count the plans of the synthetic samples."""
    X_out, _ = sampler.fit_resample(X, y)
    return X_out["plan"].iloc[len(y) :].value_counts().to_dict()


def test_integers_with_categories_give_no_new_category():
    """Next to integers, imbalanced-learn's categories all tie: it draws some no sample has."""
    X, y = ratings()

    theirs = count_synthetic_plans(imblearn.over_sampling.SMOTENC("auto", random_state=0), X, y)
    ours = count_synthetic_plans(SMOTENC(random_state=0), X, y)

    assert theirs["free"] > 50
    assert {plan for plan, count in ours.items() if count} <= {"gold", "silver"}
    assert ours["gold"] > 700


def test_tiny_numbers_with_categories_give_no_new_category():
    """The same next to numbers of about 1e-9."""
    X, y = ratings()
    X = X.assign(rating=X["rating"] * 1e-9, visits=X["visits"] * 1e-9)

    theirs = count_synthetic_plans(imblearn.over_sampling.SMOTENC("auto", random_state=0), X, y)
    ours = count_synthetic_plans(SMOTENC(random_state=0), X, y)

    assert theirs["free"] > 50
    assert {plan for plan, count in ours.items() if count} <= {"gold", "silver"}


def test_category_is_a_majority_vote_of_the_neighbors(seed):
    """A category is the most frequent among the k neighbors of the base sample."""
    rng = np.random.RandomState(seed)
    X = pd.DataFrame({"n": rng.randn(60), "c": rng.choice(list("abc"), 60)})
    y = np.repeat([0, 1], [40, 20])
    sampler = SMOTENC(k_neighbors=3, random_state=seed)
    out, _ = sampler.fit_resample(X, y)
    provenance, std = sampler.provenance_, X["n"][40:].std(ddof=0)
    assert sampler.median_std_ == pytest.approx({1: std})
    for row in np.flatnonzero(provenance.is_synthetic):
        base, others = provenance.base[row], np.setdiff1d(np.arange(40, 60), provenance.base[row])
        squared = (X["n"][others] - X["n"][base]) ** 2
        squared += std**2 * (X["c"][others] != X["c"][base])
        nearest = others[np.argsort(squared.to_numpy(), kind="stable")[:3]]
        votes = X["c"][nearest].value_counts()
        assert votes[out["c"][row]] == votes.max()
        assert provenance.neighbor[row] in nearest


def test_distance_of_the_paper():
    """Chawla et al. (2002), table 6: each different category adds the median deviation."""
    rows = [(1.0, 2, 3, "A", "B", "C"), (4, 6, 5, "A", "D", "E"), (3, 5, 6, "A", "B", "K")]
    table = as_table(pd.DataFrame(rows, columns=list("uvwxyz")))
    units = compute_distance_units(table, None)
    median = np.median(np.std([row[:3] for row in rows], axis=0))

    _, distance = NeighborSearch(build_search_space(table, None, units), 1).nearest(
        build_search_space(table, np.array([0]), units), 3
    )

    expected = [0, np.sqrt(4 + 9 + 9 + median**2), np.sqrt(9 + 16 + 4 + 2 * median**2)]
    np.testing.assert_allclose(distance[0], expected)


@pytest.mark.parametrize(
    ("features", "error"),
    [
        (["plam"], "no column 'plam'. Did you mean 'plan'"),
        ([7], "names column 7; all features must be in .0, 2., as the table has 3 columns"),
        ([True, False], "one entry for each of the 3 columns; it has 2"),
        (["rating"], "leaves out 'plan'"),
    ],
)
def test_unknown_categorical_features(features, error):
    """Columns that do not exist, and strings left out, are named."""
    X, y = ratings()

    with pytest.raises(InputError, match=error):
        SMOTENC(features).fit_resample(X, y)


def test_columns_by_name_index_and_mask():
    """Names, indices and masks of the same columns give the same result."""
    X, y = ratings()
    expected = SMOTENC(random_state=0).fit_resample(X, y)[0]
    for features in (["plan"], "plan", [2], [-1], [False, False, True]):
        pd.testing.assert_frame_equal(
            expected, SMOTENC(features, random_state=0).fit_resample(X, y)[0]
        )


def test_numeric_features_only_is_smote():
    """imbalanced-learn refuses numeric features only; here the result is that of SMOTE."""
    X, y = overlapping()

    with pytest.raises(ValueError, match="not designed"):
        imblearn.over_sampling.SMOTENC([]).fit_resample(X, y)
    np.testing.assert_array_equal(
        SMOTE(random_state=0).fit_resample(X, y)[0], SMOTENC(random_state=0).fit_resample(X, y)[0]
    )


def test_categorical_features_only():
    """imbalanced-learn refuses categorical features only; here different ones count 1."""
    rng = np.random.RandomState(0)
    X = pd.DataFrame(rng.choice(list("abc"), (60, 3)), columns=list("xyz")).astype("category")
    y = np.repeat([0, 1], [45, 15])

    with pytest.raises(ValueError, match="not designed"):
        imblearn.over_sampling.SMOTENC("auto").fit_resample(X, y)
    for sampler in (SMOTENC(random_state=0), SMOTEN(random_state=0)):
        out, y_out = sampler.fit_resample(X, y)
        assert (len(out), int(y_out.sum())) == (90, 45)
        assert list(out.dtypes) == list(X.dtypes)


def test_missing_values_of_mixed_tables(seed):
    """A missing category is a category; a missing number stays missing as in the base."""
    rng = np.random.RandomState(seed)
    X = pd.DataFrame(
        {"n": rng.randn(80), "i": pd.array(rng.randint(0, 9, 80), "Int64"), "c": list("ab") * 40}
    )
    X.loc[rng.rand(80) < 0.2, "n"] = np.nan
    X.loc[rng.rand(80) < 0.2, "i"] = pd.NA
    X.loc[60:75, "c"] = None
    y = np.repeat([0, 1], [60, 20])

    sampler = SMOTENC(random_state=seed)
    out, _ = sampler.fit_resample(X, y)

    provenance = sampler.provenance_
    for column in ("n", "i"):
        base = X[column].iloc[provenance.base[provenance.is_synthetic]].isna().to_numpy()
        np.testing.assert_array_equal(base, out[column][provenance.is_synthetic].isna())
    assert out["c"][provenance.is_synthetic].isna().any()
    for cleaner in (EditedNearestNeighbours(), TomekLinks(), CondensedNearestNeighbour()):
        cleaned, _ = cleaner.fit_resample(X, y)
        assert list(cleaned.dtypes) == list(X.dtypes)


@pytest.mark.parametrize("cleaner", [TomekLinks(), EditedNearestNeighbours()])
def test_any_oversampler_and_cleaner_combine(cleaner):
    """imbalanced-learn combines only SMOTE, of numeric features only."""
    X, y = ratings()
    with pytest.raises((ValueError, TypeError)):
        imblearn.combine.SMOTEENN(
            smote=imblearn.over_sampling.SMOTENC("auto"), random_state=0
        ).fit_resample(X, y)
    with pytest.raises(ValueError, match="smote"):
        imblearn.combine.SMOTEENN(smote=imblearn.over_sampling.RandomOverSampler()).fit_resample(
            X[["visits"]], y
        )
    for combined in (SMOTEENN, SMOTETomek):
        for maker in (None, SMOTENC(k_neighbors=3), RandomOverSampler(), SMOTEN()):
            parts = {"enn": cleaner} if combined is SMOTEENN else {"tomek": cleaner}
            sampler = combined(smote=maker, random_state=0, **parts)
            out, y_out = sampler.fit_resample(X, y)
            assert list(out.dtypes) == list(X.dtypes)
            assert len(out) == len(y_out) == len(sampler.provenance_)


def test_chain_equals_its_parts(seed):
    """A chain gives the result of its samplers in sequence, with the provenance of all rows."""
    X, y = overlapping(seed)
    frame = pd.DataFrame(X, columns=list("abc"))
    parts = [
        RandomUnderSampler(sampling_strategy=0.5, random_state=seed),
        SMOTE(random_state=seed),
        EditedNearestNeighbours(sampling_strategy="all", kind_sel="mode"),
    ]
    chain = Chain(parts)
    out, y_out = chain.fit_resample(frame, y)

    expected, y_expected = frame, y
    for part in parts:
        expected, y_expected = part.fit_resample(expected, y_expected)
    pd.testing.assert_frame_equal(expected, out)
    np.testing.assert_array_equal(y_expected, y_out)
    provenance = chain.provenance_
    old = ~provenance.is_synthetic
    np.testing.assert_array_equal(X[provenance.row[old]], out.to_numpy()[old])
    base, neighbor = (
        X[provenance.base[provenance.is_synthetic]],
        X[provenance.neighbor[provenance.is_synthetic]],
    )
    expected_synthetic = base + provenance.weight[provenance.is_synthetic][:, None] * (
        neighbor - base
    )
    np.testing.assert_allclose(
        expected_synthetic, out.to_numpy()[provenance.is_synthetic], rtol=1e-12
    )


def test_synthetic_samples_of_synthetic_samples_have_no_base(seed):
    """A synthetic sample between synthetic samples has no base and no neighbor."""
    X, y = overlapping(seed)
    parts = [
        SMOTE(sampling_strategy=0.6, random_state=seed),
        SMOTE(sampling_strategy=0.9, random_state=seed + 1),
    ]
    chain = Chain(parts)

    out, _ = chain.fit_resample(X, y)

    expected, y_expected = X, y
    for part in parts:
        expected, y_expected = part.fit_resample(expected, y_expected)
    np.testing.assert_array_equal(expected, out)
    provenance = chain.provenance_
    without_base = provenance.is_synthetic & (provenance.base < 0)
    assert without_base.any()
    assert (provenance.neighbor[without_base] == -1).all()
    assert np.isnan(provenance.weight[without_base]).all()


def test_chain_errors():
    """An empty chain, objects that are no samplers, and a class without rows are refused."""
    X, y = overlapping()
    gone = RandomUnderSampler(sampling_strategy={1: 0})

    with pytest.raises(InputError, match="one sampler at least"):
        Chain([]).fit_resample(X, y)
    with pytest.raises(InputError, match="instances of counterpoise's samplers"):
        Chain([imblearn.over_sampling.SMOTE()]).fit_resample(X, y)
    with pytest.raises(InputError, match="the samplers before it left only 0"):
        Chain([gone, SMOTE()]).fit_resample(X, y)
    with pytest.raises(InputError, match="is numeric for one sampler and categorical for the next"):
        Chain([SMOTE(sampling_strategy=0.6), SMOTEN(k_neighbors=2)]).fit_resample(X, y)


# ---- Defects of another package, one test each ----


def test_a_class_of_one_row_is_duplicated():
    """A single row is drawn as itself, not as an upper limit to draw from."""
    X, y = np.array([[7.0], [8.0], [9.0]]), [1, 0, 0]

    out, _ = RandomOverSampler(random_state=0).fit_resample(X, y)

    np.testing.assert_array_equal([7, 8, 9, 7], out[:, 0])


def test_categories_without_rows_are_no_classes():
    """A category of y without rows is no class, and stays a category."""
    X, _ = overlapping()
    y = pd.Series(pd.Categorical(np.where(np.arange(120) % 4, "a", "b"), ["a", "b", "zero"]))

    for sampler in (SMOTE(random_state=0), TomekLinks(), EditedNearestNeighbours()):
        _, y_out = sampler.fit_resample(X, y)
        assert list(y_out.cat.categories) == ["a", "b", "zero"]


def test_weights_are_no_parameter():
    """Sample weights are refused, not ignored; `provenance_.carry` transfers them."""
    X, y = overlapping()

    with pytest.raises(TypeError, match="sample_weight"):
        SMOTE().fit_resample(X, y, sample_weight=np.ones(len(y)))


def test_classes_at_their_target_are_left_alone():
    """A class that has the requested size does not change."""
    rng = np.random.RandomState(0)
    X, y = rng.randn(60, 2), np.repeat([0, 1, 2], 20)
    for sampler in (SMOTE(), SMOTENC(), SMOTEN(), RandomUnderSampler()):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            out, _ = sampler.fit_resample(X, y)
        assert len(out) == 60
