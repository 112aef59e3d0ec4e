"""What is to be run and how it ended; what is made ready before the first run."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quyu.batch.execute import Run
from quyu.facts import embedded


@dataclass(frozen=True)
class Job:
    """One notebook to run: `key` names its files, `label` is for eyes."""

    key: str
    label: str
    notebook: Path
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How a job ended: `files` maps each published path to its SHA-256; `error` is empty on success."""

    job: Job
    seconds: float
    error: str
    files: dict[str, str] = field(default_factory=dict)


def ended(job: Job, future: Future, publish: Callable[[Job, Run], dict[str, str]]) -> Outcome:
    """How a job ended that is done, once `publish` has turned its run, good or failed, into files.

    Whatever goes wrong becomes the outcome's error; only a file that cannot be written is raised, for
    the next could not be either.
    """
    try:
        result = future.result()
    except CancelledError:
        lost = "it never ended: the scheduler or its workers are lost; give the same command again"
        return Outcome(job, 0.0, lost)
    except Exception as failure:
        return Outcome(job, 0.0, f"{type(failure).__name__}: {failure}")
    try:
        return Outcome(job, result.seconds, result.error, publish(job, result))
    except OSError:
        raise
    except Exception as failure:
        return Outcome(job, result.seconds, f"{type(failure).__name__}: {failure}")


def prepare(
    data: str, framework: str, lang: str, year: int | None, region: str, notebooks: list[str]
) -> Iterator[None]:
    """Open the study and rehearse each of our `notebooks` once, for one region or for all.

    In steps: after the first, what needs only a study can be made; after the second, a report of the
    first region finds all that it needs. A rehearsal leaves what can be shared: imports, fonts, shapes,
    and what the package caches by study and year (draws, lenses, partners). Nothing is kept that does
    not know its arguments, so a notebook shows the same numbers
    and pictures without it, only later; and what fails here fails there, told.
    """
    # Only in the process that notebooks are forked from: the batch itself draws nothing.
    from quyu.study.certainty import certainties, forget_draws
    from quyu.study.opening import keep_ready, open_study
    from quyu.study.regional import lens_of

    study = open_study(data, framework, lang)
    year = year or study.card.framework.report_year
    areas = [study.region(region).name] if region else [each.name for each in study.regions]
    areas = areas or [study.provinces["region"].iloc[0]]
    asked = {"data": data, "framework": framework, "lang": lang, "year": year, "region": areas[0]}
    homes = study.provinces["region"]
    asked["province"] = next(iter(homes.index[homes == areas[0]]), homes.index[0])
    first, *others = areas if notebooks else [""]
    with suppress(Exception):
        certainties(study)  # the front page, the atlas and scores.csv tell of every year
    keep_ready(study, data, framework)
    yield
    forget_draws(study, but=year)
    with suppress(Exception):
        lens_of(study, first, year)
    for name in notebooks[:1]:
        _rehearse(embedded() / "notebooks" / name, asked)
        keep_ready(study, data, framework)
    yield
    for area in others:
        with suppress(Exception):
            lens_of(study, area, year)
    yield
    for name in notebooks[1:]:
        _rehearse(embedded() / "notebooks" / name, asked)
        keep_ready(study, data, framework)


def _rehearse(path: Path, asked: dict[str, Any]) -> None:
    """Run the code of one of our notebooks, which only calls the package: see its house rules."""
    import matplotlib.pyplot as plt

    names: dict[str, Any] = {}
    with suppress(Exception, SystemExit), redirect_stdout(io.StringIO()):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)
                if "parameters" in cell["metadata"].get("tags", []):
                    names.update(asked)
    plt.close("all")
