"""Every sentence of a first page is worked out again from card and draws, in each language.

The expected sentence is written here, word by word: none may be false, praise a lag, or hold an
adjective of its own. All provinces, years and languages in `make prove`.
"""

import re

import numpy as np
import pandas as pd
import pytest

from quyu import __version__
from quyu.pages import lens, summary
from quyu.pages.lens import place
from quyu.study import Study, answers
from quyu.study.certainty import draws_of
from quyu.study.regional import lens_choice, lens_of, pairs_of, peers_frame
from quyu.words import LANGUAGES, Words, simplified

MINUS = "−"
RANKED = re.compile(r"[+−]\d+\.\d ?[(（](rank|第) \d+[)）]")
FEW, YEAR = ("210000", "110000", "540000", "420000", "530000"), 2024  # the last has no strength


def in_chinese(lang, text):
    return simplified(text) if lang == "zh-hans" else text


def nth(rank):
    return f"{rank}" + {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}.get(
        rank, "th"
    )


def within(lang, names):
    """Names as they stand within an English sentence: no capital but in R&D, GDP, SO₂ and Madrid."""
    kept = ("R&", "GDP", "SO", "Madrid")
    if lang != "en":
        return [*names]
    return [each if each.startswith(kept) else each[0].lower() + each[1:] for each in names]


