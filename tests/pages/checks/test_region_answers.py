"""Every sentence on the first page of a brief is read back by the catalogue and worked out anew.

A page's text must be made of the catalogue's sentences and of nothing else, and every value in their
places must be what the figures, scores and draws give by other means than the page's own.
"""

import re

import numpy as np
import pandas as pd
import pytest

from quyu.facts.faults import Refusal
from quyu.pages import region_answers
from quyu.regions.lens import MEASURES
from quyu.regions.lens_input import lens_input, percentile_ranks
from quyu.regions.strategy import regions
from quyu.study import report_year
from quyu.study.certainty import draws_of
from quyu.study.disparities import figure_names, ratios_of
from quyu.study.regional import lens_choice, pairs_of
from quyu.words import LANGUAGES

YEAR, YEARS = report_year(), range(2019, 2025)
NORTHEAST, WEST = regions()[2], regions()[1]

# The sentences of each answer in their order, by key: "?" may be left out, "|" one of several.
ORDER = {
    "leads": "because? first_lens|first_index apart|not_apart oftener|seldom? then scale? hundred?",
    "moves": "first_year|moved ranks? ranked? risen? fallen? within?",
    "spread": "sd_closer|sd_apart|sd_unclear|sd_short|sd_one_year sd? trend_clear|trend_unclear? figures?",
    "pairs": "firm|none_firm stated_other? loose? not_official",
    "gaps": "no_shared_gap|shared|shared_one gap? gap? gap?",
    "unseen": "limits? known|known_structural|known_filled?",
}


def pattern(say, keys, at):
    """One place of an answer as an expression, its values in groups named <place>_<key>_<value>."""
    ways = []
    for key in keys.rstrip("?").split("|"):
        text = re.escape(re.sub("</?b>", "", say.texts[f"brief.{key}"]).strip())
        some = r"[^()（）。]+?" if key == "hundred" else ".+?"
        name = lambda m, key=key, some=some: rf"(?P<p{at}_{key}__{m[1]}>{some})"  # noqa: E731
        body = re.sub(r"\\\{(\w+)(?::[^{}]*)?\\\}", name, text)
        body = f"· {body}" if key == "gap" else body
        ways.append(rf"(?P<p{at}_{key}>{body})")
    return f"(?:{'|'.join(ways)}){'?' if keys.endswith('?') else ''} ?"


def read(say, answer, text):
    """The sentences of an answer with their values, in order: a list of (key, values)."""
    found = re.fullmatch(
        "".join(pattern(say, keys, at) for at, keys in enumerate(ORDER[answer].split())), text
    )
    assert found, f"not made of the catalogue's sentences: {text}"
    said = {}
    for name, value in found.groupdict().items():
        place, _, part = name.partition("__")
        if value is not None:
            said.setdefault(place, {})[part] = value
    return [(place.split("_", 1)[1], values) for place, values in said.items()]


def answered(markup):
    """The text of each answer, by its key in the catalogue's order."""
    parts = re.findall(r"<dd>(.*?)</dd>", markup, re.S)
    assert len(parts) == len(ORDER)
    return {key: plain(part) for key, part in zip(ORDER, parts, strict=True)}


def plain(markup):
    text = re.sub("<[^>]+>", "", re.sub("<li>", " · ", markup)).replace("\n", "")
    text = re.sub(" +", " ", text).strip()
    for mark, entity in (("&", "amp"), ("'", "#39"), ("<", "lt"), (">", "gt")):
        text = text.replace(f"&{entity};", mark)
    return text


def listed(say, text):
    """The items of a list; those in brackets or parted by clauses stay whole."""
    comma, last = re.escape(say.texts["join"]), re.escape(say.texts["join_last"])
    apart = re.escape(say.texts["join_apart"])
    return [each for each in re.split(f"{apart}|(?:{comma}|{last})(?![^(（]*[)）])", text) if each]


def near(text, value, decimals=1):
    shown = float(text.replace("−", "-").replace("+", "").replace(",", ""))
    assert shown == pytest.approx(value, abs=0.5 * 10**-decimals + 1e-9), (text, value)
    if re.match(r"[+−]", text):
        assert (text[0] == "+") == (value > 0), (text, value)


