"""The outlook: when each target with a public series would be reached at the present pace."""

from __future__ import annotations

from dataclasses import asdict, fields

import pandas as pd

from quyu.regions.attainment import Attainment, aims
from quyu.regions.forecast import Forecast, forecast
from quyu.regions.measures import Measures


def outlook(found: Attainment, choices: Measures) -> pd.DataFrame:
    """The forecast of every reading of every target that meets a public series.

    Indexed (target, reading) as `found.readings`; columns as in `Forecast`. A reading with too few
    values since its last break is there with the outcome "too few points". Values after the year of
    the target are left out.
    """
    columns = [field.name for field in fields(Forecast)]
    aim = aims(found.readings, choices) if len(found.readings) else pd.Series(dtype=float)
    rows = []
    for key, row in found.readings.iterrows():
        (reading,) = [r for r in choices.readings[row["indicator"]] if r.id == key[1]]
        series = found.series.loc[key]
        rows.append(
            forecast(
                series[series.index <= row["year"]],
                aim.loc[key],
                downwards=row["relation"] == "<=",
                breaks=reading.breaks,
                **choices.forecast.model_dump(),
            )
        )
    return pd.DataFrame(map(asdict, rows), index=found.readings.index, columns=columns)
