"""The parts of one province's report: sentences, pictures and tables that its notebook sets in order."""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.index.change import change
from quyu.maps.palette import REGION
from quyu.maps.picture import Picture, picture
from quyu.reports import standing
from quyu.reports.certainty import alike, certainty, interval
from quyu.reports.figure import figure
from quyu.reports.nation import index_map, source
from quyu.reports.study import Study
from quyu.reports.tables import number, place, table


def headline(subject: Study, adcode: str, year: int) -> HTML:
    """What a reader with ten seconds needs: score, three ranks, change, coverage."""
    card, names = subject.card, subject.provinces.loc[adcode]
    first = card.framework.years[0]
    score, rank = (
        card.scores.loc[(adcode, year), "index"],
        _rank(subject, year, subject.provinces.index, adcode),
    )
    zone, region = _group(subject, "zone", adcode), _group(subject, "region", adcode)
    direct = subject.direct.ranks.loc[(adcode, year), "index"]
    change = score - card.scores.loc[(adcode, first), "index"]
    was = _rank(subject, first, subject.provinces.index, adcode)
    name = escape(names["short_zh_hant"])
    moved = (
        f"{first} 年為第 {was} 位，其間指數{'升' if change >= 0 else '降'} {abs(change):.1f} 點。"
        if year != first
        else ""
    )
    sure, same = certainty(subject, year).loc[adcode], alike(subject, year, adcode)
    told = f"與{'、'.join(same)}分不出先後（先後的把握不到 95 %）。" if same else ""
    other = "" if sure["likely"] == sure["tier"] else f"，多數抽樣在{escape(str(sure['likely']))}"
    lead = (
        f"<p class='lead'>{name} {year} 年的質量發展指數是 {score:.1f}（量程 1–100），在全國 31 個省（區、市）中"
        f"居第 {rank} 位（90 % 區間 {interval(sure)}），"
        f"在{names['zone']} {len(zone)} 個省份中居第 {_rank(subject, year, zone, adcode)} 位。"
        f"{moved}{escape(told)}</p>"
    )
    all_, of_zone, of_region = (f"／{len(group)}" for group in (subject.provinces, zone, region))
    regional = (f"{names['region']}位次", _rank(subject, year, region, adcode), of_region)
    cells = [
        ("質量發展指數", f"{score:.1f}", "1–100"),
        ("全國位次", f"{rank}", f"{all_}，區間 {interval(sure)}"),
        ("質量分級", escape(str(sure["tier"])), f"把握 {sure['probability']:.0%}{other}"),
        (f"{names['zone']}位次", _rank(subject, year, zone, adcode), of_zone),
        *([regional] if names["region"] != names["zone"] else []),
        ("直接證據位次", place(direct), all_),
        ("覆蓋率", f"{card.coverage.loc[(adcode, year), 'index']:.0%}", "權重有當期公布數"),
    ]
    grid = "".join(f"<div><dt>{k}</dt><dd>{v} <small>{n}</small></dd></div>" for k, v, n in cells)
    return HTML(lead + f"<dl class='facts'>{grid}</dl>")


def locator(subject: Study, adcode: str, year: int) -> Picture:
    """The national map of the index with the province outlined."""
    names = subject.provinces.loc[adcode]
    rank = _rank(subject, year, subject.provinces.index, adcode)
    title = f"{names['short_zh_hant']}的質量發展指數居全國第 {rank} 位"
    return index_map(subject, year, title=title, highlight=[adcode])


def goals_chart(subject: Study, adcode: str, year: int) -> HTML:
    """The six goals against the zone's and the nation's median."""
    frame = _goals(subject, adcode, year)
    names = subject.provinces.loc[adcode]
    drawn = standing.dots(
        frame[["unit", "group", "nation", "low", "high"]],
        name=names["short_zh_hant"],
        group=names["zone"],
        colour=REGION[names["zone"]],
    )
    told = "；".join(
        f"{goal} {number(row.unit, decimals=0)}（全國中位 {row.nation:.0f}）"
        for goal, row in frame.iterrows()
    )
    lead = frame["unit"] - frame["nation"]
    best, worst = frame.loc[lead.idxmax()], frame.loc[lead.idxmin()]
    finding = (
        f"與全國中位相比，{best.name}最{'好' if lead.max() > 0 else '近'}"
        f"（{best['unit']:.0f}，全國 {best['nation']:.0f}），"
        f"{worst.name}最{'差' if lead.min() < 0 else '近'}"
        f"（{worst['unit']:.0f}，全國 {worst['nation']:.0f}）"
    )
    shown = picture(drawn, f"{names['short_zh_hant']} {year} 年各目標的分數：{told}")
    return figure(shown, finding=finding, source=source(subject))


def goals_table(subject: Study, adcode: str, year: int) -> HTML:
    """The same in figures, with ranks and coverage."""
    frame, names = _goals(subject, adcode, year), subject.provinces.loc[adcode]
    shown = pd.DataFrame(
        {
            "目標": frame.index,
            "分數": [number(v) for v in frame["unit"]],
            "全國位次": [place(v) for v in frame["rank"]],
            f"{names['zone']}中位": [number(v) for v in frame["group"]],
            "全國中位": [number(v) for v in frame["nation"]],
            "覆蓋率": [f"{v:.0%}" for v in frame["coverage"]],
        }
    )
    notes = [
        f"{goal.name.zh_hant}：{goal.note.zh_hant}"
        for goal in subject.card.framework.goals
        if goal.note
    ]
    return table(
        shown,
        title=f"各目標，{year} 年（分，1–100）",
        numbers=list(shown.columns[1:]),
        note="覆蓋率：該目標的權重中，有當期公布數的部分。截面指標計為已公布；沿用、內插與缺測不計。"
        + "".join(notes),
    )


