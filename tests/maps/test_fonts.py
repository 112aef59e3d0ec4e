"""Chinese in matplotlib: no warning in a fresh process, a clear refusal without a font."""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest
from matplotlib import font_manager

from quyu.maps import lettering

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
