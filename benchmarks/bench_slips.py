"""How many slips of digit and unit are named: `python benchmarks/bench_slips.py`, some minutes.

Into every series that is scored, in every province and year of 2019 to 2023, one slip at a time is put:
ten times, a tenth, a ten-thousandth. It is looked for as in data that nobody knows: by its own years, its
zone, the ends of the series and the codebook's bounds, never by the figure itself. Beside it, what is
named among the embedded figures before doubtful.csv is applied. Prints, asserts nothing.
"""

import pandas as pd

from quyu.facts import load
from quyu.facts.screen import KEYS, doubts
from quyu.index import read_framework
from quyu.index.formula import names_in
from quyu.study.opening import framework_file

SLIPS = {"× 10": 10.0, "÷ 10": 0.1, "÷ 10,000": 1e-4}
YEARS = range(2019, 2024)


def hurt(
    series: pd.DataFrame, low: float, high: float
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """One series with one slip at a time: the slips, a copy of the series for each, the series' ends."""
    cells = series.index[series["year"].isin(YEARS) & (series["value"] > 0)]
    slips = pd.DataFrame(
        [
            (at, slip, series.at[at, "value"] * times)
            for at in cells
            for slip, times in SLIPS.items()
        ],
        columns=["at", "slip", "value"],
    )
    slips["refused"] = ~slips["value"].between(low, high)
    copies = {
        str(n): series.assign(value=series["value"].where(series.index != row.at, row.value))
        for n, row in zip(slips.index, slips.itertuples(), strict=True)
        if not row.refused
    }
    values = series.loc[series["value"] > 0, "value"]
    ends = series.head(2).assign(value=[values.min(), values.max()], year=0)
    known = pd.concat([ends.assign(indicator=name) for name in copies] or [ends])
    every = pd.concat(
        [copy.assign(indicator=name) for name, copy in copies.items()] or [series[:0]]
    )
    return slips, every.reset_index(drop=True), known


if __name__ == "__main__":
    facts, choices = load(), read_framework(framework_file(""))
    zones, book = facts.provinces["zone"], facts.codebook
    figures = facts.figures[facts.figures["adcode"].map(zones).fillna("") != ""]
    scored = set().union(*(names_in(choices.expanded(leaf)) for leaf in choices.indicators))
    scored = sorted(scored & {*figures["indicator"]})
    nobody = figures.assign(
        year=figures["year"] + 1000
    )  # ends of the series, no figure to compare with
    nothing = figures[:0]
    alarms = doubts(figures, figures, zones, nobody, nothing)
    judged = facts.doubtful.set_index(KEYS)["judgement"]
    ours = alarms[alarms["indicator"].isin(scored)]
    told = judged.reindex(pd.MultiIndex.from_frame(ours[KEYS])).fillna("not judged").value_counts()
    print(
        f"alarms on {len(figures):,} embedded figures: {len(alarms)}, in the {len(scored)} series"
    )
    print(f"scored {len(ours)}: {', '.join(f'{n} {name}' for name, n in told.items())}")
    rows = []
    for name in scored:
        series = figures[figures["indicator"] == name].reset_index(drop=True)
        slips, every, known = hurt(series, *book.loc[name, ["min", "max"]])
        found = doubts(every, every, zones, known, nothing)
        keys = {*found[["indicator", "adcode", "year"]].itertuples(index=False, name=None)}
        jumps = alarms[alarms["indicator"] == name]
        jumping = {*jumps[["adcode", "year"]].itertuples(index=False, name=None)}
        for n, row in zip(slips.index, slips.itertuples(), strict=True):
            code, year = series.loc[row.at, ["adcode", "year"]]
            near = (year, year + 1)  # a slip in the first year shows in the next
            seen = row.refused or any((str(n), code, each) in keys for each in near)
            rows.append((row.slip, name, all((code, each) not in jumping for each in near), seen))
    table = pd.DataFrame(rows, columns=["slip", "series", "steady", "named"])
    for slip, all_of in table.groupby("slip", sort=False):
        steady = all_of[all_of["steady"]]
        least = steady.groupby("series")["named"].mean().nsmallest(3)
        worst = ", ".join(f"{name} {share:.0%}" for name, share in least.items())
        print(
            f"{slip:9} {len(all_of):5} slips, named {all_of['named'].mean():6.1%}; where the series does "
            f"not itself jump {len(steady):5}, named {steady['named'].mean():6.1%}; least: {worst}"
        )
