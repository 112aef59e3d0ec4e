"""Which figures a formula reads."""

from quyu.index.formula import figures_read


def read(formula, year=2021):
    return figures_read(formula, year, base_year=2019)


def test_windows_read_the_years_before():
    assert read("a / b") == [("a", 2021), ("b", 2021)]
    assert read("sum3(a)") == [("a", 2019), ("a", 2020), ("a", 2021)]
    assert read("mean2(sum3(a))") == [("a", y) for y in (2018, 2019, 2020, 2021)]
    assert read("-a + 3 * a") == [("a", 2021)]


def test_a_chain_reads_growth_from_the_base_year():
    assert read("chain(gdp, g)", 2019) == [("gdp", 2019)]
    assert read("chain(gdp, g)") == [("gdp", 2019), ("g", 2020), ("g", 2021)]
    assert read("chain(1, g)", 2017) == [("g", 2018), ("g", 2019)]
