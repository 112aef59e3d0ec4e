"""The front page: what it says of changes, goals and regions agrees with the frames; maps carry all that they must."""

import re

import pytest

from quyu.maps.palette import YLGNBU
from quyu.pages.front import goal_maps, index_page
from quyu.pages.since import MOST, since
from quyu.regions.strategy import regions
from quyu.study import report_year
from quyu.study.certainty import draws_of_years, interval
from quyu.study.regional import members_of
from quyu.study.shown import source
from quyu.words import LANGUAGES

YEAR = report_year()


@pytest.fixture(scope="module", params=LANGUAGES)
def study(opened, request):
    return opened(request.param)


@pytest.fixture(scope="module")
def page(study):
    return index_page(study, YEAR, {"reports/210000-liaoning.html"})


def index_of(study):
    return study.card.scores["index"].unstack("year")


def signed(study, value):
    return study.say.number(value, sign=True)


def test_what_changed_is_counted_from_the_ranks_and_the_draws(study, plain):
    first, index = study.card.framework.years[0], index_of(study)
    told = plain(since(study, first, YEAR).data)
    ranks = study.card.ranks["index"].unstack("year")
    gained = ranks[first] - ranks[YEAR]
    counts = {"up": (gained > 0).sum(), "down": (gained < 0).sum(), "same": (gained == 0).sum()}
    was, now = (round(index[at].median(), 1) for at in (first, YEAR))
    assert told[0] == study.say(
        "since.told", first=first, year=YEAR, was=f"{was:.1f}", now=f"{now:.1f}",
        change=signed(study, now - was), **counts,
    )  # fmt: skip

    two = [draws_of_years(study)[year] for year in (first, YEAR)]
    assert [*two[0].number] == [*two[1].number]  # the same choices, draw by draw
    same = {}
    for at, code in enumerate(two[0].units):
        steps = two[0].ranks[:, at].astype(int) - two[1].ranks[:, at]
        same[code] = sum(step * gained[code] > 0 for step in steps) / len(steps)
    ends = {}
    for year in (first, YEAR):
        draws = draws_of_years(study)[year]
        for at, code in enumerate(draws.units):
            held = sorted(draws.ranks[:, at])
            cut = [held[int(share * (len(held) - 1) + 0.5)] for share in draws.ends]
            ends[code, year] = cut
    clear = [code for code in gained.index if same[code] >= 0.95]
    assert clear == ["210000"], "Liaoning fell in 99 % of the draws"
    values = {"first": first, "year": YEAR, "share": "95%", "count": len(clear)}
    names = study.say.join(study.short[clear])
    assert told[1] == study.say("since.clear", names=names, **values)

    rows = {line.split("\t")[0]: line.split("\t") for line in told if line.count("\t") == 6}
    for sign in (
        1,
        -1,
    ):  # as many as there are, equals together, and nobody left out who gained more
        ordered = sorted((sign * gained[gained * sign > 0]).tolist(), reverse=True)
        least = min(step for step in ordered if sum(each >= step for each in ordered) <= MOST)
        told_most = {
            code for code in gained.index if study.short[code] in rows and sign * gained[code] > 0
        }
        order = [
            int(row[2].replace("−", "-")) for name, row in rows.items() if name in {*study.short}
        ]
        steps = [sign * step for step in order if sign * step > 0]
        assert steps == sorted(steps, reverse=True)
        assert told_most == {code for code in gained.index if sign * gained[code] >= least}
    for code, name in study.short.items():
        if name in rows:
            _, places, moved, then, now, beyond, told_same = rows[name]
            assert places == f"{ranks.at[code, first]:.0f} → {ranks.at[code, YEAR]:.0f}"
            assert moved == study.say.number(gained[code], decimals=0, sign=True)
            low, high = ends[code, first]
            assert then == interval({"low": low, "high": high}, study.say)
            assert now == interval(study.ranks(YEAR).loc[code], study.say)
            shown = index.round(1)  # as it is printed
            nation = shown[YEAR].median() - shown[first].median()
            own = shown.at[code, YEAR] - shown.at[code, first] - nation
            assert beyond == signed(study, own)
            assert told_same == f"{same[code]:.0%}"