def trend_chart(subject: Study, adcode: str) -> HTML:
    """The index over the panel: the province, its zone's members, the rest."""
    names = subject.provinces.loc[adcode]
    index = subject.card.scores["index"].unstack("adcode")
    drawn = standing.trend(
        index,
        focus=[adcode],
        tinted=_group(subject, "zone", adcode),
        colour=REGION[names["zone"]],
        names=subject.provinces["short_zh_hant"],
    )
    told = "，".join(f"{year} 年 {value:.1f}" for year, value in index[adcode].items())
    own, nation = index[adcode], index.median(axis=1)
    finding = (
        f"{names['short_zh_hant']}的指數由 {own.iloc[0]:.1f} 到 {own.iloc[-1]:.1f}，"
        f"全國中位由 {nation.iloc[0]:.1f} 到 {nation.iloc[-1]:.1f}"
    )
    shown = picture(
        drawn,
        f"{names['short_zh_hant']}的質量發展指數：{told}。細線為其他省份，著色者同屬{names['zone']}。",
    )
    return figure(shown, finding=finding, source=source(subject))


def change_table(subject: Study, adcode: str) -> HTML:
    """What the goals gained or lost over the panel, with ranks; what was carried is said below."""
    card = subject.card
    first, last = card.framework.years[0], card.framework.years[-1]
    rows = [
        ("index", "質量發展指數"),
        *((goal.id, goal.name.zh_hant) for goal in card.framework.goals),
    ]
    shown = pd.DataFrame(
        [
            {
                "": label,
                f"{first} 年": number(card.scores.loc[(adcode, first), node]),
                f"{last} 年": number(card.scores.loc[(adcode, last), node]),
                "變化": number(
                    card.scores.loc[(adcode, last), node] - card.scores.loc[(adcode, first), node],
                    sign=True,
                ),
                "位次變化": " → ".join(
                    place(card.ranks.loc[(adcode, at), node]) for at in (first, last)
                ),
            }
            for node, label in rows
        ]
    )
    return table(
        shown,
        title=f"{first}–{last} 年的變化（分）",
        numbers=list(shown.columns[1:]),
        focus=["質量發展指數"],
        note=_carried_note(subject, adcode, first),
    )


def drivers_table(subject: Study, adcode: str, *, count: int = 5) -> HTML:
    """The indicators that moved the index most between the panel's ends, exactly and in points.

    Indicators carried in one of the two years are left out: their part is no news of that year.
    """
    card = subject.card
    first, last = card.framework.years[0], card.framework.years[-1]
    found = change(card, first, last)
    if adcode in found.refused.index:
        return HTML("<p>其間有指標的有無變動，變化不能精確分到指標。</p>")
    carried = found.flags.loc[adcode].str.contains("carried|interpolated")
    parts = found.contributions.loc[adcode]
    told = parts[~carried & (parts.abs() > 0.005)].sort_values()
    chosen = pd.concat([told[told > 0].tail(count)[::-1], told[told < 0].head(count)])
    names = {leaf.id: leaf.name.zh_hant for leaf in card.framework.indicators}
    shown = pd.DataFrame(
        {
            "指標": [names[leaf] for leaf in chosen.index],
            "貢獻": [number(part, decimals=2, sign=True) for part in chosen],
        }
    )
    rest = found.total[adcode] - chosen.sum()
    return table(
        shown,
        title=f"{first}–{last} 年推動指數的主要指標（分）",
        numbers=["貢獻"],
        note=f"各指標的貢獻之和恰等於指數變化 {number(found.total[adcode], decimals=2, sign=True)} 分；"
        f"未列者合計 {number(rest, decimals=2, sign=True)} 分。按對數平均（LMDI）精確分解。",
    )


def _goals(subject: Study, adcode: str, year: int) -> pd.DataFrame:
    card, scores = subject.card, subject.at(year)
    zone = scores.loc[_group(subject, "zone", adcode)]
    return pd.DataFrame(
        {
            goal.name.zh_hant: {
                "unit": scores.loc[adcode, goal.id],
                "group": zone[goal.id].median(),
                "nation": scores[goal.id].median(),
                "low": scores[goal.id].min(),
                "high": scores[goal.id].max(),
                "rank": card.ranks.loc[(adcode, year), goal.id],
                "coverage": card.coverage.loc[(adcode, year), goal.id],
            }
            for goal in card.framework.goals
        }
    ).T


def _carried_note(subject: Study, adcode: str, year: int) -> str:
    flags = subject.card.flags.loc[(adcode, year)]
    named = {leaf.id: leaf.name.zh_hant for leaf in subject.card.framework.indicators}
    carried = "、".join(named[leaf] for leaf in flags.index[flags == "carried"])
    still = sum(flags == "structural")
    return (f"{carried}的 {year} 年數沿用次年，所以對變化的貢獻偏小。" if carried else "") + (
        f"{still} 項截面指標各年同值，不貢獻變化。" if still else ""
    )


def _group(subject: Study, column: str, adcode: str) -> list[str]:
    register = subject.provinces
    return list(register.index[register[column] == register.loc[adcode, column]])


def _rank(subject: Study, year: int, members, adcode: str) -> str:
    ranks = subject.at(year).loc[list(members), "index"].rank(ascending=False, method="min")
    return place(ranks[adcode])
