"""How sure each rank is: the choices that the draws vary, and what they say of the provinces."""

from __future__ import annotations

from ast import literal_eval

import pandas as pd
from IPython.display import HTML

from quyu.index.alternatives import Factors
from quyu.index.sensitivity import Sensitivity, direct_evidence, one_out, sensitivity
from quyu.index.uncertainty import by_level, dominance, over, probability_top
from quyu.pages.nation import interval_chart, source
from quyu.pages.pictures import figure
from quyu.pages.tables import headed, page_table, table
from quyu.study.certainty import certainty, draws_of, interval, read_robustness, tier, tier_name
from quyu.study.study import Study


def factors_table(subject: Study, year: int) -> HTML:
    """What was drawn, how often, what was excluded by design and what failed."""
    say, draws = subject.say, draws_of(subject, year)
    levels = {name: column.unique() for name, column in draws.options.methods.items()}
    levels["evidence"] = draws.options.cases["evidence"].unique()
    told = {
        factor: say.join(level_name(subject, factor, level) for level in found)
        for factor, found in levels.items()
    }
    less = {*draws.options.cases["left_out"]} - {""}
    told["left_out"] = say("choices.left_out", count=len(less)) if less else say("choices.nothing")
    told["noise"] = say(f"choices.level.noise.{draws.options.factors.noise}")
    rows = [
        {"factor": say(f"choices.factor.{factor}"), "levels": levels}
        for factor, levels in told.items()
    ]
    note = say(
        "choices.note",
        n=draws.n,
        seed=draws.seed,
        failed=len(draws.failures),
        excluded=len(draws.options.excluded),
    )
    title = say("choices.factors_title")
    return headed(say, pd.DataFrame(rows), "choices", title=title, note=note)


def excluded_table(subject: Study, year: int) -> HTML:
    """The combinations that were refused by design, each with the reason."""
    say, excluded = subject.say, draws_of(subject, year).options.excluded
    if excluded.empty:
        return HTML(f"<p>{say.html('choices.none_excluded')}</p>")
    rows = [
        {
            "combination": say("figure.clauses").join(
                say(
                    "choices.at",
                    factor=say(f"choices.factor.{factor}"),
                    level=level_name(subject, str(factor), level),
                )
                for factor, level in row.drop(["reason", "code", "values"]).items()
                if level != ""
            ),
            "reason": reason_name(subject, row),
        }
        for _, row in excluded.iterrows()
    ]
    title = say("choices.excluded_title")
    return headed(say, pd.DataFrame(rows), "choices", title=title)


def levels_table(subject: Study, year: int, adcodes: list[str]) -> HTML:
    """The mean rank of some provinces with each level of each factor."""
    say, means = subject.say, by_level(draws_of(subject, year))[adcodes]
    if "left_out" in means.index:
        # Nothing left out comes first; its id is the empty text.
        others = means.drop("left_out", level="factor")
        means = pd.concat([others, means.loc[["left_out"]].sort_index()])
    names = subject.short[adcodes]
    rows = [
        {
            say("choices.head.factor"): say(f"choices.factor.{factor}"),
            say("choices.head.level"): level_name(subject, factor, level),
            **{names[code]: say.number(row[code]) for code in adcodes},
        }
        for (factor, level), row in means.iterrows()
    ]
    return table(
        pd.DataFrame(rows),
        title=say("choices.levels_title", year=year),
        group=say("choices.head.factor"),
        numbers=list(names),
        kind="long",
    )


def sensitivity_of(subject: Study, year: int) -> Sensitivity:
    """Sobol indices of the stated factors, for each province and zone."""
    factors = Factors(**read_robustness().factors)
    zones = subject.provinces["zone"]
    return sensitivity(
        subject.card, seed=read_robustness().seed, year=year, factors=factors, grouping=zones
    )


