"""The scores as one table: for the file, for the terminal, for the pages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quyu.batch.files import alone, publish
from quyu.study import Study, open_study
from quyu.study.certainty import certainty, interval, tier
from quyu.study.study import rebase as store_goalposts
from quyu.words import unmarked

WIDEST = 24  # columns of a terminal for a name, so that it leaves the figures their room
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
    """Write scores.csv into `folder` and return its SHA-256."""
    return publish(folder / "scores.csv", scores_text(subject).encode())


def scores_text(subject: Study) -> str:
    """The table as a CSV file's text; the mark at its start is for Excel."""
    table = scores_table(subject)
    names = [column for column in table if column.startswith("name_")]
    guarded = table.assign(**{column: table[column].map(_guarded) for column in names})
    text = guarded.to_csv(index=False, lineterminator="\r\n", float_format="%.10g")
    return "\ufeff" + text


def _guarded(name: str) -> str:
    r"""A name that a spreadsheet would take for a formula, with the apostrophe that says it is text.

    Marks of direction go, for they would turn the line's other fields wherever the file is read as text.

    >>> _guarded("\u202e=1+1"), _guarded("廣東省")
    ("'=1+1", '廣東省')
    """
    name = unmarked(name)
    return f"'{name}" if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name


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
    """Score, show one year's order and the goals' shares of the variance, and write scores.csv.

    Refused before anything is shown while a batch writes into the same folder.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    if rebase:
        console.print(f"Goalposts stored anew in {store_goalposts(data or '', framework or '')}.")
    subject = open_study(data or "", framework or "")
    choices = subject.card.framework
    year = year or choices.report_year
    subject.at(year)
    folder = out / run_name(run, year)
    with alone(folder, say=console.print):
        write_scores(subject, folder)
    frame = scores_table(subject).query("year == @year").sort_values(["rank", "adcode"])
    say = subject.say
    shown = Table(
        title=unmarked(say("scores.title", name=say.of(choices.name), year=year)),
        box=None,
        header_style="bold",
    )
    for column in ("rank", "interval", "province", "tier", "index", "coverage", "direct"):
        left = column in ("province", "tier")
        head = say(f"scores.head.{column}")
        wide = WIDEST if column == "province" else None
        shown.add_column(head, justify="left" if left else "right", no_wrap=left, max_width=wide)
    sure = certainty(subject, year)
    for row in frame.to_dict("records"):
        shown.add_row(
            _rank(row["rank"]),
            interval(sure.loc[row["adcode"]], say),
            unmarked(subject.short[row["adcode"]]),
            tier(sure.loc[row["adcode"]], say),
            _points(row["index"]),
            f"{row['coverage']:.0%}",
            _rank(row["direct_rank"]),
        )
    console.print(shown)
    shares = subject.card.variance_shares(year)
    told = [
        say("scores.share", goal=say.of(goal.name), value=shares[goal.id]) for goal in choices.goals
    ]
    console.print(unmarked(say("scores.shares", told=say("figure.and").join(told))))
    for line in notes(subject, year):
        console.print(unmarked(line))
    console.print(f"{folder / 'scores.csv'}: {len(scores_table(subject))} rows.")
    return 0


def notes(subject: Study, year: int) -> list[str]:
    """What a reader of the scores must be told: indicators left out, cells capped, goalposts not stored."""
    card, say, lines = subject.card, subject.say, []
    apart = say("figure.clauses")
    if not subject.stored:
        lines.append(say("scores.unstored"))
    if len(card.dropped):
        told = apart.join(_left_out(subject, name) for name in card.dropped.index)
        lines.append(say("scores.dropped", told=told))
    capped = card.capped[card.capped["year"] == year]
    if len(capped):
        names = {leaf.id: say.of(leaf.name) for leaf in card.framework.indicators}
        told = [
            say(
                "scores.cap",
                name=subject.short[row.adcode],
                year=year,
                indicator=names[row.indicator],
                value=row.value,
                low=row.low,
                high=row.high,
            )
            for row in capped.itertuples()
        ]
        lines.append(say("scores.capped", told=apart.join(told)))
    return lines


def _left_out(subject: Study, name: str) -> str:
    """An indicator that was dropped, with the share of its cells that is published."""
    card, say = subject.card, subject.say
    leaf = next(leaf for leaf in card.framework.indicators if leaf.id == name)
    share = (card.imputed if leaf.structural else card.raw)[name].notna().mean()
    least = card.framework.missing.indicator_coverage
    key = "scores.left_out_stored" if share >= least else "scores.left_out"
    return say(key, indicator=say.of(leaf.name), share=share, least=least)


def _points(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.1f}"


def _rank(value: object) -> str:
    return "—" if pd.isna(value) else str(value)