def percent(text, share):
    if text.startswith((">", "<")):
        assert {">99%": 0.995 <= share < 1, "<1%": 0 < share < 0.005}[text]
    else:
        assert text == f"{share:.0%}", (text, share)


class Facts:
    """What is true of a region in a year, from scores, draws and figures."""

    def __init__(self, study, region, year):
        self.study, self.region, self.year, self.say = study, region, year, study.say
        self.code = {name: code for code, name in study.short.items()}
        self.first = study.card.framework.years[0]
        self.index = study.card.scores["index"].unstack("year")
        self.rank = self.index.round(9).rank(ascending=False, method="min")
        places = study.provinces["region"]
        self.all, self.own = [*places.index], [*places.index[places == region.name]]
        self.draws = draws_of(study, year)

    def lens(self):
        """Scores and drawn scores of all units by the lens; None where it looks at change since this year."""
        choice = lens_choice(self.region.name)
        if any((part.since or 0) >= self.year for part in choice.parts):
            return None
        here = lens_input(self.draws, self.study.figures, self.study.provinces)
        made = [MEASURES[part.measure](here, **part.options) for part in choice.parts]
        orders = [m.values if m.order is None else m.order for m in made]
        stated = percentile_ranks(np.array(orders, float))
        drawn = [
            np.broadcast_to(mine, (len(self.draws.weights), len(here.units)))
            if each.drawn is None else percentile_ranks(each.drawn)
            for mine, each in zip(stated, made, strict=True)
        ]  # fmt: skip
        parts = pd.DataFrame(stated.T, here.units, [part.id for part in choice.parts])
        return choice, parts, pd.DataFrame(np.mean(drawn, axis=0).round(9), columns=here.units)

    # who leads

    def leads(self, said):
        found, said = self.lens(), dict(said)
        if found:
            choice, parts, drawn = found
            score = parts.mean(axis=1, skipna=False).round(9)
            assert "because" not in said and "scale" in said
            first = said["first_lens"]
            assert first["lens"] == self.say.of(choice.name) and int(first["parts"]) == len(
                choice.parts
            )
            assert first["region"] == self.study.area(self.region.name)
        else:
            parts, score = None, self.index[self.year]
            drawn = -pd.DataFrame(self.draws.ranks.astype(float), columns=self.draws.units)
            assert said["because"]["reason"] and "scale" not in said
            first = said["first_index"]
        inside = score[self.own].sort_values(ascending=False, kind="stable")
        leader = self.code[first["name"]]
        assert score[leader] == inside.max()
        near(first["score"], score[leader])
        assert int(first["nation"]) == (score > score[leader] + 1e-9).sum() + 1
        assert int(first["members"]) == score[self.own].notna().sum()
        ranks = np.sort((drawn.gt(drawn[leader], axis=0)).sum(axis=1).to_numpy()) + 1
        interval, share = self.interval(first["method"])
        assert share == "90%"
        ends = [int(each) for each in re.findall(r"\d+", interval)]
        low, high = (ranks[int(np.ceil(len(ranks) * q - 1e-9)) - 1] for q in self.draws.ends)
        assert ends == ([low] if low == high else [low, high])
        drawn = drawn[score.index[score.notna()]]
        percent(first["sure"], (drawn[inside.dropna().index].max(axis=1) == drawn[leader]).mean())
        here = drawn[inside.dropna().index]
        tops = here.eq(here.max(axis=1), axis=0).mean()
        often, most = round(tops[leader], 2) >= 0.5, tops[tops == tops.max()].index
        assert ("oftener" in said) == (not often and leader not in most)
        assert ("seldom" in said) == (not often and leader in most)
        if "seldom" in said:
            assert self.code[said["seldom"]["name"]] == leader
        if "oftener" in said:
            assert self.code[said["oftener"]["name"]] in most
            percent(said["oftener"]["sure"], tops.max())
        ahead = drawn.lt(drawn[leader], axis=0).mean()
        rivals = {code for code in inside.dropna().index if code != leader and ahead[code] < 0.95}
        if rivals:
            assert {
                self.code[name] for name in listed(self.say, said["not_apart"]["names"])
            } == rivals
            assert said["not_apart"]["least"] == "95%"
        else:
            assert said["apart"]["least"] == "95%"
        then = {}
        for each in listed(self.say, said["then"]["told"]):
            name, points = re.fullmatch(r"(.+?) ?[（(]([\d.]+)[)）]", each).groups()
            near(points, score[self.code[name]])
            then[self.code[name]] = score[self.code[name]]
        others = inside.drop(leader)
        cut = others.iloc[: len(self.own) if len(self.own) <= 4 else 2].iloc[-1]
        assert {*then} == {*others.index[others >= cut]}
        if found:
            half = {
                c
                for c in self.own
                if (score[self.own] > score[c]).sum() + 1 > (len(self.own) + 1) / 2
            }
            tops = {(c, p.id) for c in half for p in choice.parts if parts.at[c, p.id] == 100}
            assert bool(tops) == ("hundred" in said)
            if tops:
                row = said["hundred"]
                code = self.code[row["name"]]
                (part,) = (p.id for p in choice.parts if self.say.of(p.name) == row["part"])
                assert (code, part) in tops
                near(row["score"], score[code])
                assert (
                    int(row["inside"])
                    == (score[self.own] > score[code]).sum() + 1
                    > len(self.own) / 2
                )
                assert int(row["members"]) == score[self.own].notna().sum()

    def interval(self, text):
        """What is said of a method interval: its ends and the share of draws."""
        form = re.escape(self.say.texts["answers.method"])
        return re.fullmatch(re.sub(r"\\\{\w+\\\}", "(.+)", form), text).groups()

    # whether it moves

    def moves(self, said):
        kind, said = said[0][0], dict(said)
        if self.year == self.first:
            assert kind == "first_year" and int(said[kind]["year"]) == self.year
            return
        row, printed = said["moved"], (self.index[at].round(1) for at in (self.year, self.first))
        change = np.subtract(*printed).round(1)
        assert (int(row["first"]), int(row["year"])) == (self.first, self.year)
        own, ends = float(np.median(change[self.own])), (self.first, self.year)
        then, now = (round(float(np.median(self.index[year])), 1) for year in ends)
        nation = now - then
        near(row["own"], own)
        near(row["nation"], nation)
        verdicts = {
            key: re.fullmatch(re.escape(self.say.texts[f"brief.{key}"]).replace(r"\{points\}", "(.+)"),
                              row["against"])
            for key in ("more", "less", "near_more", "near_less", "alike")
        }  # fmt: skip
        ((key, match),) = ((key, match) for key, match in verdicts.items() if match)
        by = round(round(own, 1) - round(nation, 1), 1)
        side = "more" if by > 0 else "less" if by < 0 else "alike"
        assert key == (f"near_{side}" if 0 < abs(by) < 0.5 else side)
        if by:
            near(match[1], abs(by))
        was, now = self.rank[self.first], self.rank[self.year]
        if len(self.own) <= 4:
            assert "ranked" not in said
            ranks = said["ranks"]
            assert (int(ranks["first"]), int(ranks["year"])) == (self.first, self.year)
            assert self.steps(ranks["steps"]) == {*self.own}
            self.covered(said, self.own, was, now)
            return
        counts = [int(said["ranked"][key]) for key in ("up", "down", "kept")]
        up = (was - now)[self.own]
        assert counts == [(up > 0).sum(), (up < 0).sum(), (up == 0).sum()]
        for key, some, most in (("risen", up > 0, up.max()), ("fallen", up < 0, up.min())):
            assert (key in said) == some.any()
            if some.any():
                assert self.steps(said[key]["steps"]) == {*up.index[up == most]}
        ends = {most for most in (up.max(), up.min()) if most}
        self.covered(said, [c for c in self.own if up[c] in ends], was, now)

    def covered(self, said, shown, was, now):
        """Of the moves that are shown those are named of which the interval holds both ranks."""
        inside = set()
        for code in shown:
            ranks = np.sort(self.draws.ranks[:, [*self.draws.units].index(code)])
            low, high = (ranks[int(np.ceil(len(ranks) * q - 1e-9)) - 1] for q in self.draws.ends)
            two = was[code], now[code]
            if two[0] != two[1] and all(low <= each <= high for each in two):
                inside.add(code)
        named = {
            self.code[name] for name in listed(self.say, said.get("within", {"names": ""})["names"])
        }
        assert named == inside and ("within" in said) == bool(inside)
        assert not inside or int(said["within"]["year"]) == self.year

    def steps(self, text):
        """The units of a list of ranks, each checked."""
        found = set()
        for each in listed(self.say, text):
            name, was, now = re.fullmatch(r"(.+?) (\d+) → (\d+)", each).groups()
            code = self.code[name]
            assert [int(was), int(now)] == [self.rank.at[code, y] for y in (self.first, self.year)]
            found.add(code)
        return found

    # together or apart

    def spread(self, said):
        said = dict(said)
        years = [y for y in self.index if y <= self.year]

        def course(values, members, form=lambda table: table):
            """First and last deviation, slope with its 95 % interval (HC3, n − 2), what it says."""
            table = values.unstack("year").reindex(members)
            table = table[[y for y in table if y <= self.year]].dropna(axis=1, how="all").dropna()
            sd = form(table).std(ddof=0)
            if len(sd) < 3:
                return sd, None, "short"
            x = np.column_stack([np.ones(len(sd)), sd.index - sd.index[0]])
            inv = np.linalg.inv(x.T @ x)
            b = inv @ x.T @ sd.to_numpy()
            e = (sd.to_numpy() - x @ b) / (1 - np.einsum("ij,jk,ik->i", x, inv, x))
            se = np.sqrt((inv @ (x * (e**2)[:, None]).T @ x @ inv)[1, 1])
            from scipy.stats import t

            wide = t.ppf(0.975, len(sd) - 2) * se
            ends = b[1], b[1] - wide, b[1] + wide
            return sd, ends, "closer" if ends[2] < 0 else "apart" if ends[1] > 0 else "unclear"

        index = self.study.card.scores["index"]
        own, ends, kind = course(index, self.own)
        nation, *_ = course(index, self.all)
        if len(years) == 1:
            row = said["sd_one_year"]
            near(row["last"], own.iloc[0])
            near(row["nation_last"], nation.iloc[0])
            assert int(row["year"]) == self.year
        else:
            assert f"sd_{kind}" in said
            trend = None if kind == "short" else "unclear" if kind == "unclear" else "clear"
            assert [key for key in said if key.startswith("trend")] == [f"trend_{trend}"] * bool(
                trend
            )
            for key, value in zip(("estimate", "low", "high"), ends or (), strict=False):
                near(said[f"trend_{trend}"][key], value, 2)
            row = said["sd"]
            assert (int(row["since"]), int(row["year"])) == (years[0], years[-1])
            for prefix, sd in (("", own), ("nation_", nation)):
                near(row[f"{prefix}first"], sd.iloc[0])
                near(row[f"{prefix}last"], sd.iloc[-1])
        names, figures = {}, ratios_of(self.study).figures
        for figure in figures:
            sd, _, kind = course(figures[figure], self.own, np.log)
            moved = round(sd.iloc[-1], 2) - round(sd.iloc[0], 2)
            if (kind, np.sign(moved)) in (("closer", -1), ("apart", 1)):
                names[figure_names(self.study)[figure]] = (kind, sd)
        assert ("figures" in said) == bool(names)
        told, seen = said.get("figures", {}).get("told", ""), set()
        for group in re.split(re.escape(self.say.texts["figure.clauses"]), told) if told else []:
            for kind in ("closer", "apart"):
                head = self.say.texts[f"brief.figures_{kind}"].removesuffix("{figures}")
                if group.startswith(head):
                    now, group = kind, group.removeprefix(head)
            for each in listed(self.say, group):
                name, rest = re.fullmatch(r"(.+?) ?[（(](.+)[)）]", each).groups()
                kind, sd = names[name]
                a, b, c, d = re.findall(r"[\d.]+", rest)
                span = (
                    {int(y): float(v) for y, v in ((a, b), (c, d))}
                    if "." in b
                    else {int(b): float(a), int(d): float(c)}
                )
                assert [*span] == [sd.index[0], sd.index[-1]] and now == kind
                assert [*span.values()] == pytest.approx([sd.iloc[0], sd.iloc[-1]], abs=0.0051)
                seen.add(name)
        assert seen == {*names}

    # pairs

    def pairs(self, said):
        said, found = dict(said), pairs_of(self.study, self.year)
        shares = found.shares.loc[found.table.index]
        most = {code: (row.idxmax(), row.max()) for code, row in shares.iterrows()}
        firm = {code for code, (giver, share) in most.items() if round(share, 2) >= 0.6
                and (code in self.own or giver in self.own)}  # fmt: skip
        loose = {code for code in most if code in self.own} - firm
        stated = {
            c: found.table.at[c, "giver"] for c in firm if found.table.at[c, "giver"] != most[c][0]
        }
        for key, codes in (("firm", firm), ("loose", loose)):
            assert (key in said) == bool(codes)
            if not codes:
                continue
            told = self.given(said[key]["pairs"])
            assert int(said[key]["count"]) == len(codes) and {*told} == codes
            for code, (giver, share) in told.items():
                assert giver == most[code][0]
                percent(share, most[code][1])
        assert ("none_firm" in said) == (not firm)
        assert said.get("firm", said.get("none_firm"))["least"] == "60%"
        assert said.get("loose", {}).get("least", "60%") == "60%"
        told = self.given(said["stated_other"]["pairs"]) if stated else {}
        for code, (giver, share) in told.items():
            percent(share, shares.at[code, giver])
            assert shares.at[code, giver] < most[code][1]
        assert {code: giver for code, (giver, _) in told.items()} == stated
        assert int(said.get("stated_other", {}).get("count", 0)) == len(stated)
        assert ("stated_other" in said) == bool(stated)

    def given(self, text):
        """Receiver → giver and share, as printed."""
        told = {}
        for clause in re.split(re.escape(self.say.texts["figure.clauses"]), text):
            giver, receivers = re.split("→| for ", clause, maxsplit=1)
            for each in listed(self.say, receivers):
                name, share = re.fullmatch(r"(.+?)(?: ?[（(]([<>\d%]+)[)）])?", each).groups()
                told[self.code[name]] = self.code[giver], share
        return told

    # gaps

    def gaps(self, said):
        card, year = self.study.card, self.year
        far = {code: self.study.distances(code, year) for code in self.own}
        named = {
            code: {*self.study.obstacles(code, year).query("named").index} for code in self.own
        }
        adds = pd.DataFrame({code: each["nation_adds"] for code, each in far.items()})
        adds = adds.apply(lambda mine: mine.where(mine.index.isin(named[mine.name])))
        grades = [leaf.id for leaf in card.framework.indicators if leaf.official_grade]
        adds = adds.drop(index=grades)
        has = pd.DataFrame({code: each["value"].notna() for code, each in far.items()}).sum(axis=1)
        behind = (adds > 0).sum(axis=1)
        common = behind.index[behind > has[behind.index] / 2]
        kind, row = said[0]
        some = next(iter(far.values()))
        if not len(common):
            assert kind == "no_shared_gap"
            (leaf,) = some.index[some["name"] == row["name"]]
            assert (
                int(row["behind"]) == behind[leaf] == behind.max() and int(row["of"]) == has[leaf]
            )
            return
        assert kind == ("shared" if len(common) > 1 else "shared_one")
        # By the gain that is printed: the median over those behind.
        gain = adds.loc[common].median(axis=1)
        order = gain.sort_values(ascending=False, kind="stable").index[:3]
        if kind == "shared":
            assert (int(row["count"]), int(row["shown"])) == (len(common), len(order))
        assert len(said) - 1 == len(order)
        for leaf, (_, gap) in zip(order, said[1:], strict=True):
            one = some.loc[leaf]
            lower = self.say("indicators.lower_is_better", indicator=one["name"])
            assert gap["name"] == (one["name"] if one["direction"] == "+" else lower)
            assert (int(gap["behind"]), int(gap["of"])) == (behind[leaf], has[leaf])
            middle = np.nanmedian([each.at[leaf, "value"] for each in far.values()])
            percent, unit = one["unit"].startswith("%"), one["unit"]
            assert gap["value"] == self.say.significant(middle) + "%" * percent
            nation = self.say.significant(one["nation"])
            assert gap["nation"] == f"{nation}{'' if percent else ' '}{unit}"
            # A gap is a lag: the region's median is on the worse side of the nation's.
            assert (one["nation"] - middle) * (1 if one["direction"] == "+" else -1) > 0
            near(gap["adds"], adds.loc[leaf].median())
            kinds = gap["evidence"].split(self.say.texts["figure.and"])
            assert kinds[0] == self.say(f"evidence.{one['evidence']}")
            flags = [each.at[leaf, "flag"] for each in far.values()]
            most = max({*flags}, key=lambda flag: (flags.count(flag), flag == ""))
            assert kinds[1:] == ([self.say(f"evidence.{most}")] if most else [])

    def unseen(self, said):
        said = dict(said)
        assert ("limits" in said) == bool(self.lens())
        if "limits" in said:
            assert said["limits"]["cannot"] == self.say.of(lens_choice(self.region.name).cannot)
        shares, card = {}, self.study.card
        for key in ("structural", "filled"):
            share = getattr(card, key)["index"].xs(self.year, level="year")[self.own].median()
            if f"{share:.0%}" != "0%":  # what is none is not told
                shares[key] = f"{share:.0%}"
        (kind,) = {*said} - {"limits"} or (None,)
        one = f"known_{next(iter(shares), '')}"
        assert kind == (None if not shares else "known" if len(shares) == 2 else one)
        if kind:
            assert said[kind].items() >= {**shares, "year": str(self.year)}.items()


