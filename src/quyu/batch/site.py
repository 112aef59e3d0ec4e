"""The pages of a run: each report, brief, PDF, and the whole as one zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from copy import deepcopy
from pathlib import Path, PurePosixPath

import nbformat

from quyu.batch.pdf import browser, print_pdf, remove_leftovers
from quyu.batch.store import Store
from quyu.pages.atlas_page import NOWHERE
from quyu.pages.method import colophon
from quyu.pages.page import cells, languages, page
from quyu.regions.strategy import region_of
from quyu.study.study import Study
from quyu.words import Words, simplified


def translated(ran: nbformat.NotebookNode, template: Path, say: Words) -> nbformat.NotebookNode:
    """The run notebook with its markdown in the language of `say`; code and outputs stay.

    The template is written in traditional Chinese. Its English stands in the catalogue under
    `notebook.<template's name>.<cell id>`, which is refused by name if it is not there; simplified
    Chinese is converted.
    """
    if say.lang == "zh-hant":
        return ran
    written = nbformat.read(template, as_version=4)
    ids = {cell.source: cell["id"] for cell in written.cells if cell.cell_type == "markdown"}
    result = deepcopy(ran)
    for cell in result.cells:
        if cell.cell_type == "markdown" and cell.source in ids:
            if say.lang == "zh-hans":
                cell.source = simplified(cell.source)
            else:
                cell.source = say(f"notebook.{template.stem}.{ids[cell.source]}")
    return result


def job_page(
    notebook: nbformat.NotebookNode,
    key: str,
    subject: Study,
    year: int,
    there: Collection[str],
    elsewhere: Mapping[str, Collection[str]] = NOWHERE,
) -> str:
    """The page of a report or brief, from its run notebook; it links only to pages in `there`.

    `elsewhere` has the pages in the folders of the other languages, by language.
    """
    say, (kind, name) = subject.say, key.split("/")
    links = [(say("page.home"), "../index.html"), (say("page.atlas"), "../atlas.html")]
    if kind == "reports":
        adcode = name.split("-")[0]
        title = say("page.report_title", name=subject.names[adcode], year=year)
        region = region_of(subject.provinces.loc[adcode, "region"])
        brief = f"regions/{region.id}.html"
        if brief in there:
            links.append((say("page.brief", region=subject.area(region.name)), f"../{brief}"))
    else:
        region = region_of(name)
        title = say("page.brief_title", name=subject.area(region.name), year=year)
    return page(
        cells(notebook),
        say=say,
        title=title,
        description=say("page.description", title=title),
        year=year,
        links=links,
        languages=languages(f"{key}.html", elsewhere),
        colophon=colophon(subject, year),
    )


EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can tell: no file carries its own
READ_BY_ALL = 0o644 << 16


def archive(folder: Path, names: Iterable[str]) -> bytes:
    """The files `names` of `folder` in a zip, under the folder's own name, so that links still work.

    Raises ValueError naming a file that is not there.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as there:
    ...     _ = (Path(there) / "a.html").write_text("<p>甲</p>", encoding="utf-8")
    ...     packed = archive(Path(there), ["a.html"])
    >>> packed[:2]
    b'PK'
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name in sorted(set(names)):
            path = folder / name
            if not path.is_file():
                raise ValueError(f"{name} is not in {folder}; write the report again.")
            entry = zipfile.ZipInfo(f"{folder.name}/{name}", EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, READ_BY_ALL
            file.writestr(entry, path.read_bytes())
    return packed.getvalue()


def print_pages(store: Store, *, workers: int, say: Callable[[str], object]) -> None:
    """Print every page of the store's language beside it as PDF, but for those that stand unchanged.

    Raises ValueError if the machine has no browser, or naming a page that it could not print.
    """
    pages = {
        str(PurePosixPath(name).with_suffix(".pdf")): (name, known)
        for name, known in store.files(f"{store.lang}/").items()
        if name.endswith(".html")
    }
    todo = {file: made for file, made in pages.items() if store.lacks(file, *made)}
    if not todo:
        return
    browser()
    remove_leftovers()
    with ThreadPoolExecutor(workers) as pool:
        begun = {
            pool.submit(print_pdf, store.folder / name): file for file, (name, _) in todo.items()
        }
        try:
            for done, future in enumerate(as_completed(begun), start=1):
                file = begun[future]
                store.put(file, future.result(), *todo[file])
                say(f"[{done}/{len(todo)}] {file}")
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def pack(store: Store) -> None:
    """Pack the pages of all languages, their PDFs, and the scores into RUN/RUN.zip."""
    kept = (".html", ".pdf", ".csv")
    inside = {name: sha for name, sha in store.files().items() if name.endswith(kept)}
    file = f"{store.folder.name}.zip"
    if store.lacks(file, inside):
        store.put(file, archive(store.folder, inside), inside)
