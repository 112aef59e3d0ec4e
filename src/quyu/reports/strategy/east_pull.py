"""The East's pull on its neighbours in words: a coefficient, its interval, what it cannot show."""

from __future__ import annotations

from IPython.display import HTML

from quyu.regions.space.pull import Pull, pull
from quyu.reports.stated import stated
from quyu.reports.strategy.neighbours import matrices_of, unscored
from quyu.reports.study import Study


def pull_of(subject: Study) -> Pull:
    """Whether neighbours of strong eastern provinces gained more over the panel."""
    first, last = subject.card.framework.years[0], subject.card.framework.years[-1]
    register = subject.provinces
    east = list(register.index[register["region"] == "東部"])
    return pull(
        subject.at(first)["index"],
        subject.at(last)["index"],
        matrices_of(subject)["queen"],
        leaders=east,
    )


@stated
def pull_text(subject: Study) -> HTML:
    """The East's pull as one paragraph: the coefficient, its interval, what it cannot show."""
    first, last = subject.card.framework.years[0], subject.card.framework.years[-1]
    if first == last:
        return HTML(f"<p>{subject.say.html('neighbours.pull_one_year', year=first)}</p>")
    for year in (first, last):
        if (refusal := unscored(subject, year)) is not None:
            return refusal
    say, found = subject.say, pull_of(subject)
    clear = "pull_up" if found.low > 0 else "pull_down" if found.high < 0 else "pull_unclear"
    text = say.html(
        f"neighbours.{clear}",
        value=say.number(found.coefficient, decimals=3, sign=True),
        low=say.number(found.low, decimals=3, sign=True),
        high=say.number(found.high, decimals=3, sign=True),
        n=found.n,
        exposed=found.exposed,
        detectable=say.number(found.detectable, decimals=3),
        first=first,
        last=last,
    )
    heaviest = found.units["leverage"].idxmax()
    text += say.html(
        "neighbours.without",
        name=subject.short[heaviest],
        value=say.number(found.units.at[heaviest, "without"], decimals=3, sign=True),
    )
    return HTML(f"<p>{text}</p>")
