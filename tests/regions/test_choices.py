"""Files of choices: read whole, or refused with the file and the key."""

import pytest
import yaml

from quyu.facts import embedded
from quyu.regions.structure import Assistance, read_assistance
from quyu.regions.targets import read_measures


def revised(tmp_path, name, change):
    given = yaml.safe_load((embedded() / "params" / name).read_text(encoding="utf-8"))
    change(given)
    path = tmp_path / name
    path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    return path


def test_the_embedded_choices_are_read():
    choices = read_assistance()
    assert choices.givers == ("東部",)
    assert choices.weak_below == 0.5  # written 1/2
    assert [v.id for v in choices.variables][-1] == "population"
    assert set(read_measures().readings) >= {"rd_intensity", "labour_productivity"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda g: g.update(capcity=3), "unknown key 'capcity'; known keys are givers"),
        (lambda g: g.update(capacity=0), "capacity: .* greater than or equal to 1"),
        (lambda g: g.update(capacity=2.5), "capacity: "),
        (lambda g: g.update(weak_below="0"), "weak_below: .* greater than 0"),
        (lambda g: g.update(weak_below="half"), "'half' is no number"),
        (lambda g: g.update(damping=-1), "damping: "),
        (lambda g: g.update(damping=float("inf")), "damping: "),
        (lambda g: g["receivers"].append("東部"), "zone '東部' is among givers and receivers"),
        (lambda g: g["structure"].append(g["structure"][0]), "the id 'disposable_income' is used"),
        (lambda g: g["structure"][0].update(variables=[]), "node 'income', variables: "),
        (lambda g: g["structure"][0]["variables"][0].update(formula="a **"), "not a formula"),
        (lambda g: g["varied"].update(peers=[3]), "varied.peers"),
    ],
)
def test_faulty_choices_are_refused_by_key(tmp_path, change, told):
    path = revised(tmp_path, "assistance.yaml", change)
    with pytest.raises(ValueError, match=told) as refusal:
        read_assistance(path)
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda g: g["readings"].update(software=[]), "readings.software: .* at least 1 item"),
        (
            lambda g: g["readings"]["rd_intensity"].extend(g["readings"]["rd_intensity"]),
            "the id 'one_denominator' is used more than once",
        ),
        (lambda g: g["forecast"].update(least_points=3), "forecast.least_points"),
        (lambda g: g.update(about=1), "about: "),
        (
            lambda g: g["readings"]["rd_intensity"][0].update(formula="2 +"),
            "node 'published', formula",
        ),
    ],
)
def test_faulty_measures_are_refused_by_key(tmp_path, change, told):
    with pytest.raises(ValueError, match=told):
        read_measures(revised(tmp_path, "targets.yaml", change))


def test_text_that_is_no_yaml_is_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("givers: [東部", encoding="utf-8")
    with pytest.raises(ValueError, match=r"mine.yaml is not valid YAML"):
        read_assistance(path)
    path.write_bytes("givers: 東部".encode("big5"))
    with pytest.raises(ValueError, match=r"mine.yaml is not valid YAML in UTF-8"):
        read_assistance(path)


def test_a_what_if_is_checked_too():
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        read_assistance().model_copy(update={"capacity": 0})
    assert isinstance(read_assistance().model_copy(update={"capacity": 4}), Assistance)