def listed(lang, names):
    names = [*names]
    if lang != "en":
        return "、".join(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def ends_of(subject, code, year):
    """The method interval of a rank: its ends among the draws' ordered ranks."""
    draws = draws_of(subject, year)
    ordered = np.sort(draws.ranks[:, list(draws.units).index(code)])
    return [ordered[int(np.ceil(share * len(ordered))) - 1] for share in (0.05, 0.95)]


def stands(subject, code, year):
    """The first sentence."""
    draws, lang = draws_of(subject, year), subject.lang
    at, ranks = list(draws.units).index(code), draws.ranks
    low, high = ends_of(subject, code, year)
    interval = f"{low}" if low == high else f"{low}–{high}"
    index = subject.card.scores["index"].xs(year, level="year").round(9)
    rank = index.rank(ascending=False, method="min").astype(int)
    ahead = [(ranks[:, at] < ranks[:, each]).mean() for each in range(ranks.shape[1])]
    behind = [(ranks[:, at] > ranks[:, each]).mean() for each in range(ranks.shape[1])]
    same = [
        unit
        for each, unit in enumerate(draws.units)
        if unit != code and ahead[each] < 0.95 and behind[each] < 0.95
    ]
    same = [subject.short[unit] for unit in sorted(same, key=lambda unit: rank[unit])]
    if len(same) > 12:
        shown = (", " if lang == "en" else "、").join(same[:11])
        named = (
            f"{shown} and others, {len(same)} in all"
            if lang == "en"
            else f"{shown}等 {len(same)} 個"
        )
    else:
        named = listed(lang, same) if same else ""
    name = subject.short[code]
    if lang == "en":
        end = f"{named} is not" if same else "every other province is"
        return (
            f"In {year} {name} ranks {nth(rank[code])} of 31 provinces (method interval {interval}: "
            "the middle 90% of draws, recalculations with other weights, normalisation and "
            f"aggregation). Its place relative to {end} settled."
        )
    end = f"與{named}分不出先後" if same else "與其他省份都分得出先後"
    told = (
        f"{name} {year} 年在全國 31 個省份中居第 {rank[code]} 位"
        f"（方法區間 {interval}：換用權重、歸一化、合成等方法隨機重算，中間 90% 的模擬在此之內），{end}。"
    )
    return in_chinese(lang, told)


def moved(subject, code, year):
    """The second: never a verb alone, always beside the nation."""
    lang, index = subject.lang, subject.card.scores["index"].unstack("year")
    first = index.columns[0]
    if year == first:
        return {
            "en": f" {year} is the first year, so there is no earlier score to compare with.",
        }.get(lang, in_chinese(lang, f"{year} 年是第一年，沒有更早的分數可比。"))
    shown = index.round(1)  # as printed: a reader's own subtraction comes out alike
    own = round(shown.at[code, year] - shown.at[code, first], 1)
    nation = round(shown[year].median() - shown[first].median(), 1)
    ranks = index.round(9).rank(ascending=False, method="min").astype(int)
    was, now = ranks.at[code, first], ranks.at[code, year]
    low, high = ends_of(subject, code, year)
    inside = was != now and low <= was <= high
    a, b, gap = (f"{abs(each):.1f}" for each in (own, nation, abs(own) - abs(nation)))
    if lang == "en":
        verb = {1: "rose", -1: "fell"}
        if np.sign(own) == np.sign(nation) != 0:
            more = "more than" if abs(own) > abs(nation) else "less than"
            how = "as much as" if a == b else f"{gap} {more}"
            told = f"{verb[np.sign(own)]} by {a} points, {how} the national median ({b})"
        else:
            verb[0] = "changed"
            told = (
                f"{verb[np.sign(own)]} by {a} points while the national median "
                f"{verb[np.sign(nation)]} by {b} points"
            )
        ends = f"went from {was} to {now}" if was != now else f"was {now} in both years"
        ends += ", both within the method interval" if inside else ""
        return f" From {first} to {year} its index {told}; its rank {ends}."
    verb = {1: "上升", -1: "下降", 0: "變動"}
    if np.sign(own) == np.sign(nation) != 0:
        more = f"{'多' if abs(own) > abs(nation) else '少'} {gap} 分"
        how, told = ("與", "相同") if a == b else ("比", more)
        side = "升幅" if own > 0 else "降幅"
        told = f"{verb[np.sign(own)]} {a} 分，{how}全國中位數的{side}（{b} 分）{told}"
    else:
        told = f"{verb[np.sign(own)]} {a} 分，全國中位數{verb[np.sign(nation)]} {b} 分"
    ends = f"由第 {was} 位到第 {now} 位" if was != now else f"前後都是第 {now} 位"
    ends += "，都在方法區間之內" if inside else ""
    return in_chinese(lang, f"{first}–{year} 年指數{told}；位次{ends}。")


def index_of(subject, scores):
    """The index by hand: plain means inside goals, their geometric mean; missing ones left out."""
    goals = []
    for goal in subject.card.framework.goals:
        leaves = [leaf.id for leaf in goal.leaves() if leaf.id in scores]
        goals.append(np.mean([scores[leaf] for leaf in leaves if pd.notna(scores[leaf])]))
    return float(np.exp(np.mean(np.log(goals))))


def chosen(subject, code, year):
    """The gaps and strengths by hand: what the index would change by at the nation's median."""
    table = subject.card.normalised.xs(year, level="year")
    own, middle = table.loc[code], table.median()
    before, found = index_of(subject, own), {"gap": [], "strength": []}
    assert before == pytest.approx(subject.card.scores.at[(code, year), "index"], abs=1e-9)
    for leaf in subject.card.framework.indicators:
        name = leaf.id
        if leaf.official_grade or name not in table or pd.isna(own[name]):
            continue
        column = table[name].dropna().round(9)
        place = (column > round(own[name], 9)).sum() + (
            (column == round(own[name], 9)).sum() - 1
        ) / 2
        third = place < (len(column) - 1) / 3
        adds = index_of(subject, own.where(own.index != name, middle[name])) - before
        if adds >= 0.05 and not third:
            # Direct evidence comes before a proxy that would add up to a tenth more.
            found["gap"].append((-adds * (1.1 if leaf.evidence == "direct" else 1), name))
        elif adds <= -0.05 and third:
            found["strength"].append((adds, name))
    return {kind: [name for _, name in sorted(each)[:3]] for kind, each in found.items()}


def would_take(subject, code, year, gaps):
    lang, table = subject.lang, subject.card.normalised.xs(year, level="year")
    leaves = {leaf.id: leaf for leaf in subject.card.framework.indicators}
    if not gaps:
        told = {"en": f"{subject.short[code]} has no gap to name: no indicator is behind"}
        return told.get(lang, f"{subject.short[code]}{in_chinese(lang, '沒有可列的差距：')}")
    own = table.loc[code].where(~table.columns.isin(gaps), table.median())
    index = subject.card.scores["index"].xs(year, level="year")
    then = index_of(subject, own)
    rank = int((index.drop(code).round(9) > round(then, 9)).sum() + 1)
    kept = rank == int((index.round(9) > round(index[code], 9)).sum() + 1)
    names = listed(lang, within(lang, [subject.say.of(leaves[name].name) for name in gaps]))
    proxies = [subject.say.of(leaves[n].name) for n in gaps if leaves[n].evidence == "proxy"]
    adds = f"{round(then, 1) - round(index[code], 1):.1f}"
    if lang == "en":
        told = (
            f"If {names} stood at the national median and nothing else "
            f"changed, the index would rise by {adds} points to {then:.1f} and "
            f"{'still ' if kept else ''}rank {nth(rank)}."
        )
        named = listed(lang, within(lang, proxies)) if proxies else ""
        some = f" Measured by proxy, not directly: {named}."
        every = " All of these indicators are proxies, not direct measures."
        one = " The indicator is a proxy, not a direct measure."
        return told + which(gaps, proxies, some, every, one)
    told = f"若{'都' if len(gaps) > 1 else ''}到全國中位數，其他不變，指數上升 {adds} 分，達到 {then:.1f} 分，位次"
    told += f"仍為第 {rank} 位。" if kept else f"升至第 {rank} 位。"
    some = f"其中{listed(lang, proxies)}是代理指標，不是直接度量。"
    every, one = "這幾項都是代理指標，不是直接度量。", "這一項是代理指標，不是直接度量。"
    return names + in_chinese(lang, told + which(gaps, proxies, some, every, one))


def which(gaps, proxies, some, every, one):
    if not proxies:
        return ""
    return some if len(proxies) < len(gaps) else every if len(gaps) > 1 else one


def ahead(subject, code, year, gaps):
    """Peer and gap → since when, by going back from the year; and what the page says of the two."""
    card, found, say = subject.card, {}, subject.say
    factor = {leaf.id: leaf.factor for leaf in card.framework.indicators}
    for peer in peers_frame(subject, code, year).index[1:]:
        for name in gaps:
            scores, flags = (t[name].unstack("adcode") for t in (card.normalised, card.flags))
            if scores.at[year, peer] - scores.at[year, code] >= 5:
                both = [
                    at
                    for at in scores.index[scores.index <= year]
                    if flags.at[at, peer] == "" and flags.at[at, code] == ""
                ]
                since = ""
                for at in reversed(both):
                    if not scores.at[at, peer] > scores.at[at, code]:
                        break
                    since = str(at)
                theirs, own = (card.imputed.at[(each, year), name] for each in (peer, code))
                value, by = theirs * factor[name], (theirs - own) * factor[name]
                told = f"{say.significant(value)} ({'+' if by > 0 else ''}{say.significant(by)}"
                if since:
                    always = since == str(both[0])
                    told += f", since {since}{' or before' if always else ''}"
                    least = "至少 " if always else ""
                    other = f"，{least}{since} 年起"
                if subject.lang != "en":
                    told = told.split(", since")[0].replace(" (", "（") + (other if since else "")
                told += ")" if subject.lang == "en" else "）"
                found[peer, name] = since, in_chinese(subject.lang, told)
    return found


def each_goal(subject, code, year):
    """The title over the goals, and each goal's scores, direct share and proxies, as cells."""
    card, lang, say = subject.card, subject.lang, subject.say
    scores, register = card.scores.xs(year, level="year"), subject.provinces
    own, middle = scores.loc[code], scores.median()
    zone = scores[register["zone"] == register.at[code, "zone"]].median()
    peers = scores.loc[[*peers_frame(subject, code, year).index[1:]]].median()
    names = {goal.id: say.of(goal.name) for goal in card.framework.goals}
    lead = {goal: own[goal] - middle[goal] for goal in names}
    best, worst = max(lead, key=lead.get), min(lead, key=lead.get)
    if lang == "en":
        ends = [
            f"{name} ({own[goal]:.0f}, nation {middle[goal]:.0f})"
            for goal, name in zip(
                (best, worst), within(lang, [names[best], names[worst]]), strict=True
            )
        ]
        high = "Furthest above the national median" if lead[best] > 0 else ""
        low = "furthest below" if lead[worst] < 0 else "closest to it"
        title = f"{high or 'Closest to the national median'}: {ends[0]}; {low}: {ends[1]}"
    else:
        told = [f"（{own[goal]:.0f}，全國 {middle[goal]:.0f}）" for goal in (best, worst)]
        high = "最好" if lead[best] > 0 else "最接近"
        low = "最差" if lead[worst] < 0 else "最接近"
        start, end = in_chinese(lang, f"{high}{told[0]}，"), in_chinese(lang, f"{low}{told[1]}")
        start = in_chinese(lang, "與全國中位數相比，") + names[best] + start
        title = start + names[worst] + end
    rows, here = {}, card.normalised.loc[(code, year)]
    for goal in card.framework.goals:
        scored = [leaf for leaf in goal.leaves() if pd.notna(here.get(leaf.id))]
        proxies = [say.of(leaf.name) for leaf in scored if leaf.evidence != "direct"]
        cells = [f"{table[goal.id]:.0f}" for table in (own, zone, middle, peers)]
        cells += [
            f"{1 - len(proxies) / len(scored):.0%}",
            listed(lang, proxies) if proxies else "—",
        ]
        rows[names[goal.id]] = cells
    return title, rows


def alone_at_median(subject, code, year, name):
    """What one indicator at the nation's median would change the index by, and the rank then."""
    table = subject.card.normalised.xs(year, level="year")
    index = subject.card.scores["index"].xs(year, level="year")
    own = table.loc[code].where(table.columns != name, table[name].median())
    adds = index_of(subject, own) - index[code]
    rank = int((index.drop(code).round(9) > round(index[code] + adds, 9)).sum() + 1)
    shown = f"{adds:+.1f}".replace("-", MINUS)
    return f"{shown} (rank {rank})" if subject.lang == "en" else f"{shown}（第 {rank}）"


def not_known(subject, code, year):
    """What the index rests on and what it lacks, counted cell by cell, as shares of its weight."""
    card, shares = subject.card, dict.fromkeys(("", "structural", "filled", "missing"), 0.0)
    here, flags = card.normalised.loc[(code, year)], card.flags.loc[(code, year)]
    goals = card.framework.goals
    for goal in goals:
        leaves = [leaf.id for leaf in goal.leaves() if leaf.id in here]
        for name in leaves:
            kind = "missing" if pd.isna(here[name]) else flags[name]
            kind = kind if kind in shares else "filled"
            shares[kind] += 1 / len(goals) / len(leaves)
    return {
        kind: "<1%" if share < 0.005 else ">99%" if 0.995 <= share < 1 - 1e-9 else f"{share:.0%}"
        for kind, share in shares.items()
        if share > 1e-9
    }


def by_its_lens(subject, code, year):
    """Score, ranks, interval and lowest part as the page says them; from the lens's own scores."""
    region, say = subject.provinces.at[code, "region"], subject.say
    choice = lens_choice(region)
    if any((part.since or 0) >= year for part in choice.parts):
        return []
    found = lens_of(subject, region, year)
    score, parts = found.score.round(9), found.parts.loc[code]
    if pd.isna(score[code]):
        return [say.of(choice.name)]
    members = score[subject.provinces["region"] == region]
    inside, nation = (int((of > score[code]).sum() + 1) for of in (members, score))
    low, high = found.ranks.loc[code, ["region_low", "region_high"]].astype(int)
    interval = f"{low}" if low == high else f"{low}–{high}"
    lowest = min(choice.parts, key=lambda part: parts[part.id])
    part, percentile, area = say.of(lowest.name), f"{parts[lowest.id]:.0f}", subject.area(region)
    points, count = f"{found.score[code]:.1f}", int(score.notna().sum())
    scored = int(members.notna().sum())
    if subject.lang == "en":
        return [
            f"scores {points}: rank {inside} of the region’s {scored} provinces (method interval "
            f"{interval}), and rank {nation} of the {count} in the nation with figures for every "
            f"part. Its lowest part is “{part}” (percentile {percentile}): "
        ]
    told = (
        f"得 {points} 分，在{area} {scored} 個省份中居第 {inside} 位（方法區間 {interval}），在各部分"
        f"都有數據的全國 {count} 個省份中居第 {nation} 位；最低的一部分是「{part}」（百分位 {percentile}）："
    )
    return [in_chinese(subject.lang, told)]


def told_unknown(subject, shares, year):
    kinds = {
        "": f"figures published for {year}",
        "structural": "cross-sections",
        "filled": "carried or interpolated figures",
    }
    if subject.lang != "en":
        kinds = {"": f"{year} 年當年公布的數據", "structural": "截面", "filled": "沿用或插值的數據"}
    form = "{} ({})" if subject.lang == "en" else "{}（{}）"
    rests = [form.format(kinds[kind], share) for kind, share in shares.items() if kind in kinds]
    rests, missing = listed(subject.lang, rests), shares.get("missing")
    if subject.lang == "en":
        more = f" A further {missing} of its weight has no figure." if missing else ""
        return f"By weight, the index rests on {rests}.{more}"
    more = f"另有 {missing} 的權重沒有數據。" if missing else ""
    return in_chinese(subject.lang, f"指數的依據，按權重計：{rests}。{more}")


def partner(subject, code, year):
    pairs, lang = pairs_of(subject, year), subject.lang
    if code not in pairs.table.index:
        return ""
    shares = pairs.shares.loc[code].sort_values(ascending=False, kind="stable")
    firm = round(shares.iloc[0], 2) >= 0.6
    given = pairs.table.at[code, "giver"]
    two = {given: shares[given]} | {g: shares[g] for g in shares.drop(given).index[:1]}
    two = {g: s for g, s in sorted(two.items(), key=lambda each: -each[1]) if s >= 0.005}
    names = [
        f"{subject.short[g]} ({s:.0%} of draws)"
        if lang == "en"
        else in_chinese(lang, f"{subject.short[g]}（{s:.0%} 的模擬）")
        for g, s in two.items()
    ][: 1 if firm else 2]
    if lang == "en":
        least = (
            "at least 60% propose it" if firm else "none is firm, that is, proposed in at least 60%"
        )
        told = (
            f"is {names[0]}; it is firm, since"
            if firm
            else f"are {listed(lang, names)} among others;"
        )
        return f"{told} {least}. This is not an official arrangement."
    told = in_chinese(lang, f"可供比較的夥伴{'是' if firm else '有'}") + listed(lang, names)
    end = "，達到 60%，算穩定；" if firm else "等，沒有一個達到 60%，都不算穩定；"
    return told + in_chinese(lang, f"{end}這不是官方安排。")


def check(subject, code, year, plain):
    """All sentences of one first page."""
    lead = plain(summary.headline(subject, code, year).data)[0]
    assert lead.endswith(
        " ".join((stands(subject, code, year) + moved(subject, code, year)).split())
    )
    picked = chosen(subject, code, year)
    frame = subject.answers(code, year)
    for kind, names in picked.items():
        assert frame.index[frame["kind"] == kind].tolist() == names
    title, each = each_goal(subject, code, year)
    lines = plain(summary.goals(subject, code, year).data)
    assert lines[0] == title
    for name, cells in each.items():
        assert lines[lines.index(name) + 1].split("\t")[1:] == cells
    lines = plain(summary.gaps(subject, code, year).data)
    adds = [cell for line in lines for cell in line.split("\t") if RANKED.fullmatch(cell)]
    names = [name for kind in picked.values() for name in kind]
    assert adds == [alone_at_median(subject, code, year, name) for name in names]
    expected = would_take(subject, code, year, picked["gap"])
    assert lines[0] == expected if picked["gap"] else lines[0].startswith(expected)
    none = (
        "has no strength to name"
        if subject.lang == "en"
        else in_chinese(subject.lang, "沒有可列的強項")
    )
    assert (none in lines[-1]) == (bool(picked["gap"]) and not picked["strength"])
    rows = answers.ahead(subject, code, year)
    known, told = (
        ahead(subject, code, year, picked["gap"]),
        plain(summary.learn(subject, code, year).data),
    )
    assert {*rows.index} <= {*known}
    assert rows.index.unique("adcode").size == min(3, len({peer for peer, _ in known}))
    for peer, _ in rows.index:
        (line,) = [line for line in told if line.split("\t")[0] == subject.short[peer]]
        cells = [known.get((peer, gap), ("", "—"))[1] for gap in picked["gap"]]
        assert line.split("\t")[3:] == cells
    assert partner(subject, code, year) in told[-1]
    *seen, unknown, cited = plain(summary.known(subject, code, year).data)
    for part in (subject.names[code], str(year), __version__, subject.facts.sha256[:12]):
        assert part in cited
    assert all(part in seen[0] for part in by_its_lens(subject, code, year))
    told = told_unknown(subject, not_known(subject, code, year), year)
    assert unknown.startswith(told)
    lacks = "has no figure" if subject.lang == "en" else in_chinese(subject.lang, "的權重沒有數據")
    assert unknown.count(lacks) == told.count(lacks)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_first_page_says_is_so(opened, plain, lang):
    for code in FEW:
        check(opened(lang), code, YEAR, plain)
    check(opened(lang), FEW[0], 2019, plain)


@pytest.mark.prove
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_every_first_page_says_is_so(opened, plain, lang):
    subject = opened(lang)
    for year in subject.card.framework.years:
        for code in subject.provinces.index:
            check(subject, code, year, plain)


def test_members_without_a_score_are_not_counted_beside_ranks(opened, plain):
    subject = opened("en")
    frame = subject.lens("中西部", 2021)
    code = frame.index[frame["region"] == subject.area("中西部")][0]
    assert "17 provinces" in by_its_lens(subject, code, 2021)[0]  # of 18
    assert by_its_lens(subject, code, 2021)[0] in plain(summary.known(subject, code, 2021).data)[0]
    (lead, *_) = plain(lens.province_lens(subject, code, 2021).data)
    assert "the region’s 17 provinces" in lead and "of the nation’s 30 " in lead


def test_a_partner_that_hardly_any_draw_proposes_is_not_named(opened, plain, monkeypatch):
    subject = opened("en")
    rare = subject.partners(YEAR).assign(stability=0.004, runner_up_share=0.0)
    monkeypatch.setattr(Study, "partners", lambda self, year: rare)
    told = plain(summary.learn(subject, FEW[0], YEAR).data)
    assert not any("official arrangement" in line for line in told)


def praised(say, change, nation):
    told = {"own": f"{change:.1f}", "nation": f"{nation:.1f}"}
    return say("answers.rose_more", gap=f"{abs(change - nation):.1f}", **told)


def swapped(function, one, other):
    """A function whose frame has two of its columns changed for each other."""

    def broken(*args, **kwargs):
        found = function(*args, **kwargs)
        turned = [{one: other, other: one}.get(each, each) for each in found.axes[-1]]
        return found.set_axis(turned, axis=found.ndim - 1)

    return broken


def changed(function, column, to):
    def broken(*args, **kwargs):
        frame = function(*args, **kwargs)
        return frame.assign(**{column: to(frame[column])})

    return broken


def ends_swapped(say, key, /, **values):
    if key.startswith("province.goals_"):
        turned = {"best": "worst", "worst": "best"}
        values = {re.sub("best|worst", lambda m: turned[m[0]], k): v for k, v in values.items()}
    return SAID(say, key, **values)


SAID = Words.__call__
BROKEN = {
    "cross-sections and carried figures are swapped": (
        answers,
        "unknown",
        swapped(answers.unknown, "structural", "filled"),
    ),
    "a peer's lead is doubled": (
        answers,
        "ahead",
        changed(answers.ahead, "lead", lambda lead: 2 * lead),
    ),
    "what is direct is told of proxies": (
        answers,
        "grounds",
        changed(answers.grounds, "direct", lambda share: 1 - share),
    ),
    "each gap alone lifts to the top": (
        Study,
        "answers",
        changed(Study.answers, "lifted_rank", lambda rank: 1.0),
    ),
    "the best goal is called the worst": (Words, "__call__", ends_swapped),
    "a lens's rank in the nation is told of the region": (
        Study,
        "lens",
        swapped(Study.lens, "inside", "nation"),
    ),
    "a lens's interval is that of the nation": (
        summary,
        "place",
        lambda say, row, inside: place(say, row, inside=False),
    ),
    "a lag is praised": (summary, "against", praised),
    "a rank is too good": (
        answers,
        "_ranks_with",
        lambda study, code, year, adds: [1.0 for _ in adds],
    ),
    "gaps are left out": (answers, "LEAST", 1.0),
    "a partner is named alone": (summary, "firm", lambda share: True),
    "a peer ahead by a hair": (answers, "AHEAD", 0.0),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_sentence_that_is_false_is_seen(opened, plain, monkeypatch, broken):
    where, name, instead = BROKEN[broken]
    monkeypatch.setattr(where, name, instead)
    answers.answers.cache_clear()
    try:
        with pytest.raises(AssertionError):
            for code in (*FEW, "140000", "610000"):
                check(opened("en"), code, YEAR, plain)
    finally:
        answers.answers.cache_clear()
