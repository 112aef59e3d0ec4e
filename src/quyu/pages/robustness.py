"""How sure each rank is: the choices that the draws vary, and what they say of the provinces."""

from __future__ import annotations

import numpy as np
import pandas as pd
from IPython.display import HTML

from quyu.index.sensitivity import Sensitivity
from quyu.index.uncertainty import by_level, dominance, over, probability_top
from quyu.pages.nation import interval_chart
from quyu.pages.pictures import figure
from quyu.pages.tables import page_table
from quyu.study.audit_frames import moved_without
from quyu.study.certainty import draws_of, held, interval, level_name
from quyu.study.certainty import sensitivity_of as sensitivity_of  # for the notebook
from quyu.study.drawings import source
from quyu.study.study import Study


def factors_table(subject: Study, year: int) -> HTML:
    """What was drawn, how often, what was excluded by design and what failed."""
    say, draws = subject.say, draws_of(subject, year)
    methods = draws.options.methods
    levels = {name: column.unique() for name, column in methods.items() if column.nunique() > 1}
    told = {
        factor: say.join(level_name(subject, factor, level) for level in found)
        for factor, found in levels.items()
    }
    less = {*draws.options.cases["left_out"]} - {""}
    told["left_out"] = say("choices.left_out", count=len(less)) if less else say("choices.nothing")
    told["noise"] = say(f"choices.level.noise.{draws.options.factors.noise}")
    note = say(
        "choices.note",
        n=draws.n,
        seed=draws.seed,
        failed=len(draws.failures),
        excluded=len(draws.options.excluded),
    )
    frame, title = pd.DataFrame({"levels": told}), say("choices.factors_title")
    line = "factor=index:choices.factor levels"
    return page_table(say, frame, "choices", line, title=title, note=note)


def excluded_table(subject: Study, year: int) -> HTML:
    """The combinations that were refused by design, each with the reason."""
    say, excluded = subject.say, draws_of(subject, year).options.excluded
    if excluded.empty:
        return HTML(f"<p>{say.html('choices.none_excluded')}</p>")
    parts = {
        "combination": lambda row: say("figure.clauses").join(
            say(
                "choices.at",
                factor=say(f"choices.factor.{factor}"),
                level=level_name(subject, factor, row[factor]),
            )
            for factor in excluded.columns.drop(["reason", "code", "values"])
            if row[factor] != ""
        ),
        "reason": lambda row: reason_name(subject, row),
    }
    title, line = say("choices.excluded_title"), "combination=reason:combination reason:reason"
    return page_table(say, excluded, "choices", line, title=title, formats=parts)


def levels_table(subject: Study, year: int, adcodes: list[str]) -> HTML:
    """The mean rank of some provinces with each level of each factor."""
    say, means = subject.say, by_level(draws_of(subject, year))[adcodes]
    count = means.groupby(level="factor").size()
    means = means[means.index.get_level_values("factor").isin(count.index[count > 1])]
    if "left_out" in means.index:
        # Nothing left out comes first; its id is the empty text.
        others = means.drop("left_out", level="factor")
        means = pd.concat([others, means.loc[["left_out"]].sort_index()])
    return page_table(
        say,
        means.reset_index(),
        "choices",
        "factor:choices.factor level:level " + " ".join(f"{code}:number" for code in adcodes),
        title=say("choices.levels_title", year=year),
        heads=subject.short[adcodes],
        formats={"level": lambda row: level_name(subject, row["factor"], row["level"])},
        group="factor",
        kind="long",
    )


def sobol_table(subject: Study, found: Sensitivity) -> HTML:
    """First-order and total indices of the mean shift of the ranks, with bootstrap intervals."""
    say = subject.say
    return page_table(
        say,
        found.mean_shift.sort_values("ST", ascending=False, kind="stable"),
        "choices",
        "factor=index:choices.factor S1:first> ST:total>",
        title=say("choices.sobol_title"),
        formats={
            "first>": lambda row: f"{row['S1']:.2f} ± {row['S1_conf']:.2f}",
            "total>": lambda row: f"{row['ST']:.2f} ± {row['ST_conf']:.2f}",
        },
        note=say("choices.sobol_note", runs=found.runs, seed=found.seed),
    )


def totals_table(subject: Study, found: Sensitivity, *, of: str) -> HTML:
    """The total index of each factor for the rank of each province, or zone (`of` is units or groups)."""
    say = subject.say
    totals = {"units": found.units, "groups": found.groups}[of]["ST"].unstack()
    zones = pd.Series({zone: subject.area(zone) for zone in subject.provinces["zone"]})
    names = subject.short[totals.index] if of == "units" else zones
    factors = found.mean_shift.sort_values("ST", ascending=False, kind="stable").index
    return page_table(
        say,
        totals.loc[names.index].assign(name=names),
        "choices",
        f"{of}=name " + " ".join(f"{factor}:two" for factor in factors),
        title=say(f"choices.totals_{of}"),
        heads={factor: say(f"choices.factor.{factor}") for factor in factors},
        kind="long",
    )