def sobol_table(subject: Study, found: Sensitivity) -> HTML:
    """First-order and total indices of the mean shift of the ranks, with bootstrap intervals."""
    say = subject.say
    rows = [
        {
            "factor": say(f"choices.factor.{factor}"),
            "S1": f"{row['S1']:.2f} ± {row['S1_conf']:.2f}",
            "ST": f"{row['ST']:.2f} ± {row['ST_conf']:.2f}",
        }
        for factor, row in found.mean_shift.sort_values(
            "ST", ascending=False, kind="stable"
        ).iterrows()
    ]
    note = say(
        "choices.sobol_note",
        runs=found.runs,
        seed=found.seed,
        replaced=int(found.replaced["runs"].sum()),
    )
    title = say("choices.sobol_title")
    return headed(say, pd.DataFrame(rows), "choices", title=title, numbers=["S1", "ST"], note=note)


def totals_table(subject: Study, found: Sensitivity, *, of: str) -> HTML:
    """The total index of each factor for the rank of each province, or zone (`of` is units or groups)."""
    say = subject.say
    totals = {"units": found.units, "groups": found.groups}[of]["ST"].unstack()
    zones = list(dict.fromkeys(subject.provinces["zone"]))
    order = zones if of == "groups" else list(totals.index)
    names = subject.short if of == "units" else {zone: subject.area(zone) for zone in zones}
    totals = totals.loc[
        order, found.mean_shift.sort_values("ST", ascending=False, kind="stable").index
    ]
    factors = {factor: say(f"choices.factor.{factor}") for factor in totals}
    rows = [
        {
            say(f"choices.head.{of}"): names[part],
            **{factors[factor]: say.number(value, decimals=2) for factor, value in row.items()},
        }
        for part, row in totals.iterrows()
    ]
    return table(
        pd.DataFrame(rows),
        title=say(f"choices.totals_{of}"),
        numbers=list(factors.values()),
        kind="long",
    )


def level_name(subject: Study, factor: str, level: object) -> str:
    """What a level of a factor is called in the study's language."""
    say = subject.say
    if factor == "goalposts":
        low, high = literal_eval(str(level))
        return say(
            "choices.extremes" if (low, high) == (0, 1) else "choices.quantiles", low=low, high=high
        )
    if factor == "left_out":
        return subject.named(pd.Series(0, index=[level])).index[0] or say("choices.nothing")
    if factor == "aggregation":
        return say(f"method.aggregate.{level}")
    return say(f"choices.level.{factor}.{level}")


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
    if "kind" in named:
        named["kind"] = say(f"evidence.{named['kind']}")
    return say(f"choices.reason.{row['code']}", **named)


def intervals_figure(subject: Study, year: int) -> HTML:
    """Every rank with its interval, under how wide the intervals are."""
    say, sure = subject.say, certainty(subject, year).dropna(subset=["low"])
    width = sure["high"] - sure["low"] + 1
    finding = say(
        "doubts.intervals",
        year=year,
        typical=width.median(),
        narrow=subject.short[width.idxmin()],
        narrow_interval=interval(sure.loc[width.idxmin()], say),
        wide=subject.short[width.idxmax()],
        wide_interval=interval(sure.loc[width.idxmax()], say),
    )
    shown = interval_chart(subject, year)
    return figure(shown, finding=finding, source=source(subject), say=say)


def ranks_table(subject: Study, year: int) -> HTML:
    """Nominal rank, median, interval, group and note of each province."""
    say, sure = subject.say, certainty(subject, year).sort_values("nominal", kind="stable")
    remark = sure["outside"].map({True: say("doubts.outside"), False: ""})
    return page_table(
        say,
        sure.assign(name=subject.short, remark=remark),
        "doubts",
        "province=name rank=nominal:place median:place interval=low:interval shift:change "
        "group:place remark",
        title=say("doubts.ranks_title", year=year),
        note=say("doubts.ranks_note"),
        kind="long",
    )


