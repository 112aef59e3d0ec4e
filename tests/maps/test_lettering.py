"""Laws of breaking lines, and Chinese in matplotlib without a warning or with a clear refusal."""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager

from quyu.maps import lettering
from quyu.maps.lettering import ems, wrap

_TEXTS = st.text(alphabet="區域質量東部，。；（）「」 0123.5–%abc", max_size=60)


@given(text=_TEXTS, width=st.integers(4, 30))
def test_nothing_but_space_is_lost(text, width):
    assert "".join(wrap(text, width)).replace(" ", "") == text.replace(" ", "")


@given(text=st.text(alphabet="區域質量東部", max_size=60), width=st.integers(1, 30))
def test_plain_chinese_fills_lines_to_the_width(text, width):
    lines = wrap(text, width)
    assert all(ems(line) == width for line in lines[:-1])
    assert all(ems(line) <= width for line in lines)


@given(text=_TEXTS, width=st.integers(4, 30))
def test_no_line_begins_with_a_closing_mark(text, width):
    assert all(line[0] not in "，。；）」" for line in wrap("始" + text, width)[1:])


def test_a_line_feed_is_kept_and_numbers_stay_whole():
    assert wrap("指數\n五分位", 20) == ["指數", "五分位"]
    assert wrap("指數 2019–2023 年", 6) == ["指數", "2019–2023", "年"]


_DRAW = """
import logging, warnings
logging.basicConfig(level=logging.WARNING)
warnings.simplefilter("error", UserWarning)
from quyu.maps.lettering import use_cjk
use_cjk()
use_cjk()
from matplotlib.figure import Figure
figure = Figure()
figure.text(0.1, 0.5, "區域質量 东部 −0.5 ± ≤ m²", weight="bold")
figure.text(0.1, 0.2, "區域質量 东部 −0.5 ± ≤ m²")
figure.savefig("drawn.png")
"""


def test_a_fresh_machine_draws_chinese_without_a_word(tmp_path):
    fresh = {**os.environ, "MPLCONFIGDIR": str(tmp_path / "empty")}
    run = subprocess.run(
        [sys.executable, "-c", _DRAW], cwd=tmp_path, env=fresh, capture_output=True, text=True
    )
    # matplotlib says this once itself, when it first looks at the machine's fonts.
    said = [line for line in run.stderr.splitlines() if "building the font cache" not in line]
    assert (run.returncode, run.stdout, said) == (0, "", [])


def test_without_any_chinese_font_the_refusal_says_what_to_install(monkeypatch):
    def absent(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(lettering, "distribution", absent)
    latin = [font for font in font_manager.fontManager.ttflist if font.name == "DejaVu Sans"]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", latin)
    lettering._families.cache_clear()
    with pytest.raises(ValueError, match="pip install zhplot"):
        lettering.use_cjk()
    lettering._families.cache_clear()
