"""The scores as one table: for the file, for the terminal, for the pages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quyu.reports.certainty import certainty, interval, tier
from quyu.reports.publish import publish
from quyu.reports.study import Study, open_study
from quyu.reports.study import rebase as store_goalposts

NAMES = ["name_zh_hant", "name_zh_hans", "name_en", "zone", "region"]


def scores_table(subject: Study) -> pd.DataFrame:
    """Every province and panel year in one row: names, place, index, rank, tier, goals, direct index.

    Scores are points on [1, 100], unrounded; ranks are 1 = best, ties share a rank; `rank_low` and
    `rank_high` hold 90 % of the draws, `tier_probability` is the share of them that give the tier,
    `tier_likely` the tier that most of them give;
    `coverage` is the share of the index's weight that rests on figures published for that cell.
    """
    card, direct = subject.card, subject.direct
    table = pd.DataFrame(
        {
            "index": card.scores["index"],
            "rank": card.ranks["index"].astype("Int64"),
            **_sureness(subject),
            "coverage": card.coverage["index"],
            **{goal.id: card.scores[goal.id] for goal in card.framework.goals},
            "direct_index": direct.scores["index"],
            "direct_rank": direct.ranks["index"].astype("Int64"),
        }
    ).reset_index()
    table = table.merge(subject.facts.provinces[NAMES], left_on="adcode", right_index=True)
    return table[
        ["adcode", *NAMES, "year", *[c for c in table if c not in {"adcode", "year", *NAMES}]]
    ].sort_values(["year", "adcode"], ignore_index=True)


def _sureness(subject: Study) -> pd.DataFrame:
    years = sorted(subject.card.scores.index.unique("year"))
    found = pd.concat({year: certainty(subject, year) for year in years}, names=["year"])
    named = found.rename(
        columns={
            "low": "rank_low",
            "high": "rank_high",
            "probability": "tier_probability",
            "likely": "tier_likely",
        }
    )[["rank_low", "rank_high", "tier", "tier_probability", "tier_likely"]]
    whole = {"rank_low": "Int64", "rank_high": "Int64"}
    return named.astype(whole).swaplevel().reindex(subject.card.scores.index)


def write_scores(subject: Study, folder: Path) -> str:
    """Write scores.csv into `folder` and return its SHA-256; the mark at its start is for Excel."""
    text = scores_table(subject).to_csv(index=False, lineterminator="\r\n", float_format="%.10g")
    return publish(folder / "scores.csv", text.encode("utf-8-sig"))


def run_name(run: str, year: int) -> str:
    """The folder of a run under the output folder: its name, or the year.

    >>> run_name("", 2023), run_name("trial", 2023)
    ('2023', 'trial')
    """
    if run in (".", "..") or any(sign in run for sign in "/\\:"):
        raise ValueError(f"--run {run!r} is no folder's name; use --out for the folder above it.")
    return run or str(year)


def score_command(
    *,
    year: int | None,
    out: Path,
    run: str,
    data: Path | None,
    framework: Path | None,
    rebase: bool,
) -> int:
    """Score, show one year's order and the goals' shares of the variance, and write scores.csv."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if rebase:
        console.print(f"Goalposts stored anew in {store_goalposts(data or '', framework or '')}.")
    subject = open_study(data or "", framework or "")
    choices = subject.card.framework
    year = year or choices.report_year
    subject.at(year)
    folder = out / run_name(run, year)
    write_scores(subject, folder)
    frame = scores_table(subject).query("year == @year").sort_values(["rank", "adcode"])
    shown = Table(title=f"{choices.name.zh_hant} {year}", box=None, header_style="bold")
    for column in ("位次", "區間", "省份", "級（把握）", "指數", "覆蓋", "直接證據位次"):
        left = column in ("省份", "級（把握）")
        shown.add_column(column, justify="left" if left else "right", no_wrap=left)
    sure, short = certainty(subject, year), subject.provinces["short_zh_hant"]
    for row in frame.to_dict("records"):
        shown.add_row(
            _rank(row["rank"]),
            interval(sure.loc[row["adcode"]]),
            short[row["adcode"]],
            tier(sure.loc[row["adcode"]]),
            _points(row["index"]),
            f"{row['coverage']:.0%}",
            _rank(row["direct_rank"]),
        )
    console.print(shown)
    shares = subject.card.variance_shares(year)
    console.print(
        "各目標佔 ln(指數) 方差的份額："
        + "，".join(f"{goal.name.zh_hant} {shares[goal.id]:.2f}" for goal in choices.goals)
    )
    for line in notes(subject, year):
        console.print(line)
    console.print(f"{folder / 'scores.csv'}: {len(scores_table(subject))} rows.")
    return 0


def notes(subject: Study, year: int) -> list[str]:
    """What a reader of the scores must be told: indicators left out, cells capped, goalposts not stored."""
    card, lines = subject.card, []
    if not subject.stored:
        lines.append("端點未存：取自本次數據。以 quyu score --rebase 存定，日後各年方可比。")
    if len(card.dropped):
        lines.append(
            "未計入：" + "；".join(_left_out(subject, name) for name in card.dropped.index)
        )
    capped = card.capped[card.capped["year"] == year]
    if len(capped):
        factor = {leaf.id: leaf for leaf in card.framework.indicators}
        told = [
            f"{subject.provinces.loc[row.adcode, 'short_zh_hant']} {year} 年{factor[row.indicator].name.zh_hant}"
            f"（變換後 {row.value:.4g}，端點 {row.low:.4g} 至 {row.high:.4g}）"
            for row in capped.itertuples()
        ]
        lines.append("超出已存端點、按端點計的數：" + "；".join(told))
    return lines


def _left_out(subject: Study, name: str) -> str:
    """An indicator that was dropped, with the share of its cells that is published."""
    card = subject.card
    leaf = next(leaf for leaf in card.framework.indicators if leaf.id == name)
    cells = (card.imputed if leaf.structural else card.raw)[name].notna()
    least = card.framework.missing.indicator_coverage
    told = f"面板中有 {cells.mean():.0%} 的格有公布數，計分須達 {least:.0%}"
    if cells.mean() >= least:
        told += "；存定端點時未達，quyu score --rebase 後計入"
    return f"{leaf.name.zh_hant}（{told}）"


def _points(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.1f}"


def _rank(value: object) -> str:
    return "—" if pd.isna(value) else str(value)
