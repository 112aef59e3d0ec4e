"""What is made of the pages once they are all there: PDFs, and the run as one zip."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import PurePosixPath

from quyu.reports.batch.ledger import Ledger
from quyu.reports.batch.plan import Plan
from quyu.reports.site.archive import archive
from quyu.reports.site.pdf import browser, print_pdf, remove_leftovers


def print_pages(
    planned: Plan, ledger: Ledger, *, workers: int, say: Callable[[str], object]
) -> None:
    """Print every page of the plan's language beside it as PDF, but for those that stand unchanged.

    Raises ValueError if the machine has no browser, or naming a page that it could not print.
    """
    pages = {
        str(PurePosixPath(name).with_suffix(".pdf")): (name, known)
        for name, known in ledger.written(f"{planned.lang}/").items()
        if name.endswith(".html")
    }
    todo = {file: made for file, made in pages.items() if ledger.lacks(file, *made)}
    if not todo:
        return
    browser()
    remove_leftovers()
    with ThreadPoolExecutor(workers) as pool:
        begun = {
            pool.submit(print_pdf, planned.folder / name): file for file, (name, _) in todo.items()
        }
        try:
            for done, future in enumerate(as_completed(begun), start=1):
                file = begun[future]
                ledger.put(file, future.result(), *todo[file])
                say(f"[{done}/{len(todo)}] {file}")
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def pack(planned: Plan, ledger: Ledger) -> None:
    """Pack the pages of all languages, their PDFs, and the scores into RUN/RUN.zip."""
    kept = (".html", ".pdf", ".csv")
    inside = {name: sha for name, sha in ledger.written().items() if name.endswith(kept)}
    file = f"{planned.folder.name}.zip"
    if ledger.lacks(file, inside):
        ledger.put(file, archive(planned.folder, inside), inside)
