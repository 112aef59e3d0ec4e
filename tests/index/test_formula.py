"""The language of formulas: everything it refuses, and how it is written out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.index.formula import expand, figures_read, names_in, parse, refuse_circles


def test_definitions_are_written_out():
    definitions = {"real": "chain(x, g)", "twice": "real * 2"}
    assert expand("twice / 2", definitions) == "chain(x, g) * 2 / 2"
    assert expand("1 - (x+y)", {"x": "a-b"}) == "1 - (a - b + y)"
    assert names_in("mean2(real) + x") == {"real", "x"}


def test_a_definition_may_not_need_itself():
    with pytest.raises(ValueError, match="p → q → p"):
        refuse_circles({"p": "q + 1", "q": "p"})


@pytest.mark.parametrize(
    "text",
    [
        "x ** 2", "x // 2", "x % 2", "x @ y", "x << 1", "x | y", "~x", "not x",
        "x.y", "x[0]", "x if y else z", "x and y", "x < y", "x == y", "(x := 1)",
        "abs(x)", "eval('x')", "__import__('os')", "(lambda: 1)()", "x()", "mean2.x(y)",
        "mean2", "chain + 1", "mean2()", "mean2(x, y)", "chain(x)", "mean2(x=1)", "mean2(*x)",
        "'text'", "b'x'", "f'{x}'", "True", "None", "...", "1j", "1e999", "9" * 400,
        "[x]", "(x, y)", "{x}", "{x: y}", "[i for i in x]", "await x", "yield x",
        "", "   ", "x y", "x +", "x; y", "x = 1", "import os", "x\n+ y", "(" * 300, "-" * 200 + "x",
        "x" * 501, "x\0",
    ],
)  # fmt: skip
def test_refuses_everything_else(text):
    with pytest.raises(ValueError, match="formula"):
        parse(text)


def test_a_refusal_says_where_and_what_is_allowed():
    with pytest.raises(ValueError, match=r"character 9: a power is not allowed; allowed are num"):
        parse("數 + x * y ** 2")
    with pytest.raises(ValueError, match=r"indicator 'i': .*the call of eval is not allowed"):
        parse("eval(x)", owner="indicator 'i'")


def test_text_is_no_formula():
    with pytest.raises(ValueError, match="the formula is empty"):
        parse(None)


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text):
    try:
        parse(text)
    except ValueError:
        return
    except BaseException as other:  # pragma: no cover
        pytest.fail(f"{text!r} raised {other!r}")


# --- Which figures a formula reads.


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