def test_each_goal_has_a_map_of_all_units_and_dashes_in_its_own_classes(study):
    shapes, maps = goal_maps(study, YEAR)
    ids = re.findall(r'<path id="(u\d+)"[^>]* d="M\d[^"]*z"', shapes)
    assert len(ids) == len(study.land) == 34
    dashes = re.findall(r'id="(?:far-)?dashes"[^>]* d="([^"]+)"', shapes)
    assert [each.count("M") for each in dashes] == [1, 9]  # on the map and in its corner
    assert [each["id"] for each in maps] == [*study.goals]
    numbers = dict(zip(study.land.index, ids, strict=True))
    for each in maps:
        svg, scores = str(each["svg"]), study.at(YEAR)[each["id"]]
        fills = {
            unit: fill
            for fill, some in re.findall(r'<g fill="([^"]+)">(.*?)</g>', svg)
            for unit in re.findall(r"#(u\d+)", some)
        }
        assert set(fills) == set(ids) and svg.count('dashes"') == 2
        assert svg.count(f'href="#map-{each["id"]}"') == 1, "the South China Sea in its corner"
        levels = sorted(study.card.state.tiers[each["id"]])
        for code, number in numbers.items():
            if code not in scores:
                assert fills[number] == "url(#blank)"
                continue
            # The class that the printed score has between the printed limits.
            level = sum(round(scores[code], 1) >= round(cut, 1) for cut in levels)
            assert fills[number] == YLGNBU[level]
        best, worst = scores.idxmax(), scores.idxmin()
        assert each["told"] == study.say(
            "front.goal_told", best=study.short[best], best_score=scores[best],
            worst=study.short[worst], worst_score=scores[worst], median=scores.median(),
        )  # fmt: skip
        assert each["told"] in svg


def test_each_region_is_told_in_a_line_that_the_scores_give(study, page):
    first, index = study.card.framework.years[0], index_of(study)
    ranks = study.scores(YEAR)["rank"]
    for each in regions():
        own = index.loc[members_of(study, each.name)]
        best, worst = own[YEAR].idxmax(), own[YEAR].idxmin()
        gain = round((own[YEAR].round(1) - own[first].round(1)).median(), 1)
        gain -= round(round(index[YEAR].median(), 1) - round(index[first].median(), 1), 1)
        told = study.say(
            "front.region_told", count=len(own), median=own[YEAR].median(),
            nation=index[YEAR].median(), best=study.short[best], best_rank=f"{ranks[best]:.0f}",
            worst=study.short[worst], worst_rank=f"{ranks[worst]:.0f}",
        ) + study.say(
            "front.region_since", first=first, gain=signed(study, gain),
            was=own[first].std(ddof=0), now=own[YEAR].std(ddof=0),
        )  # fmt: skip
        assert told in re.sub(r"</?a\b[^>]*>", "", page)


def test_the_page_is_small_its_ranking_first_and_gaps_are_told_once(study, page):
    assert len(page.encode()) < 350_000
    heads = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    assert heads[0] == study.say("front.ranking")
    gaps = study.say.join(study.say.of(leaf.name) for leaf in study.card.framework.gaps)
    gaps = study.say("front.limit.gaps", gaps=gaps)
    assert re.sub(r"</?a\b[^>]*>", "", page).count(gaps) == 1
    for goal in study.goals:
        assert f"href='atlas.html#goal={goal}'" in page


def test_the_small_maps_say_their_year_and_source(study, page):
    part = page[page.index(f"{study.say('front.goals')}</h2>") :].split("<h2")[0]
    assert str(YEAR) in part and "1–100" in part
    assert study.say("map.source", source=source(study)) in re.sub("<[^>]+>", "", part)
    assert study.say("map.notice") in part


def test_the_scores_of_all_years_are_handed_out_under_the_ranking(study, page):
    part = page[: page.index(f"{study.say('front.nation')}</h2>")]
    (told,) = re.findall(r"<a href='\.\./scores\.csv' download>([^<]+)</a>", part)
    years = study.card.framework.years
    assert told == study.say("front.scores", first=years[0], year=years[-1])


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh-hant", "en"])
def test_the_ranking_is_on_the_first_screen_and_no_table_slides_on_a_phone(
    opened, tmp_path, visit, lang
):
    path = tmp_path / "index.html"
    path.write_text(index_page(opened(lang), YEAR, set()), encoding="utf-8")

    def first_row(tab):
        return tab.evaluate(
            """() => [document.querySelector('td[data-find]').getBoundingClientRect().bottom,
              [...document.querySelectorAll('.table')].filter(
                (t) => t.scrollWidth > t.clientWidth + 1 || t.scrollHeight > t.clientHeight + 1
              ).length]"""
        )

    bottom, sliding = visit(path, act=first_row).answer[0]
    assert bottom < 640
    bottom, sliding = visit(path, act=first_row, width=390).answer[0]
    assert bottom < 1.2 * 844
    assert sliding == 0
