"""The outlook: when each target with a public series would be reached at the present pace."""

from __future__ import annotations

from dataclasses import asdict, fields

import pandas as pd

from quyu.regions.targets.attainment import Attainment
from quyu.regions.targets.forecast import Forecast, forecast
from quyu.regions.targets.progress import aim_of


def outlook(found: Attainment) -> pd.DataFrame:
    """The forecast of every reading of every target that meets a public series.

    Indexed (target, reading) as `found.readings`; columns as in `Forecast`. A reading with too few
    values since its last break is there with the outcome "too few points". Values after the year of
    the target are left out.
    """
    choices = found.choices
    columns = [field.name for field in fields(Forecast)]
    rows = []
    for key, row in found.readings.iterrows():
        (reading,) = [r for r in choices.readings[row["indicator"]] if r.id == key[1]]
        series = found.series.loc[key]
        rows.append(
            forecast(
                series[series.index <= row["year"]],
                aim_of(row, choices),
                downwards=row["relation"] == "<=",
                breaks=reading.breaks,
                **choices.forecast.model_dump(),
            )
        )
    return pd.DataFrame(map(asdict, rows), index=found.readings.index, columns=columns)