def reason_name(subject: Study, row: pd.Series) -> str:
    """Why a combination is excluded, in the study's language; a reason not foreseen as it stands."""
    if not row["code"]:
        return row["reason"]
    say, named = subject.say, dict(row["values"])
    if "node" in named:
        parts = {part.id: say.of(part.name) for part in subject.card.framework.index.nodes()}
        named["node"] = parts[named["node"]]
    if "rule" in named:
        named["rule"] = say(f"method.aggregate.{named['rule']}")
    return say(f"choices.reason.{row['code']}", **named)


def intervals_figure(subject: Study, year: int) -> HTML:
    """Every rank with its interval, under how wide the intervals are."""
    say, sure = subject.say, subject.ranks(year).dropna(subset=["low"])
    width = sure["high"] - sure["low"] + 1
    narrow, wide = sure.loc[width.idxmin()], sure.loc[width.idxmax()]
    finding = say(
        "doubts.intervals",
        year=year,
        share=held(),
        typical=width.median(),
        narrow=narrow["name"],
        narrow_interval=interval(narrow, say),
        wide=wide["name"],
        wide_interval=interval(wide, say),
    )
    shown = interval_chart(subject, year)
    return figure(shown, finding=finding, source=source(subject), say=say)


def ranks_table(subject: Study, year: int) -> HTML:
    """Nominal rank, median, interval, group and note of each province."""
    say, sure = subject.say, subject.ranks(year).sort_values("nominal", kind="stable")
    remark = sure["outside"].map({True: say("doubts.outside"), False: ""})
    line = (
        "province=name rank=nominal:place median:place interval=low:interval shift:change "
        "group:place remark"
    )
    title, note = say("doubts.ranks_title", year=year), say("doubts.ranks_note")
    frame = sure.assign(remark=remark)
    return page_table(say, frame, "doubts", line, title=title, note=note, kind="long")


def dominance_table(subject: Study, year: int, *, count: int = 10) -> HTML:
    """How often each of the first `count` provinces outranks each other of them."""
    say, ahead = subject.say, dominance(draws_of(subject, year))
    names = subject.ranks(year).sort_values("nominal", kind="stable")["name"].head(count)
    frame = ahead.loc[names.index, names.index].mask(np.eye(len(names), dtype=bool))
    line = "province=name " + " ".join(f"{code}:percent?" for code in names.index)
    title = say("doubts.dominance_title", count=count)
    return page_table(say, frame.assign(name=names), "doubts", line, title=title, heads=names)


def top_table(subject: Study, year: int, *, count: int = 10, shown: int = 15) -> HTML:
    """The provinces most often among the first `count`."""
    say, among = subject.say, probability_top(draws_of(subject, year), count)
    frame = among.sort_values(ascending=False, kind="stable").head(shown).to_frame("share")
    title, line = say("doubts.top_title", count=count), "province=name probability=share:share>"
    share = {"share>": lambda row: f"{row['share']:.1%}"}
    frame = frame.assign(name=subject.short)
    return page_table(say, frame, "doubts", line, title=title, formats=share)


def regions_table(subject: Study, year: int) -> HTML:
    """The mean rank of each of the strategy's regions, with its interval."""
    say, means = subject.say, over(draws_of(subject, year), subject.provinces["region"])
    line = "region=index:area units:place nominal:number median:number low:number high:number"
    low, high = (f"{100 * end:.3g}%" for end in draws_of(subject, year).ends)
    title = say("doubts.regions_title", year=year)
    return page_table(say, means, "doubts", line, title=title, values={"low": low, "high": high})


def tiers_table(subject: Study, year: int) -> HTML:
    """The tier that most draws give each province, with their share, beside the nominal tier."""
    say, sure = subject.say, subject.ranks(year).sort_values("nominal", kind="stable")
    line, title = "province=name tier:tier nominal=nominal_tier:tier_name", "doubts.tiers_title"
    return page_table(say, sure, "doubts", line, title=say(title, year=year), kind="long")


def one_out_table(subject: Study, year: int) -> HTML:
    """How far the ranks move without each indicator, the most telling first."""
    say, found = subject.say, moved_without(subject, year)

    def moved(row):
        shift = say.number(row["shift"], decimals=0, sign=True)
        return say("doubts.moved", name=row["furthest_name"], shift=shift)

    return page_table(
        say,
        found.sort_values("mean", ascending=False, kind="stable"),
        "doubts",
        "without=name mean:two most:place furthest:moved",
        title=say("doubts.one_out_title"),
        formats={"moved": moved},
        note=say("doubts.one_out_note"),
    )


def direct_table(subject: Study, year: int, *, shown: int = 12) -> HTML:
    """Where the index on direct evidence only places a province differently, the furthest first."""
    say, found = subject.say, subject.ranks(year)[["nominal", "direct"]].dropna()
    found = found.assign(shift=found["direct"] - found["nominal"])
    order = found["shift"].abs().sort_values(ascending=False, kind="stable").index[:shown]
    line = "province=name default=nominal:place direct:place moved=shift:moved"
    frame = found.loc[order].assign(name=subject.short)
    return page_table(say, frame, "doubts", line, title=say("doubts.direct_title"))
