"""Names from a user's workbook that would break a chart, a file name or a terminal."""

import re
import shutil

import pytest
from matplotlib.figure import Figure

from quyu import show
from quyu.batch.plan import slug
from quyu.facts import embedded, load
from quyu.index import read_framework
from quyu.maps.lettering import LONGEST_LABEL, brief, fold_label, use_cjk
from quyu.maps.picture import picture
from quyu.study import open_study
from quyu.words import unmarked

LONG = "long name " * 1000
TURNED = "\u202eabc\u200f שלום \u2066de\u2069\u2069\u202e"


@pytest.mark.parametrize("sign", ["\x1b[31m", "\x00", "\x9b", "\n", "\u2028", "\x07"])
def test_a_control_character_in_a_name_is_refused_at_the_door(tmp_path, sign):
    folder = tmp_path / "data"
    shutil.copytree(embedded() / "geodata", folder)
    path = folder / "provinces.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Guangdong,", f'"Guang{sign}dong",'),
        encoding="utf-8", newline="",
    )  # fmt: skip
    with pytest.raises(
        ValueError, match=r"provinces\.csv, row \d+, name_en: found 'Guang\\"
    ) as told:
        load(folder)
    assert sign not in str(told.value).split("provinces.csv", 1)[1]


def test_a_control_character_in_a_framework_is_refused_by_its_key(tmp_path):
    path = tmp_path / "mine.yaml"
    text = (embedded() / "params" / "framework.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("en: GDP per head}", 'en: "GDP \\e[31m"}'), encoding="utf-8")
    with pytest.raises(ValueError, match=r"'en' holds a control character: 'GDP \\x1b\[31m'"):
        read_framework(path)


def test_a_phrase_of_ones_own_framework_turns_nothing(tmp_path):
    path = tmp_path / "mine.yaml"
    text = (embedded() / "params" / "framework.yaml").read_text(encoding="utf-8")
    path.write_text(
        text.replace("phrase: 經濟發展質量效益明顯提升", f'phrase: "{TURNED}"'), "utf-8"
    )
    assert f">\u2068\u2068{TURNED}\u2069<" in show(open_study("", path).catalogue()).data


def test_marks_of_direction_are_not_drawn():
    use_cjk()
    figure = Figure()
    axes = figure.add_subplot()
    axes.set_yticks([0, 1], [f"{TURNED} 5", "\u2068x\u2069"])
    axes.set_title(TURNED)
    made = picture(figure, f"\u2068{TURNED}\u2069")
    drawn = made.svg.split("</desc>")[1]
    assert drawn.count("abc \u2068שלום\u2069 de") == 2
    assert unmarked(drawn).count("\u202e") == 0 and not re.search("[\u200f\u202e\u2066]", drawn)


def test_dollar_signs_are_no_formula():
    use_cjk()
    figure = Figure()
    figure.text(0, 0, "由 $5$ 到 ${x}$")
    assert "由 $5$ 到 ${x}$" in picture(figure, "a text").svg


@pytest.mark.parametrize("width", [-3.0, 0.2, 11])
def test_a_label_of_any_length_is_folded_and_cut(width):
    label = fold_label(LONG, width=width)
    assert label.endswith("…") and len(label) <= LONGEST_LABEL
    assert fold_label("短", width=width) or width < 1


def test_a_name_of_any_length_stays_short_on_a_picture_and_in_a_file_name():
    assert len(brief(LONG)) < 24
    assert len(slug(LONG)) <= 60 and not slug(LONG).endswith("-")
    assert (brief("Inner Mongolia"), slug("Inner Mongolia")) == ("Inner Mongolia", "inner-mongolia")