def without_missing(study, region, year, texts):
    """The texts less what is said of the members that lack a part of the lens, who must be those."""
    try:
        frame = study.lens(region.name, year)
    except Refusal:
        return texts
    lacking = frame.index[frame["score"].isna() & (frame["region"] == study.area(region.name))]
    said = study.say.texts["lens.missing"].strip()
    told = re.escape(said).replace(r"\{name\}", "(.+?)").replace(r"\{parts\}", "[^.。]+")
    names = [m[1].split(". ")[-1].split("。")[-1] for m in re.finditer(told, texts["leads"])]
    assert sorted(names) == sorted(study.short[lacking])
    for name in names:
        texts["leads"] = re.sub(told.replace("(.+?)", re.escape(name)), "", texts["leads"]).strip()
    return texts


def check(study, region, year, texts):
    """Raises where a sentence of a page is not true."""
    facts, texts = Facts(study, region, year), without_missing(study, region, year, texts)
    for answer, text in texts.items():
        getattr(facts, answer)(read(study.say, answer, text))


def sentences(lang, text):
    return [each for each in re.split("。" if lang != "en" else r"\.(?= |$)", text) if each.strip()]


def numbered(study, region, texts):
    """No sentence tells how things are without a number, but for what is declared or denied."""
    free = [study.say.texts["brief.not_official"], study.say.of(lens_choice(region.name).cannot)]
    denied = re.sub("</?b>", "", study.say.texts["brief.no_shared_gap"])
    free += [re.split(r"(?<=\.) |；", denied)[0]]
    for text in texts.values():
        for each in free:
            text = text.replace(each.strip(), "")
        odd = [each for each in sentences(study.say.lang, text) if not re.search(r"\d", each)]
        assert [each for each in odd if re.search(r"[^\W_]{6,}|[\u3400-\u9fff]{5}", each)] == []


