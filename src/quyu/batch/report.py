"""The main job as it is asked for: nothing to do if nothing changed, otherwise a plan and its writing."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import quyu
from quyu.batch.kernels import GRAMMAR, homed, without
from quyu.batch.request import Request
from quyu.batch.store import alone, digest, grounds, met, sources


@homed()
def report(request: Request) -> int:
    """Write what is asked for and return the exit code: 1 if a report failed.

    If all of it is there, from the same inputs and unharmed, hashes alone tell so: this module imports
    neither pandas nor a kernel before it knows that there is work.
    """
    asked = _hash(request)
    for manifest in sorted(request.out.glob("*/manifest.json")):
        if met(manifest.parent, "reports", asked):
            if not request.quiet:
                page = manifest.parent / request.languages[0] / "index.html"
                print(f"Nothing has changed. Open {page}")
            return 0
    if not request.quiet:
        print("Preparing: figures are read, scored and drawn from.", flush=True)
    codes = [_in_one(request, lang, asked) for lang in request.languages]
    if any(codes):
        _mend(request)
    return max(codes)


def _hash(request: Request) -> str:
    """The hash of a request, of what it rests on, and of what the embedded report notebooks say."""
    package = Path(quyu.__file__).resolve().parent
    homes = (package / "embedded" / "notebooks", package.parents[1] / "notebooks")
    said = [sources(path) for home in homes for path in sorted(home.glob("report-*.ipynb"))]
    wishes = [request.provinces, request.region, request.year, request.lang, request.run]
    kinds = [request.pdf, request.docx, request.packed]
    return digest(grounds(**request.grounds), said, request.grounds, wishes, kinds)


def _in_one(request: Request, lang: str, asked: str) -> int:
    """Plan and write the pages of one language."""
    from quyu.batch.kernels.client import ForkServer

    here = request.scheduler is None
    with ForkServer(*preparation(request, lang)) if here else nullcontext() as server:
        # Imported only now: the server imports the same on another core.
        with without(GRAMMAR):
            import pyarrow as pa

            from quyu.batch.plan import plan, write
            from quyu.pages.page import ready

        with _held(request):
            planned = plan(request, lang)
            pa.default_memory_pool().release_unused()  # what reading the figures took
            ready()  # while the server prepares
            return write(planned, asked=asked, server=server)


def _mend(request: Request) -> None:
    """Write those pages anew that lead to one that failed, without the link; none that failed."""
    from quyu.batch.plan import plan, standing, write

    with _held(request):
        for lang in request.languages:
            no_more = {"pdf": False, "docx": False, "packed": False, "scheduler": None}
            alike = replace(request, lang=lang, quiet=True, **no_more)
            write(standing(plan(alike, lang)))


def _held(request: Request) -> AbstractContextManager[None]:
    return alone(request.folder(), say=(lambda _: None) if request.quiet else print)


def preparation(request: Request, lang: str) -> tuple[str, dict[str, Any]]:
    """What the process that notebooks are forked from does first: a function and its arguments.

    A notebook that will run more than once is rehearsed.
    """
    several = ["report-province.ipynb"]
    if not request.region:
        if request.provinces:
            several = several if len(request.provinces) > 1 else []
        else:
            several.append("report-region.ipynb")
    given = {"lang": lang, "year": request.year, "region": request.region, "notebooks": several}
    return "quyu.batch.jobs:prepare", request.grounds | given
