"""Published tables reproduced: OECD/JRC Handbook on Constructing Composite Indicators (2008).

The Technology Achievement Index of 23 countries, Table A.2 (data), 15 (normalisation), 23 (ranks
with equal weights) and 38 (ranks by aggregation)."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.index.aggregate import arithmetic, geometric, topsis
from quyu.index.ahp import priorities
from quyu.index.normalise import goalposts, minmax, percentile, rank_in_year, zscore
from quyu.index.weigh import critic, entropy

# columns after the eight indicators: z-score, min-max, rank and percentile of schooling (Table 15),
# rank by linear aggregation with equal weights (Tables 23, 38), rank by geometric aggregation (38)
TAI = pd.read_csv(
    StringIO("""\
country,patents,royalties,internet,exports,telephones,electricity,schooling,university,z,minmax,rank,percentile,linear,geometric
Finland,187,125.6,200.2,50.7,3.08,4.15,10.0,27.4,.26,.59,15,65.2,1,2
United States,289,130,179.1,66.2,3.0,4.07,12.0,13.9,1.52,1,23,100,2,1
Sweden,271,156.6,125.8,59.7,3.1,4.14,11.4,15.3,1.14,.88,19,82.6,3,3
Japan,994,64.6,49,80.8,3.0,3.86,9.5,10,-.06,.49,12,52.2,4,4
Korea,779,9.8,4.8,66.7,2.97,3.65,10.8,23.2,.76,.76,17,73.9,5,16
Netherlands,189,151.2,136,50.9,3.02,3.77,9.4,9.5,-.12,.47,9,39.1,6,5
United Kingdom,82,134,57.4,61.9,3.02,3.73,9.4,14.9,-.12,.47,9,39.1,7,6
Canada,31,38.6,108,48.7,2.94,4.18,11.6,14.2,1.27,.92,20,87,9,13
Australia,75,18.2,125.9,16.2,2.94,3.94,10.9,25.3,.83,.78,18,78.3,10,14
Singapore,8,25.5,72.3,74.9,2.95,3.83,7.1,24.2,-1.58,0,1,4.3,8,18
Germany,235,36.8,41.2,64.2,2.94,3.75,10.2,14.4,.38,.63,16,69.6,11,8
Norway,103,20.2,193.6,19,3.12,4.39,11.9,11.2,1.46,.98,22,95.7,12,11
Ireland,106,110.3,48.6,53.6,2.97,3.68,9.4,12.3,-.12,.47,9,39.1,13,7
Belgium,72,73.9,58.9,47.6,2.91,3.86,9.3,13.6,-.19,.45,8,34.8,14,9
New Zealand,103,13,146.7,15.4,2.86,3.91,11.7,13.1,1.33,.94,21,91.3,15,17
Austria,165,14.8,84.2,50.3,2.99,3.79,8.4,13.6,-.76,.27,6,26.1,16,12
France,205,33.6,36.4,58.9,2.97,3.8,7.9,12.6,-1.08,.16,5,21.7,17,10
Israel,74,43.6,43.2,45,2.96,3.74,9.6,11,0,.51,14,60.9,18,15
Spain,42,8.6,21,53.4,2.86,3.62,7.3,15.6,-1.46,.04,4,17.4,19,19
Italy,13,9.8,30.4,51,3.0,3.65,7.2,13,-1.52,.02,3,13,20,21
Czech Republic,28,4.2,25,51.7,2.75,3.68,9.5,8.2,-.06,.49,12,52.2,21,23
Hungary,26,6.2,21.6,63.5,2.73,3.46,9.1,7.7,-.31,.41,7,30.4,22,22
Slovenia,105,4,20.3,49.5,2.84,3.71,7.1,10.6,-1.58,0,1,4.3,23,20
"""),
    index_col="country",
)
INDICATORS = list(TAI.columns[:8])
# of the 72 countries of the Human Development Report 2001
POSTS = pd.DataFrame(
    {
        "low": [0, 0, 0, 0, 0, 1.3424226808222062, 0.8, 0.1],
        "high": [994, 272.6, 232.4, 80.8, 2.954724790979063, 3.843170464519898, 12, 27.4],
    },
    index=INDICATORS,
)
UP = pd.Series(1, INDICATORS)
EQUAL = pd.Series(1.0, INDICATORS)


@pytest.fixture
def panel():
    rows = pd.MultiIndex.from_product([TAI.index, [2001]], names=["country", "year"])
    return TAI[INDICATORS].set_axis(rows)


def descending(values):
    return values.rank(ascending=False, method="min").astype(int).tolist()


def test_table_15_normalisations_of_schooling(panel):
    x = panel[["schooling"]]
    state = goalposts(x)
    z = (zscore(x, UP, state)["schooling"] - 100) / 10
    assert np.abs(z.to_numpy() - TAI["z"]).max() < 0.0075
    unit = minmax(x, UP, state, scale=(0, 1))["schooling"]
    assert np.abs(unit.to_numpy() - TAI["minmax"]).max() < 0.0051
    untied = ~x["schooling"].duplicated(keep=False).to_numpy()
    assert rank_in_year(x, UP, state)["schooling"][untied].tolist() == TAI["rank"][untied].tolist()
    shares = percentile(x, UP, state)["schooling"][untied]
    assert np.abs(shares.to_numpy() - TAI["percentile"][untied]).max() < 0.051


def test_table_23_ranks_with_equal_weights(panel):
    scaled = minmax(panel, UP, POSTS, scale=(0, 1))
    assert descending(arithmetic(scaled, EQUAL)) == TAI["linear"].tolist()


def test_table_38_ranks_by_geometric_aggregation(panel):
    assert descending(geometric(panel, EQUAL)) == TAI["geometric"].tolist()


def test_topsis_on_min_max_data_with_entropy_weights():
    """Ten rows by four columns, closeness worked out independently in double precision."""
    y = np.array([
        [0.7591018336101121, 0.43061024053263103, 0.7397644872040567, 0.42507617385505725],
        [0.5542390805216283, 0.6181943975746373, 1.0, 0.7737827021840794],
        [0.5021821460739521, 0.0, 0.2441796935561987, 0.39875318516244046],
        [0.0, 0.39767308614901853, 0.0, 0.07844544230157503],
        [0.5515785238693335, 0.36062416699015576, 0.650038957664959, 0.8132966655503076],
        [0.6803455044406878, 1.0, 0.22773982131184173, 0.5271854784681353],
        [1.0, 0.5165247717792285, 0.19703107261390793, 0.0],
        [0.5783814142390461, 0.5644686707373147, 0.09266706344658913, 0.29503255588184407],
        [0.6708394372640173, 0.6863016795242964, 0.5727925696709615, 0.5287848112287864],
        [0.5176402881232557, 0.4315567977164805, 0.7960616756341046, 1.0],
    ])  # fmt: skip
    weights = [0.15605185573645317, 0.18823477486721962, 0.3625107836205305, 0.2932025857757967]
    closeness = [
        0.5946313520229181, 0.7900295832151932, 0.3020467560701552, 0.13741725021887033,
        0.6426333827032306, 0.46794133047631675, 0.31798450551590857, 0.29385618801122304,
        0.5812652450196784, 0.7397116729056523,
    ]  # fmt: skip
    found = topsis(pd.DataFrame(y), pd.Series(weights))
    np.testing.assert_allclose(found / 100, closeness, rtol=1e-12)


# --- Other people's programs on data where they are right: entropy, CRITIC, TOPSIS, AHP weights.

pytestmark = pytest.mark.filterwarnings("ignore:Alternatives with indices")  # of the oracle
pymcdm = pytest.importorskip("pymcdm", reason="pymcdm is installed with the tests only")
ahpy = pytest.importorskip("ahpy", reason="ahpy is installed with the tests only")

# Positive, with variance in every column: there the library's weights are right.
worlds = (
    arrays(float, st.tuples(st.integers(4, 12), st.integers(2, 5)), elements=st.integers(1, 1000))
    .map(lambda y: y + np.arange(len(y))[:, None] * np.linspace(0.1, 0.7, y.shape[1]))
    .filter(lambda y: np.ptp(y, axis=0).min() > 0.5)
)


@given(worlds)
@settings(max_examples=40)
def test_entropy_weights(values):
    found = entropy(pd.DataFrame(values)).to_numpy()
    np.testing.assert_allclose(found, pymcdm.weights.entropy_weights(values), atol=1e-12)


@given(worlds)
@settings(max_examples=40)
def test_critic_weights(values):
    # pymcdm min–max normalises inside; here that is the caller's step.
    scaled = (values - values.min(axis=0)) / np.ptp(values, axis=0)
    assume(np.abs(np.corrcoef(scaled.T) - 1).max() > 1e-6)
    found = critic(pd.DataFrame(scaled)).to_numpy()
    np.testing.assert_allclose(found, pymcdm.weights.critic_weights(values), atol=1e-9)


@given(worlds, st.data())
@settings(max_examples=40)
def test_topsis_scores(values, data):
    columns = values.shape[1]
    drawn = data.draw(st.lists(st.integers(1, 9), min_size=columns, max_size=columns))
    weights = np.array(drawn) / sum(drawn)
    vector = pymcdm.normalizations.vector_normalization
    theirs = pymcdm.methods.TOPSIS(vector)(values, weights, np.ones(columns))
    ours = topsis(pd.DataFrame(values / np.sqrt((values**2).sum(axis=0))), pd.Series(weights))
    np.testing.assert_allclose(ours.to_numpy() / 100, theirs, atol=1e-9)


@pytest.mark.parametrize("first", [2, 3, 5])
def test_ahp_weights(first):
    judged = {("a", "b"): first, ("a", "c"): 5, ("b", "c"): 2}
    theirs = ahpy.Compare("goal", judged, precision=8).target_weights
    rows = [[1, first, 5], [1 / first, 1, 2], [1 / 5, 1 / 2, 1]]
    ours = priorities(pd.DataFrame(rows, index=list("abc"), columns=list("abc"))).weights
    for name, weight in theirs.items():
        assert ours[name] == pytest.approx(weight, abs=1e-7)