@pytest.mark.parametrize("region", regions(), ids=lambda each: each.id)
def test_every_sentence_of_a_first_page_is_true(opened, region):
    study = opened()
    texts = answered(region_answers.answers(study, region, YEAR).data)
    check(study, region, YEAR, texts)
    numbered(study, region, texts)


@pytest.mark.prove
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("year", YEARS)
def test_every_sentence_is_true_in_every_year_and_language(opened, lang, year):
    study = opened(lang)
    for region in regions():
        texts = answered(region_answers.answers(study, region, year).data)
        check(study, region, year, texts)
        numbered(study, region, texts)


def test_who_is_first_in_fewer_than_half_of_the_draws_is_not_called_so_in_bold(opened):
    study = opened()
    bold = re.findall("<b>(.*?)</b>", region_answers.answers(study, NORTHEAST, 2022).data)
    assert "居首次數最多的是" in re.sub("<.*?>", "", bold[0]) and "居首" not in bold
    assert study.lens(NORTHEAST.name, 2022).query("inside == 1")["name"].iloc[0] not in bold[0]


def test_who_is_never_ranked_beside_the_first_is_not_told_apart_from_it(opened, monkeypatch):
    study, leaders = opened(), region_answers.found.leaders

    def unknown(*asked):
        frame = leaders(*asked)
        return frame.assign(behind=frame["behind"].where(frame["inside"] == 1))

    monkeypatch.setattr(region_answers.found, "leaders", unknown)
    frame = leaders(study, NORTHEAST.name, YEAR)
    text = answered(region_answers.answers(study, NORTHEAST, YEAR).data)["leads"]
    assert f"與{study.say.join(frame['name'].iloc[1:])}分不出先後" in text


