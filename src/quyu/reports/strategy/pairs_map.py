"""The proposed pairs on the map: arcs from giver to receiver."""

from __future__ import annotations

from IPython.display import HTML
from matplotlib.figure import Figure

from quyu.maps.arcs import arcs
from quyu.maps.palette import REGION
from quyu.maps.picture import Picture, picture
from quyu.regions.strategy import regions
from quyu.reports.nation import source
from quyu.reports.stated import stated
from quyu.reports.strategy.pairs import pairs_of
from quyu.reports.study import Study

FIRM = 0.5  # share of draws from which a pair is counted as firm


@stated
def partners_map(subject: Study, year: int) -> Picture | HTML:
    """The proposed pairs as arcs, wider where more of the draws agree; a sentence if there are none."""
    if pairs_of(subject, year).table.empty:
        return HTML(f"<p>{subject.say.html('partners.no_pairs', year=year)}</p>")
    return picture(*partners_drawing(subject, year))


def partners_drawing(subject: Study, year: int) -> tuple[Figure, str]:
    """The figure of `partners_map` with what it says."""
    say, pairs = subject.say, pairs_of(subject, year)
    drawn = pairs.table.rename_axis("receiver").reset_index()
    firm = int((drawn["stability"] >= FIRM).sum())
    title = say("partners.map_title", firm=firm, all=len(drawn))
    figure = arcs(
        drawn[["giver", "receiver", "stability"]],
        subject.land,
        subject.dashes,
        groups={each.name: (REGION[each.name], subject.area(each.name)) for each in regions()},
        group="region",
        legend=say("partners.map_legend"),
        title=title,
        subtitle=say("partners.map_subtitle", year=year, n=pairs.n),
        source=source(subject),
        lang=subject.lang,
    )
    told = say.join(
        say(
            "partners.told",
            giver=subject.short[row.giver],
            receiver=subject.short[row.receiver],
            share=f"{row.stability:.0%}",
        )
        for row in drawn.itertuples()
    )
    return figure, say("partners.map_alt", title=title, told=told)
