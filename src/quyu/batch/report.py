"""The main job as it is asked for: nothing to do if nothing changed, otherwise a plan and its writing."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from quyu.batch.kernels.limits import Limits
from quyu.batch.store import digest, grounds, met, templates
from quyu.words import LANGUAGES


def report(
    *,
    provinces: list[str],
    region: str,
    year: int | None,
    data: Path | None,
    framework: Path | None,
    lang: str,
    out: Path,
    run: str,
    workers: int,
    quiet: bool = False,
    scheduler: str | None = None,
    pdf: bool = False,
    packed: bool = False,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
) -> int:
    """Write what is asked for below `out` and return the exit code: see quyu.batch.run.write.

    `lang` is a language or "all", one after another. `pdf` prints every page, `packed` makes a zip.
    If all of it is there, from the same inputs and unharmed, hashes alone tell so: this module imports
    neither pandas nor a kernel before it knows that there is work.
    """
    folders = str(data or ""), str(framework or "")
    wishes = [provinces, region, year, lang, run, pdf, packed]
    asked = digest(grounds(*folders), templates(), folders, *wishes)
    languages = LANGUAGES if lang == "all" else (lang,)
    if (folder := met(out, asked)) is not None:
        if not quiet:
            print(f"Nothing has changed. Open {folder / languages[0] / 'index.html'}")
        return 0
    wish = {
        "provinces": provinces,
        "region": region,
        "year": year,
        "data": data,
        "framework": framework,
        "out": out,
        "run": run,
        "languages": languages,
        "pdf": pdf,
    }
    if not quiet:
        print("Preparing: figures are read, scored and drawn from.", flush=True)
    ways = {"workers": workers, "scheduler": scheduler, "limits": limits}
    codes: list[int] = []
    for each in languages:
        last = each == languages[-1]
        code = _in_one(
            {**wish, "lang": each, "packed": packed and last},
            ways,
            quiet=quiet,
            asked=asked if last and not any(codes) else "",
        )
        codes.append(code)
    if any(codes):
        _mend(wish, ways, languages, quiet=quiet)
    return max(codes)


def _in_one(wish: dict[str, Any], ways: dict[str, Any], *, quiet: bool, asked: str) -> int:
    """Plan and write the pages of one language: `wish` is what `plan` is asked for."""
    from quyu.batch.kernels.client import ForkServer

    data, framework = (
        str(path.resolve()) if path else "" for path in (wish["data"], wish["framework"])
    )
    several = _several(wish["provinces"], wish["region"])
    first = preparation(data, framework, wish["lang"], wish["year"], several)
    with nullcontext() if ways["scheduler"] is not None else ForkServer(*first) as server:
        # Imported only now: the server imports the same on another core.
        from quyu.batch.plan import plan
        from quyu.batch.run import write

        with _held(wish, quiet=quiet):
            return write(plan(**wish), quiet=quiet, asked=asked, server=server, **ways)


def _mend(
    wish: dict[str, Any], ways: dict[str, Any], languages: tuple[str, ...], *, quiet: bool
) -> None:
    """Write those pages anew that lead to one that failed, without the link; none that failed."""
    from quyu.batch.plan import plan, standing
    from quyu.batch.run import write

    with _held(wish, quiet=quiet):
        for lang in languages:
            asked = {**wish, "lang": lang, "languages": (lang,), "pdf": False}
            write(standing(plan(**asked)), quiet=True, **ways)


def _held(wish: dict[str, Any], *, quiet: bool) -> AbstractContextManager[None]:
    from quyu.batch.files import alone
    from quyu.batch.plan import folder_of

    folder = folder_of(wish["out"], wish["run"], wish["year"], wish["framework"])
    return alone(folder, say=(lambda _: None) if quiet else print)


def preparation(
    data: str, framework: str, lang: str, year: int | None, notebooks: list[str]
) -> tuple[str, dict[str, Any]]:
    """What the process that notebooks are forked from does first: a function and its arguments."""
    given = {"data": data, "framework": framework, "lang": lang, "year": year}
    return "quyu.batch.jobs:prepare", {**given, "notebooks": notebooks}


def _several(provinces: list[str], region: str) -> list[str]:
    """The notebooks that this will run more than once, so that a rehearsal pays."""
    if region or len(provinces) > 1:
        return ["report-province.ipynb"]
    return [] if provinces else ["report-province.ipynb", "report-region.ipynb"]