def seen(facts, answer, text):
    """Whether a text that was doctored is refused."""
    try:
        getattr(facts, answer)(read(facts.say, answer, text))
    except (AssertionError, KeyError, ValueError):
        return True
    return False


@pytest.mark.parametrize(
    "region",
    [NORTHEAST, pytest.param(WEST, marks=pytest.mark.prove)],
    ids=["northeast", "central-west"],
)
def test_no_number_can_be_another(opened, region, monkeypatch):
    """Each number of a page, one by one, is raised by one in its last digit: the check must see it."""
    study = opened()
    kept, missed = Facts(study, region, YEAR).lens(), []
    monkeypatch.setattr(Facts, "lens", lambda self: kept)
    for answer, text in answered(region_answers.answers(study, region, YEAR).data).items():
        facts = Facts(study, region, YEAR)
        far = {code: study.distances(code, YEAR) for code in facts.own}
        monkeypatch.setattr(type(study), "distances", lambda self, code, year, far=far: far[code])
        for found in re.finditer(r"\d+(?:\.\d+)?", text):
            old = found[0]
            more = (
                f"{float(old) + 10 ** -len(old.partition('.')[2]):.{len(old.partition('.')[2])}f}"
            )
            doctored = text[: found.start()] + more + text[found.end() :]
            if not seen(facts, answer, doctored):
                missed.append((text[max(0, found.start() - 12) : found.end() + 6], more))
        monkeypatch.undo()
        monkeypatch.setattr(Facts, "lens", lambda self: kept)
    assert not missed


