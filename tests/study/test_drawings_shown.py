"""Maps and charts as a researcher meets them: they show themselves, and go into a file."""

import base64
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest

import quyu
from quyu.study import report_year

YEAR = report_year()
ASKED = {
    "map": lambda s: s.map("rd_intensity", YEAR),
    "own title": lambda s: s.map("index", YEAR, title="Mine & yours"),
    "ranking": lambda s: s.chart("ranking"),
    "ranks": lambda s: s.chart("ranks", YEAR),
    "goals": lambda s: s.chart("goals", 2021),
    "variance shares": lambda s: s.chart("variance_shares"),
    "zones": lambda s: s.chart("gdp"),
    "units": lambda s: s.chart("R&D intensity", units=["Liaoning", "吉林"]),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_drawing_shows_itself_trusted_or_not_as_often_as_it_is_asked(study, name):
    shown = ASKED[name](study("en"))
    first, second = shown._repr_mimebundle_(), shown._repr_mimebundle_()
    assert first == second
    assert set(first) == {"image/svg+xml", "image/png", "text/plain"}
    assert first["image/svg+xml"].startswith("<svg")
    assert base64.b64decode(first["image/png"])[1:4] == b"PNG"
    assert first["text/plain"] == shown.alt
    assert len(repr(shown)) < 90


def test_an_own_title_stands_on_the_map_as_text(study):
    shown = ASKED["own title"](study("en"))
    assert "Mine &amp; yours" in shown.svg
    assert shown.alt.startswith("Mine & yours")
    assert "Mine" not in study("en").map("index", YEAR).svg
    told = study("en").map("rd_intensity", 2023, title="Mine").svg
    assert "R&amp;D intensity, 2023; % of GDP" in told


@pytest.mark.parametrize(
    ("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")]
)
def test_a_drawing_is_saved_by_its_ending_the_same_twice(study, tmp_path, ending, start):
    shown = ASKED["units"](study("zh-hant"))
    files = [shown.save(tmp_path / "new" / f"{n}.{ending}") for n in (1, 2)]
    once, again = (file.read_bytes() for file in files)
    assert once.startswith(start)
    assert once == again
    assert [*(tmp_path / "new").glob(".*")] == []


def test_a_course_is_told_by_the_medians_it_draws(study):
    s = study("en")
    median = s.series("rd_intensity").median(axis=1).dropna()
    told = s.chart("rd_intensity").alt
    assert f"Median of all: {median.iloc[0]:.3g} in {median.index[0]}" in told
    assert "Northeast: " in told
    own = s.series("rd_intensity")["210000"].dropna()
    assert f"Liaoning: {own.iloc[0]:.3g} in" in s.chart("rd_intensity", units="Liaoning").alt


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda s: s.chart("rd_intensty"), "R&D intensity"),
        (lambda s: s.chart("ranks", 1999), "year is 1999"),
        (lambda s: s.chart("gdp", 2024), "leave year=2024 out"),
        (lambda s: s.chart("gdp", units=["Liaonin"]), "Liaoning"),
        (lambda s: s.chart("gdp", units=[*s.provinces.index[:7]]), "up to 6 units; these are 7"),
        (lambda s: s.map("index", YEAR).save("map.jpg"), "map.jpg: .*.png, .svg or .pdf"),
        (lambda s: s.map("lisa", YEAR, tiles=True), "drawn on the map only"),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_once(study, ask, told):
    with pytest.raises(ValueError, match=told):
        ask(study("en"))


def test_own_plots_write_chinese_and_formulas():
    with plt.rc_context():
        quyu.style()
        figure, axes = plt.subplots()
        axes.set_title("遼寧 $R^2$")
        figure.canvas.draw()  # a missing sign would warn, and warnings fail tests
        plt.close(figure)


def test_a_bare_figure_shows_itself_once_style_is_set():
    told = (
        "from IPython.testing.globalipapp import start_ipython; ip = start_ipython()\n"
        "ip.display_formatter.active_types = ip.display_formatter.format_types  # as in a kernel\n"
        "from matplotlib.figure import Figure\n"
        "figure = Figure(); figure.subplots()\n"
        "shows = lambda: 'image/png' in ip.display_formatter.format(figure)[0]\n"
        "import quyu; print(shows()); quyu.style(); print(shows())"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_the_alt_text_has_the_unit_and_a_frame_the_name_of_its_unit(study):
    s = study("en")
    assert s.map("rd_intensity", YEAR).alt.startswith(
        f"R&D intensity, {YEAR} (% of GDP), from the top"
    )
    assert s.indicators("吉林", YEAR).attrs["title"] == f"Jilin: all indicators, {YEAR}"


def test_what_a_drawing_does_not_heed_is_refused(study):
    s = study("en")
    with pytest.raises(ValueError, match="drawn of all units; leave units"):
        s.chart("ranking", units=["Jilin"])
    with pytest.raises(ValueError, match="has kinds of its own: leave scheme and legend out"):
        s.map("lisa", YEAR, scheme="quantiles", legend="x").save("never.png")
