"""The indicators of one province: strengths and weaknesses, every figure, every source."""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.maps.palette import REGION
from quyu.maps.picture import picture
from quyu.reports import standing
from quyu.reports.evidence import EVIDENCE, evidence
from quyu.reports.figure import figure
from quyu.reports.nation import source
from quyu.reports.study import Study
from quyu.reports.tables import place, significant, table


def strengths(subject: Study, adcode: str, year: int, *, count: int = 5) -> HTML:
    """The indicators on which the province stands best and worst in the nation."""
    frame = evidence(subject, adcode, year).dropna(subset=["rank"])
    # What half of the nation shares, such as a grade of B, is neither a strength nor a weakness.
    apart = frame[frame["value"] != frame["median"]]
    share = (apart["rank"] - 1) / (apart["of"] - 1).clip(lower=1)
    ordered = apart.assign(share=share).sort_values(["share", "id"])
    best = ordered[ordered["share"] < 0.5].head(count)
    worst = ordered[ordered["share"] > 0.5].tail(count)[::-1]
    told = (
        ("強項：位次最前的指標", best, "沒有居全國前半的指標。"),
        ("弱項：位次最後的指標", worst, "沒有居全國後半的指標。"),
    )
    parts = [
        _standing(part, title).data if len(part) else f"<h3>{title}</h3><p>{none}</p>"
        for title, part, none in told
    ]
    return HTML("".join(parts))


def positions_chart(subject: Study, adcode: str, year: int) -> HTML:
    """Every scored indicator's place in the nation, goal by goal."""
    frame = evidence(subject, adcode, year).dropna(subset=["of"]).set_index("name")
    names = subject.provinces.loc[adcode]
    ranked = frame.dropna(subset=["rank"])
    first = int((ranked["rank"] <= ranked["of"] / 2).sum())
    alt = (
        f"{names['short_zh_hant']} {len(ranked)} 項指標的全國位次，{first} 項在前半。"
        + "；".join(f"{name} 第 {row['rank']:.0f}" for name, row in ranked.iterrows())
    )
    shown = picture(standing.positions(frame, colour=REGION[names["zone"]]), alt)
    finding = f"{len(ranked)} 項有數的指標中，{first} 項居全國前半"
    return figure(shown, finding=finding, source=source(subject))


def indicators_table(subject: Study, adcode: str, year: int) -> HTML:
    """Every indicator with value, unit, year, standing, kind of evidence and the numbers of its sources."""
    frame = evidence(subject, adcode, year)
    numbers = {key: place for place, key in enumerate(_source_keys(frame), start=1)}
    kinds = [EVIDENCE["direct" if direct else "proxy"] for direct in frame["direct"]]
    low = {"+": "", "-": "（低為優）"}
    shown = pd.DataFrame(
        {
            "指標": frame["name"] + frame["direction"].map(low),
            "位次": _places(frame),
            "數值": [significant(v) for v in frame["value"]],
            "單位": frame["unit"],
            "全國中位": [significant(v) if pd.notna(v) else "" for v in frame["median"]],
            "數據年份": frame["years"],
            "證據": [
                "，".join(filter(None, pair)) for pair in zip(kinds, frame["flag"], strict=True)
            ],
            "等級": frame["grade"],
            "來源": [
                ", ".join(str(numbers[k]) for k in keys) if isinstance(keys, list) else ""
                for keys in frame["sources"]
            ],
            "目標": frame["goal"],
        }
    )
    return table(
        shown,
        title=f"全部指標，{year} 年",
        group="目標",
        numbers=["數值", "全國中位", "位次"],
        kind="long",
        note="直接：度量該目標本身；代理：與之相關、可得的替代。截面：只有一個時點的數，各年同值，對變化的貢獻為零。"
        "未公布：沒有按省公布的官方數，不計分，也從不估算。等級是所用各數中最弱的一級："
        "A 各省之和等於全國數或獨立副本相符，B 一份副本與總數或恆等式相符，C 僅屬合理。來源編號見文末。",
    )


def profile_table(subject: Study, adcode: str, year: int) -> HTML:
    """The figures shown but not scored, each with the reason."""
    card = subject.card
    # A list or a series that ends early is shown at its last published year, and says so.
    latest = card.profile.loc[card.profile.index.get_level_values("year") <= year]
    rows = []
    for entry in card.framework.profile:
        seen = latest[entry.id].dropna()
        own = seen[seen.index.get_level_values("adcode") == adcode]
        at = own.index.get_level_values("year").max() if len(own) else None
        peers = seen.xs(at, level="year") if at else seen
        rows.append(
            {
                "指標": entry.name.zh_hant,
                "數值": significant(own.iloc[-1] * entry.factor if at else None),
                "單位": entry.unit.zh_hant,
                "數據年份": at or "",
                "全國中位": significant(peers.median() * entry.factor) if at else "",
                "為何不計分": entry.reason.zh_hant,
            }
        )
    return table(
        pd.DataFrame(rows), title="只展示、不計分的數", numbers=["數值", "全國中位"], kind="long"
    )


def sources_list(subject: Study, adcode: str, year: int) -> HTML:
    """The publications behind the report's figures, numbered as in the table of indicators."""
    frame = evidence(subject, adcode, year)
    sources = subject.facts.sources.loc[_source_keys(frame)]
    items = "".join(f"<li>{escape(_citation(row))}</li>" for row in sources.to_dict("records"))
    shared: dict[str, list[str]] = {}
    for name, told in zip(frame["name"], frame["caveats"], strict=True):
        for caveat in dict.fromkeys(told):
            shared.setdefault(caveat, []).append(name)
    warned = [
        f"<li>{escape('、'.join(names))}：{escape(told)}</li>" for told, names in shared.items()
    ]
    caveats = f"<h3>注意事項</h3><ul class='plain note'>{''.join(warned)}</ul>" if warned else ""
    return HTML(f"{caveats}<h3>數據來源</h3><ol class='plain note'>{items}</ol>")


def _places(frame: pd.DataFrame) -> list[str]:
    """Ranks with "=" for ties, and out of how many where some provinces have no figure."""
    most = frame["of"].max()
    return [
        ""
        if pd.isna(row["of"])
        else place(row["rank"])
        + ("=" if row["tied"] is True else "")
        + (f"／{row['of']:.0f}" if row["of"] < most and pd.notna(row["rank"]) else "")
        for _, row in frame.iterrows()
    ]


def _citation(source: dict) -> str:
    edition = str(source["edition"])
    told = f"{edition} 年版" if edition.isdigit() else ""
    parts = [f"{source['publisher']}《{source['publication']}》{told}", source["table"]]
    return "，".join(str(part) for part in parts if pd.notna(part) and str(part).strip())


def _source_keys(frame: pd.DataFrame) -> list[str]:
    return list(
        dict.fromkeys(key for keys in frame["sources"] if isinstance(keys, list) for key in keys)
    )


def _standing(frame: pd.DataFrame, title: str) -> HTML:
    shown = pd.DataFrame(
        {
            "指標": frame["name"],
            "位次": _places(frame),
            "數值": [significant(v) for v in frame["value"]],
            "全國中位": [significant(v) for v in frame["median"]],
            "單位": frame["unit"],
        }
    )
    return table(shown, title=title, numbers=["位次", "數值", "全國中位"])