@pytest.mark.parametrize(
    ("answer", "old", "new"),
    [
        ("leads", "黑龍江在", "遼寧在"),
        ("leads", "與遼寧分不出先後", "與吉林分不出先後"),
        ("leads", "；與遼寧分不出先後，領先的模擬不到 95%。", "，對其餘每一個都在 95% 以上的模擬中領先。"),
        ("moves", "比全國少", "比全國多"),
        ("moves", "比全國少", "與全國相近，少"),
        ("moves", "。黑龍江、遼寧、吉林前後", "。黑龍江、遼寧前後"),
        ("spread", "按指數看不出靠近，也看不出拉開", "按指數在靠近"),
        ("spread", "含零", "不含零"),
        ("spread", "靠近的有", "拉開的有"),
        ("pairs", "海南→黑龍江", "山東→黑龍江"),
        ("gaps", "代理；", "直接；"),
        ("gaps", "3 個落後", "沒有落後"),
        ("unseen", "視角的局限：", "視角沒有局限："),
    ],
)  # fmt: skip
def test_no_word_can_be_another(opened, answer, old, new):
    study = opened()
    text = answered(region_answers.answers(study, NORTHEAST, YEAR).data)[answer]
    assert old in text
    assert seen(Facts(study, NORTHEAST, YEAR), answer, text.replace(old, new, 1))
