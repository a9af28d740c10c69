"""Where imbalanced-learn's cleaning and mixed samplers are wrong: its answer first, then ours."""

from __future__ import annotations

import warnings

import imblearn.combine
import imblearn.over_sampling
import imblearn.under_sampling as peer
import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from counterpoise.combine import SMOTEENN, Chain, SMOTETomek
from counterpoise.exceptions import InputError
from counterpoise.neighbors import Search, lay_out, measure_units
from counterpoise.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from counterpoise.table import open_table
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


def overlapping(seed: int = 0, n: int = 120, n_rare: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Return two classes that overlap, in random order, 0 the larger."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat([0, 1], [n - n_rare, n_rare]))
    return rng.randn(n, 3) + 1.5 * y[:, None], y


def kept(sampler, X, y) -> set[int]:
    """Return the rows that a sampler keeps."""
    sampler.fit_resample(X, y)
    return set(sampler.sample_indices_.tolist())


def judged_rightly(X, y, rows) -> np.ndarray:
    """Say of each row whether the nearest of some rows has its class."""
    rows = np.asarray(sorted(rows))
    return KNeighborsClassifier(1).fit(X[rows], y[rows]).predict(X) == y


def test_condensing_is_consistent():
    """The peer mixes two numberings and skips rows; what we keep judges every row rightly."""
    wrong = 0
    for seed in range(10):
        X, y = overlapping(seed)

        wrong += not judged_rightly(
            X, y, kept(peer.CondensedNearestNeighbour(random_state=seed), X, y)
        ).all()
        assert judged_rightly(X, y, kept(CondensedNearestNeighbour(random_state=seed), X, y)).all()

    assert wrong >= 5


def test_condensing_of_several_classes_is_consistent(seed):
    """Classes are condensed against each other too, not each against the smallest alone."""
    rng = np.random.RandomState(seed)
    y = rng.choice(4, 400, p=[0.4, 0.3, 0.2, 0.1])
    X = rng.randn(400, 2) + y[:, None]
    one, all_passes = (
        kept(CondensedNearestNeighbour(random_state=seed, passes=passes), X, y)
        for passes in ("one", "all")
    )

    assert one < all_passes
    assert not judged_rightly(X, y, one).all()
    assert judged_rightly(X, y, all_passes).all()


def test_condensing_ends_where_identical_rows_conflict():
    """Only rows that equal a row of another class may be judged wrongly in the end."""
    rng = np.random.RandomState(0)
    X = rng.randint(0, 4, (200, 2)).astype(float)
    y = (rng.rand(200) < 0.3).astype(int)
    rows = kept(CondensedNearestNeighbour(random_state=0), X, y)

    conflict = np.array([len(set(y[(x == X).all(axis=1)])) > 1 for x in X])
    assert judged_rightly(X, y, rows)[~conflict].all()


def test_condensing_with_more_neighbours_ends_when_nothing_is_added(seed):
    """With three neighbours, going on adds nothing: each row left out is judged rightly."""
    X, y = overlapping(seed)
    rows = sorted(kept(CondensedNearestNeighbour(n_neighbors=3, random_state=seed), X, y))
    left = np.setdiff1d(np.arange(len(y)), rows)

    model = KNeighborsClassifier(3).fit(X[rows], y[rows])
    np.testing.assert_array_equal(y[left], model.predict(X[left]))


@pytest.mark.parametrize("name", ["CondensedNearestNeighbour", "OneSidedSelection"])
def test_seeds_are_not_repeated(name):
    """The peer keeps a row twice that it drew twice."""
    X, y = overlapping()
    ours = {"CondensedNearestNeighbour": CondensedNearestNeighbour}.get(name, OneSidedSelection)
    rows = []
    for sampler in (getattr(peer, name), ours):
        made = sampler(n_seeds_S=50, random_state=0)
        made.fit_resample(X, y)
        rows.append(made.sample_indices_)

    assert len(np.unique(rows[0])) < len(rows[0])
    assert len(np.unique(rows[1])) == len(rows[1])


@pytest.mark.parametrize("name", ["CondensedNearestNeighbour", "OneSidedSelection"])
def test_any_neighbours_judge(name):
    """The peer takes any neighbour object and then knows only one; numpy's integers fail too."""
    X, y = overlapping()
    ours = {"CondensedNearestNeighbour": CondensedNearestNeighbour}.get(name, OneSidedSelection)
    expected = kept(ours(n_neighbors=1, random_state=0), X, y)

    with pytest.raises(UnboundLocalError):
        getattr(peer, name)(n_neighbors=NearestNeighbors(n_neighbors=1)).fit_resample(X, y)
    for neighbors in (NearestNeighbors(n_neighbors=1), KNeighborsClassifier(1), np.int64(1)):
        assert expected == kept(ours(n_neighbors=neighbors, random_state=0), X, y)


@pytest.mark.parametrize("times", [1, 3])
def test_identical_rows_of_two_classes_are_a_link(times):
    """The peer never finds them; we do, however often they are repeated."""
    rng = np.random.RandomState(0)
    X = np.vstack([rng.randn(40, 2) * 100, np.zeros((2 * times, 2))])
    y = np.repeat([0, 1, 0, 1], [30, 10, times, times])
    twins = set(range(40, 40 + times))

    theirs = kept(peer.TomekLinks(), X, y)
    ours = kept(TomekLinks(), X, y)

    assert twins <= theirs
    assert not twins & ours


def test_only_the_classes_to_clean_lose_rows():
    """Of a link the row of the larger class goes, unless all classes are cleaned."""
    X, y = np.array([[0.0], [1.0], [1.1], [3.0], [9.0]]), np.array([0, 0, 1, 0, 1])

    assert {0, 2, 3, 4} == kept(TomekLinks(), X, y)
    assert {0, 3} == kept(TomekLinks(sampling_strategy="all"), X, y) - {4}


def test_editing_does_not_depend_on_the_order_of_rows():
    """The peer drops some row in a duplicate's stead, and which one depends on the order."""
    order = np.random.RandomState(0).permutation(60)
    # Twelve groups of five equal rows, one of each of another class: no tie decides.
    X = np.repeat(np.arange(12.0)[:, None] * 10, 5, axis=0)
    y = np.tile([0, 0, 0, 0, 1], 12)

    def rows(sampler):
        straight = kept(sampler, X, y)
        return straight, {order[row] for row in kept(sampler, X[order], y[order])}

    theirs = rows(peer.EditedNearestNeighbours(n_neighbors=4))
    ours = rows(EditedNearestNeighbours(n_neighbors=4))

    assert theirs[0] != theirs[1]
    assert ours[0] == ours[1]


@pytest.mark.parametrize("kind", ["all", "mode"])
def test_repeated_editing_knows_its_rows(kind):
    """The peer's indices are wrong where a first pass removes nothing and y is not sorted."""
    rng = np.random.RandomState(0)
    y = rng.permutation(np.repeat([0, 1], [60, 20]))
    X = rng.randn(80, 2) + 100 * y[:, None]
    theirs = peer.RepeatedEditedNearestNeighbours(kind_sel=kind)
    ours = RepeatedEditedNearestNeighbours(kind_sel=kind)

    theirs_X, ours_X = (sampler.fit_resample(X, y)[0] for sampler in (theirs, ours))

    assert not np.array_equal(X[theirs.sample_indices_], theirs_X)
    np.testing.assert_array_equal(X[ours.sample_indices_], ours_X)
    np.testing.assert_array_equal(theirs_X, ours_X)


def test_strings_are_classes_by_mode():
    """The peer's vote by mode, and so its default neighbourhood cleaning, takes no strings."""
    X, y = overlapping()
    names = np.array(["common", "rare"])[y]
    for theirs, ours in (
        (peer.EditedNearestNeighbours(kind_sel="mode"), EditedNearestNeighbours(kind_sel="mode")),
        (peer.NeighbourhoodCleaningRule(), NeighbourhoodCleaningRule()),
    ):
        with pytest.raises(TypeError):
            theirs.fit_resample(X, names)
        assert kept(ours, X, y) == kept(ours, X, names)


def test_a_row_has_no_vote_on_itself():
    """The peer lets a rare row vote for itself, and so takes it for rightly judged."""
    X = np.array([[0.0], [0.3], [0.4], [5.0], [5.1], [20.0], [20.1], [20.2]])
    y = np.array([1, 0, 0, 1, 1, 0, 0, 0])

    theirs = kept(peer.NeighbourhoodCleaningRule(n_neighbors=1), X, y)
    ours = kept(NeighbourhoodCleaningRule(n_neighbors=1), X, y)

    assert 1 in theirs
    assert 1 not in ours


def test_a_class_at_the_threshold_is_cleaned():
    """A class as large as the threshold is large enough, as Laurikkala (2001) has it."""
    rng = np.random.RandomState(0)
    y = np.repeat([0, 1], 20)
    X = rng.randn(40, 2)
    theirs, ours = (
        package(threshold_cleaning=1.0, sampling_strategy=[1])
        for package in (peer.NeighbourhoodCleaningRule, NeighbourhoodCleaningRule)
    )
    for sampler in (theirs, ours):
        sampler.fit_resample(X, y)

    assert theirs.classes_to_clean_ == []
    assert ours.classes_to_clean_ == [1]


def test_the_users_search_keeps_its_jobs():
    """The peer overwrites how many threads a user's own search may use."""
    X, y = overlapping()
    search = NearestNeighbors(n_neighbors=4, n_jobs=1)
    theirs = peer.EditedNearestNeighbours(n_neighbors=search)
    ours = EditedNearestNeighbours(n_neighbors=search)
    for sampler in (theirs, ours):
        sampler.fit_resample(X, y)

    assert theirs.nn_.n_jobs is None
    assert ours.nn_.n_jobs == 1
    assert kept(ours, X, y) == kept(EditedNearestNeighbours(), X, y)


def test_editing_keeps_to_the_classes_it_was_given():
    """Once classes have changed places the peer cleans what was the smallest class as well."""
    rng = np.random.RandomState(2)
    y = rng.choice(3, 300, p=[0.2, 0.35, 0.45])
    X = rng.randn(300, 3)
    smallest = set(np.flatnonzero(y == np.bincount(y).argmin()).tolist())
    params = {"kind_sel": "all", "n_neighbors": 4, "allow_minority": True}

    assert not smallest <= kept(peer.AllKNN(**params), X, y)
    assert smallest <= kept(AllKNN(**params), X, y)


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
    """The message names the parameter, how many rows there are, and what to do."""
    X, y = np.arange(6.0)[:, None], [0, 0, 0, 0, 1, 1]

    with pytest.raises(InputError, match=f"more than {parameter}=6 rows.*has 6. Set .* to 5"):
        sampler.fit_resample(X, y)


def test_nothing_left_is_an_error():
    """Cleaning that would remove every row says so."""
    X, y = np.arange(8.0)[:, None], [0, 1] * 4

    with pytest.raises(InputError, match="would leave no row"):
        EditedNearestNeighbours(n_neighbors=1, sampling_strategy="all").fit_resample(X, y)


# ---- Mixed tables ----


def ratings() -> tuple[pd.DataFrame, np.ndarray]:
    """Return integers and a category of five values, two of which the rare class has."""
    rng = np.random.RandomState(0)
    rare = rng.choice(["gold", "silver"], 100, p=[0.89, 0.11])
    common = rng.choice(["gold", "silver", "bronze", "free", "trial"], 900)
    return (
        pd.DataFrame(
            {
                "rating": rng.randint(1, 6, 1000),
                "visits": rng.randint(0, 3, 1000),
                "plan": pd.Categorical(np.concatenate([rare, common])),
            }
        ),
        np.repeat([1, 0], [100, 900]),
    )


def new_plans(sampler, X, y) -> dict[str, int]:
    """Count the plans of the new rows."""
    X_out, _ = sampler.fit_resample(X, y)
    return X_out["plan"].iloc[len(y) :].value_counts().to_dict()


def test_integers_beside_categories_invent_no_category():
    """Among integers the peer's categories all tie, and it draws ones that the class never has."""
    X, y = ratings()

    theirs = new_plans(imblearn.over_sampling.SMOTENC("auto", random_state=0), X, y)
    ours = new_plans(SMOTENC(random_state=0), X, y)

    assert theirs["free"] > 50
    assert {plan for plan, count in ours.items() if count} <= {"gold", "silver"}
    assert ours["gold"] > 700


def test_tiny_numbers_beside_categories_invent_no_category():
    """Beside numbers of the order of 1e-9 as well."""
    X, y = ratings()
    X = X.assign(rating=X["rating"] * 1e-9, visits=X["visits"] * 1e-9)

    theirs = new_plans(imblearn.over_sampling.SMOTENC("auto", random_state=0), X, y)
    ours = new_plans(SMOTENC(random_state=0), X, y)

    assert theirs["free"] > 50
    assert {plan for plan, count in ours.items() if count} <= {"gold", "silver"}


def test_the_neighbours_of_the_base_vote(seed):
    """A category is the commonest among the k neighbours of the base, whoever the partner is."""
    rng = np.random.RandomState(seed)
    X = pd.DataFrame({"n": rng.randn(60), "c": rng.choice(list("abc"), 60)})
    y = np.repeat([0, 1], [40, 20])
    sampler = SMOTENC(k_neighbors=3, random_state=seed)
    out, _ = sampler.fit_resample(X, y)
    origin, spread = sampler.provenance_, X["n"][40:].std(ddof=0)
    assert sampler.median_std_ == pytest.approx({1: spread})
    for row in np.flatnonzero(origin.is_new):
        base, others = origin.base[row], np.setdiff1d(np.arange(40, 60), origin.base[row])
        squared = (X["n"][others] - X["n"][base]) ** 2
        squared += spread**2 * (X["c"][others] != X["c"][base])
        nearest = others[np.argsort(squared.to_numpy(), kind="stable")[:3]]
        votes = X["c"][nearest].value_counts()
        assert votes[out["c"][row]] == votes.max()
        assert origin.partner[row] in nearest


def test_distance_of_the_paper():
    """Chawla et al. (2002), table 6: numbers, and the median deviation for each other category."""
    rows = [(1.0, 2, 3, "A", "B", "C"), (4, 6, 5, "A", "D", "E"), (3, 5, 6, "A", "B", "K")]
    table = open_table(pd.DataFrame(rows, columns=list("uvwxyz")))
    units = measure_units(table, None)
    median = np.median(np.std([row[:3] for row in rows], axis=0))

    _, distance = Search(lay_out(table, None, units), 1).nearest(
        lay_out(table, np.array([0]), units), 3
    )

    expected = [0, np.sqrt(4 + 9 + 9 + median**2), np.sqrt(9 + 16 + 4 + 2 * median**2)]
    np.testing.assert_allclose(distance[0], expected)


@pytest.mark.parametrize(
    ("features", "error"),
    [
        (["plam"], "no column 'plam'. Did you mean 'plan'"),
        ([7], "names column 7; the table has 3 columns"),
        ([True, False], "an entry for each of the 3 columns; it has 2"),
        (["rating"], "leaves out 'plan'"),
    ],
)
def test_categorical_features_that_name_no_column(features, error):
    """A column that is not there, or strings left out, are named."""
    X, y = ratings()

    with pytest.raises(InputError, match=error):
        SMOTENC(features).fit_resample(X, y)


def test_columns_by_name_number_and_mask():
    """The same columns, however they are named, give the same rows."""
    X, y = ratings()
    expected = SMOTENC(random_state=0).fit_resample(X, y)[0]
    for features in (["plan"], "plan", [2], [-1], [False, False, True]):
        pd.testing.assert_frame_equal(
            expected, SMOTENC(features, random_state=0).fit_resample(X, y)[0]
        )


def test_numbers_alone_are_smote():
    """The peer refuses a table of numbers alone; here it is SMOTE's."""
    X, y = overlapping()

    with pytest.raises(ValueError, match="not designed"):
        imblearn.over_sampling.SMOTENC([]).fit_resample(X, y)
    np.testing.assert_array_equal(
        SMOTE(random_state=0).fit_resample(X, y)[0], SMOTENC(random_state=0).fit_resample(X, y)[0]
    )


def test_categories_alone():
    """The peer refuses a table of categories alone; here different ones count 1 each."""
    rng = np.random.RandomState(0)
    X = pd.DataFrame(rng.choice(list("abc"), (60, 3)), columns=list("xyz")).astype("category")
    y = np.repeat([0, 1], [45, 15])

    with pytest.raises(ValueError, match="not designed"):
        imblearn.over_sampling.SMOTENC("auto").fit_resample(X, y)
    for sampler in (SMOTENC(random_state=0), SMOTEN(random_state=0)):
        out, y_out = sampler.fit_resample(X, y)
        assert (len(out), int(y_out.sum())) == (90, 45)
        assert list(out.dtypes) == list(X.dtypes)


def test_missing_cells_of_mixed_tables(seed):
    """A missing category is one of its own, a missing number stays missing as the base's is."""
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

    origin = sampler.provenance_
    for column in ("n", "i"):
        base = X[column].iloc[origin.base[origin.is_new]].isna().to_numpy()
        np.testing.assert_array_equal(base, out[column][origin.is_new].isna())
    assert out["c"][origin.is_new].isna().any()
    for cleaner in (EditedNearestNeighbours(), TomekLinks(), CondensedNearestNeighbour()):
        cleaned, _ = cleaner.fit_resample(X, y)
        assert list(cleaned.dtypes) == list(X.dtypes)


@pytest.mark.parametrize("cleaner", [TomekLinks(), EditedNearestNeighbours()])
def test_any_maker_and_cleaner_combine(cleaner):
    """The peer combines SMOTE alone, of numbers alone."""
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
    """A chain gives what its samplers give one after the other, and tells where rows came from."""
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
    origin = chain.provenance_
    old = ~origin.is_new
    np.testing.assert_array_equal(X[origin.row[old]], out.to_numpy()[old])
    base, partner = X[origin.base[origin.is_new]], X[origin.partner[origin.is_new]]
    blends = base + origin.weight[origin.is_new][:, None] * (partner - base)
    np.testing.assert_allclose(blends, out.to_numpy()[origin.is_new], rtol=1e-12)


def test_blends_of_blends_have_no_parents(seed):
    """A row made of made rows carries its values, and says that it has no parents."""
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
    origin = chain.provenance_
    orphans = origin.is_new & (origin.base < 0)
    assert orphans.any()
    assert (origin.partner[orphans] == -1).all()
    assert np.isnan(origin.weight[orphans]).all()


def test_chain_says_what_is_wrong():
    """Nothing to chain, something else than samplers, or a class gone on the way."""
    X, y = overlapping()
    gone = RandomUnderSampler(sampling_strategy={1: 0})

    with pytest.raises(InputError, match="one sampler at least"):
        Chain([]).fit_resample(X, y)
    with pytest.raises(InputError, match="instances of counterpoise's samplers"):
        Chain([imblearn.over_sampling.SMOTE()]).fit_resample(X, y)
    with pytest.raises(InputError, match="the samplers before it left only 0"):
        Chain([gone, SMOTE()]).fit_resample(X, y)
    with pytest.raises(InputError, match="was blended by one sampler and is voted on by the next"):
        Chain([SMOTE(sampling_strategy=0.6), SMOTEN(k_neighbors=2)]).fit_resample(X, y)


# ---- What a sister package got wrong, and a row each here ----


def test_a_class_of_one_row_is_repeated():
    """A single row is drawn as itself, not as a number to count up to."""
    X, y = np.array([[7.0], [8.0], [9.0]]), [1, 0, 0]

    out, _ = RandomOverSampler(random_state=0).fit_resample(X, y)

    np.testing.assert_array_equal([7, 8, 9, 7], out[:, 0])


def test_categories_without_rows_are_no_classes():
    """A level of y that no row has takes no part, and survives."""
    X, _ = overlapping()
    y = pd.Series(pd.Categorical(np.where(np.arange(120) % 4, "a", "b"), ["a", "b", "zero"]))

    for sampler in (SMOTE(random_state=0), TomekLinks(), EditedNearestNeighbours()):
        _, y_out = sampler.fit_resample(X, y)
        assert list(y_out.cat.categories) == ["a", "b", "zero"]


def test_weights_are_no_parameter():
    """Case weights are refused, not forgotten; `provenance_.carry` brings them along."""
    X, y = overlapping()

    with pytest.raises(TypeError, match="sample_weight"):
        SMOTE().fit_resample(X, y, sample_weight=np.ones(len(y)))


def test_classes_at_their_target_are_left_alone():
    """A class that has its rows already gets none and loses none."""
    rng = np.random.RandomState(0)
    X, y = rng.randn(60, 2), np.repeat([0, 1, 2], 20)
    for sampler in (SMOTE(), SMOTENC(), SMOTEN(), RandomUnderSampler()):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            out, _ = sampler.fit_resample(X, y)
        assert len(out) == 60
