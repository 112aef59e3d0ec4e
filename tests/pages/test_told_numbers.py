"""What the pages say of a province, worked out again from draws and card: all provinces, all years."""

import re

import numpy as np
import pandas as pd
import pytest

from quyu.pages import nation, province, region, region_answers, shortfall, summary
from quyu.pages.front import index_page
from quyu.regions.strategy import regions
from quyu.study.certainty import draws_of, read_robustness
from quyu.study.regional import members_of
from quyu.study.scores import mostly_carried

MINUS = "−"


@pytest.fixture(scope="module")
def subject(opened):
    return opened("en")


@pytest.fixture(scope="module")
def years(subject):
    return subject.card.framework.years


def ends(ranks):
    """Median and ends of the middle 90 % of sorted draws, counted."""
    ordered, n = np.sort(ranks), len(ranks)
    low, median, high = (ordered[int(np.ceil(share * n)) - 1] for share in (0.05, 0.5, 0.95))
    return median, f"{low}" if low == high else f"{low}–{high}"


def shares(draws, at, panel):
    """The share of the draws that give each tier, the best first, from how many each leaves behind."""
    cuts = draws.card.state.tiers["index"]
    below = [(panel.round(9) < round(cut, 9)).sum() for cut in cuts]
    passed = np.rint(draws.standing[:, at] * (len(panel) - 1))
    tiers = sum((passed >= count).astype(int) for count in below)
    return np.bincount(len(cuts) - tiers, minlength=len(cuts) + 1) / len(tiers)


def percent(share):
    if 0.995 <= share < 1:
        return ">99%"
    return f"{share:.0%}"


def signed(number):
    text = f"{number:+.1f}".replace("-", MINUS)
    return text if re.search("[1-9]", text) else "0.0"


def test_tiles_of_every_province_in_every_year(subject, years, plain):
    card, bands = subject.card, read_robustness().tiers
    names = [name.en for name in bands.names]
    of = f"of {len(names)}, {names[0]} being best;"
    panel, register = card.scores["index"].dropna(), subject.provinces
    for year in years:
        draws, direct = draws_of(subject, year), draws_of(subject, year, direct=True)
        index = panel.xs(year, level="year")
        direct_rank = subject.direct.scores["index"].xs(year, level="year").rank(ascending=False)
        for at, code in enumerate(draws.units):
            lines = plain(summary.headline(subject, code, year).data)
            facts = dict(zip(lines[1::2], lines[2::2], strict=True))
            assert facts["Quality development index"] == f"{index[code]:.1f} 1–100"
            zone = register.index[register["zone"] == register.at[code, "zone"]]
            inside = int(index[zone].rank(ascending=False, method="min")[code])
            (told,) = (told for head, told in facts.items() if head.startswith("Rank in the zone"))
            assert told == f"{inside} of {len(zone)}"

            tiers = shares(draws, at, panel)
            order = np.argsort(-tiers, kind="stable")
            sure = (
                "in all draws"
                if tiers[order[0]] == 1
                else f"in {percent(tiers[order[0]])} of draws"
            )
            if tiers[order[0]] < bands.borderline:
                told = f"{names[order[0]]} {of} {sure}; borderline with {names[order[1]]}"
                assert facts["Quality tier (borderline)"] == told
            else:
                assert facts["Quality tier"] == f"{names[order[0]]} {of} {sure}"

            _, own = ends(direct.ranks[:, at])
            told = f"{direct_rank[code]:.0f} of 31, method interval {own}"
            assert facts["Rank on direct evidence"] == told


def test_the_table_of_all_provinces_in_every_year(subject, years, plain):
    for year in years:
        draws = draws_of(subject, year)
        rows = [line.split("\t") for line in plain(nation.ranking_table(subject, year).data)]
        found = {row[2]: row for row in rows if len(row) > 10}
        for at, code in enumerate(draws.units):
            row = found[subject.short[code]]
            median, interval = ends(draws.ranks[:, at])
            assert row[1] == f"{median} ({interval})"
            assert re.sub("並列 |=", "", row[0]) == f"{draws.nominal()[code]:.0f}"


def test_a_change_is_against_the_nation_wherever_it_is_printed(subject, years, plain):
    index = subject.card.scores["index"].unstack("year").round(1)  # as printed
    first, last = years[0], years[-1]
    gains = index[last] - index[first] - (index[last].median() - index[first].median())
    for each in regions():
        members = members_of(subject, each.name)
        inside = gains[members].sort_values()
        told = plain(region.change_chart(subject, each).data)[0]
        most, least = (subject.short[inside.index[end]] for end in (-1, 0))
        assert told == (
            f"Change against the national median: best in {most} ({signed(inside.iloc[-1])} points), "
            f"worst in {least} ({signed(inside.iloc[0])} points)"
        )
    for code in subject.provinces.index:
        rows = [line.split("\t") for line in plain(province.change_table(subject, code).data)]
        for goal, name in subject.goals.items():
            table = subject.card.scores[goal].unstack("year").round(1)
            moved = table[last] - table[first]
            moved -= table[last].median() - table[first].median()
            (row,) = (row for row in rows if row[0] == name)
            assert row[3] == signed(moved[code])


def test_groups_of_what_is_lacking_stand_by_their_share(subject, years, plain):
    for code in subject.provinces.index:
        text = shortfall.obstacles(subject, code, years[-1]).data
        parts = [int(each) for each in re.findall(r'scope="rowgroup">[^<]*\((\d+)%\)', text)]
        assert parts == sorted(parts, reverse=True) and len(parts) > 1
        names = re.findall(r'scope="rowgroup">([^<]*) \(', text)
        assert len(names) == len(set(names))


def test_a_page_opens_with_what_is_mostly_carried(subject, years, monkeypatch):
    """More than a third; a third is not enough. The province, its region and the nation say so."""
    year, third = years[-1], pd.Series({"440000": 1 / 3, "540000": 0.41, "110000": 0.34})
    assert mostly_carried(third).to_dict() == {"540000": 0.41, "110000": 0.34}
    assert "is not yet complete" not in summary.headline(subject, "540000", year).data

    scores, plain_scores = type(subject).scores, subject.scores(year)
    filled = plain_scores["filled"].where(~plain_scores.index.isin(third.index), third)
    monkeypatch.setattr(
        type(subject),
        "scores",
        lambda self, at: scores(self, at).assign(filled=filled) if at == year else scores(self, at),
    )
    opening = f"<p class='lead'>The picture of {year} is not yet complete: "
    assert summary.headline(subject, "540000", year).data.startswith(f"{opening}41% of the weight")
    assert not summary.headline(subject, "440000", year).data.startswith(opening)
    west = region_answers.headline(
        subject, next(r for r in regions() if r.id == "central-west"), year
    ).data
    assert west.startswith(f"{opening}in 1 of 18 provinces")
    front = index_page(subject, year, ())
    assert f"{opening}in 2 of 31 provinces more than a third" in front and "up to 41%" in front
