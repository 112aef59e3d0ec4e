"""Many runs of notebooks at once, where one that fails never stops the rest."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat

from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.kernels.run import Kernels, Notebook, Seen
from quyu.facts import embedded


@dataclass(frozen=True)
class Run:
    """A run's notebook (as far as it came) and its error: empty only if every cell ran."""

    notebook: Notebook
    error: str
    seconds: float = 0.0


def execute(
    notebook: Path | Notebook,
    parameters: dict[str, Any],
    *,
    server: ForkServer | None = None,
    kernels: Kernels | None = None,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    seen: Seen | None = None,
    kernel: str = "",
    cwd: str = "",
) -> Run:
    """Run `notebook` by Papermill in a kernel of its own, with `parameters`, and say how it truly ended.

    The kernel is forked by `server`; without one, or if it is not our own Python's, it is started, which
    is slower. `kernel` and `cwd` take the place of the notebook's kernel and of this folder. What the
    notebook does (an error, an exit, a cell past its deadline) is the result; a kernel that is lost
    before the first cell began is tried once more, later never: the cells may have written somewhere.
    Plain JSON values only: papermill passes anything else on as its text.
    """
    for name, value in parameters.items():
        try:
            plain = json.loads(json.dumps(value)) == value
        except (TypeError, ValueError):
            plain = False
        if not plain:
            raise ValueError(
                f"parameter {name} is a {type(value).__name__}; pass plain JSON: a text, a number, "
                "true, false, null, a list or a map of them"
            )
    start, waited = time.perf_counter(), 0.0
    book = opened(notebook) if isinstance(notebook, Path) else notebook
    kernels = kernels or Kernels()
    for _ in range(2):
        ended = kernels.run(
            book, parameters, server=server, limits=limits, seen=seen, kernel=kernel, cwd=cwd
        )
        waited += ended.waited
        if ended.began or not ended.error:
            break
    error = f"{ended.error}; raise with --{ended.late}-seconds" if ended.late else ended.error
    return Run(clean(ended.notebook), error, time.perf_counter() - start - waited)


def opened(notebook: Path) -> Notebook:
    """A notebook of any of Jupyter's formats, in the present one."""
    return nbformat.from_dict(
        nbformat.reads(notebook.read_text(encoding="utf-8-sig"), as_version=4)
    )


def language(notebook: Notebook) -> str:
    """The language of a notebook's cells; Python if it does not say."""
    about = notebook.metadata
    told = about.get("language_info", {}).get("name") or about.get("kernelspec", {}).get("language")
    return (told or "python").lower()


def clean(notebook: Notebook) -> Notebook:
    """The notebook without what changes from run to run: times, durations, paths of this machine.

    Papermill's own traces go as well: an injected error banner would shift the cells.
    """
    result = nbformat.from_dict(notebook)
    given = result.metadata.pop("papermill", {}).get("parameters")
    if given:
        result.metadata["papermill"] = {"parameters": given}
    if language(result) == "python":
        result.metadata["language_info"] = {"name": "python"}  # a kernel adds its versions
    banner = "papermill-error-cell-tag"
    result.cells = [cell for cell in result.cells if banner not in cell.metadata.get("tags", [])]
    for cell in result.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
    for number, cell in enumerate(result.cells):
        cell["id"] = f"cell-{number}"
    return result


def _joined(outputs: list[Notebook]) -> list[Notebook]:
    """The outputs, with a stream in one piece that a kernel cut by the clock."""
    joined = []
    for name, group in groupby(outputs, key=lambda each: each.get("name", id(each))):
        first, *others = group
        if others:
            first = nbformat.v4.new_output(
                "stream", name=name, text="".join(each.text for each in (first, *others))
            )
        joined.append(first)
    return joined


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