def dominance_table(subject: Study, year: int, *, count: int = 10) -> HTML:
    """How often each of the first `count` provinces outranks each other of them."""
    say, ahead = subject.say, dominance(draws_of(subject, year))
    first = certainty(subject, year)["nominal"].sort_values(kind="stable").index[:count]
    names = subject.short[first]
    head = say("doubts.head.province")
    rows = [
        {
            head: names[code],
            **{
                names[other]: "" if other == code else f"{ahead.loc[code, other]:.0%}"
                for other in first
            },
        }
        for code in first
    ]
    title = say("doubts.dominance_title", count=count)
    return table(pd.DataFrame(rows), title=title, numbers=list(names))


def top_table(subject: Study, year: int, *, count: int = 10, shown: int = 15) -> HTML:
    """The provinces most often among the first `count`."""
    say, among = subject.say, probability_top(draws_of(subject, year), count)
    rows = [
        {"province": subject.short[code], "probability": f"{value:.1%}"}
        for code, value in among.sort_values(ascending=False, kind="stable").head(shown).items()
    ]
    title = say("doubts.top_title", count=count)
    return headed(say, pd.DataFrame(rows), "doubts", title=title, numbers=["probability"])


def regions_table(subject: Study, year: int) -> HTML:
    """The mean rank of each of the strategy's regions, with its interval."""
    say, means = subject.say, over(draws_of(subject, year), subject.provinces["region"])
    rows = [
        {
            "region": subject.area(region),
            "units": say.place(row["units"]),
            **{what: say.number(row[what]) for what in ("nominal", "median", "low", "high")},
        }
        for region, row in means.iterrows()
    ]
    numbers = ["units", "nominal", "median", "low", "high"]
    title = say("doubts.regions_title", year=year)
    return headed(say, pd.DataFrame(rows), "doubts", title=title, numbers=numbers)


def tiers_table(subject: Study, year: int) -> HTML:
    """The tier of each province with its probability, and the tier most draws give."""
    say, sure = subject.say, certainty(subject, year).sort_values("nominal", kind="stable")
    rows = [
        {
            "province": subject.short[code],
            "tier": tier(row, say),
            "likely": tier_name(row["likely"], say),
            "settled": say("doubts.uncertain" if row["uncertain"] else "doubts.certain"),
        }
        for code, row in sure.iterrows()
    ]
    title = say("doubts.tiers_title", year=year)
    return headed(say, pd.DataFrame(rows), "doubts", title=title, kind="long")


def one_out_table(subject: Study, year: int) -> HTML:
    """How far the ranks move without each indicator, the most telling first."""
    say, shifts = subject.say, one_out(subject.card, year)
    mean = shifts.abs().mean().sort_values(ascending=False, kind="stable")
    furthest = shifts.abs().idxmax()
    names = subject.named(mean).index
    rows = [
        {
            "without": name,
            "mean": say.number(mean[leaf], decimals=2),
            "most": say.place(shifts[leaf].abs().max()),
            "furthest": say(
                "doubts.moved",
                name=subject.short[furthest[leaf]],
                shift=say.number(shifts.loc[furthest[leaf], leaf], decimals=0, sign=True),
            ),
        }
        for leaf, name in zip(mean.index, names, strict=True)
    ]
    return headed(
        say,
        pd.DataFrame(rows),
        "doubts",
        title=say("doubts.one_out_title"),
        numbers=["mean", "most"],
        note=say("doubts.one_out_note"),
    )


def direct_table(subject: Study, year: int, *, shown: int = 12) -> HTML:
    """Where the index on direct evidence only places a province differently, the furthest first."""
    say, found = subject.say, direct_evidence(subject.card, year=year).dropna()
    order = found["shift"].abs().sort_values(ascending=False, kind="stable").index
    rows = [
        {
            "province": subject.short[code],
            "default": say.place(found.loc[code, "nominal"]),
            "direct": say.place(found.loc[code, "direct"]),
            "moved": say.number(found.loc[code, "shift"], decimals=0, sign=True),
        }
        for code in order[:shown]
    ]
    return headed(
        say,
        pd.DataFrame(rows),
        "doubts",
        title=say("doubts.direct_title"),
        numbers=["default", "direct", "moved"],
    )
