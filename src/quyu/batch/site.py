"""The pages of a run: each report, brief, PDF, and the whole as one zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path, PurePosixPath

import nbformat

from quyu.batch.pdf import bare, browser, print_pdf, remove_leftovers
from quyu.batch.store import Store, digest
from quyu.pages.glossary import GLOSSARY, explained
from quyu.pages.links import COMPARE, NOWHERE, linked, reports
from quyu.pages.method import colophon, short_colophon
from quyu.pages.page import WAYS, cells, languages, page, ways
from quyu.study.study import Study


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
    title = _title(subject, key, "title", year)
    first = _answers(notebook)
    made = _page(notebook, subject, year, title, colophon(subject, year, "" if first else title))
    if first:
        there = {*there, summary_name(key)}
    return relinked(made, key, subject, there, elsewhere)


UP = "../"  # from a report or brief to the front page
SUMMARY = "summary"  # the tag of the cells that a report opens with, which are a page of their own


def summary_name(key: str) -> str:
    """The file of the first page of a report or brief, beside it.

    >>> summary_name("reports/210000-liaoning")
    'summaries/210000-liaoning.html'
    """
    return f"summaries/{key.split('/')[1]}.html"


def summary_page(
    notebook: nbformat.NotebookNode,
    key: str,
    subject: Study,
    year: int,
    there: Collection[str],
    elsewhere: Mapping[str, Collection[str]] = NOWHERE,
) -> str:
    """What a report or brief opens with as a page of its own, one sheet; "" if no cell is tagged so."""
    if not (own := _answers(notebook)):
        return ""
    title = _title(subject, key, "summary_title", year)
    book = nbformat.v4.new_notebook(cells=own, metadata=notebook.metadata)
    made = _page(book, subject, year, title, short_colophon(subject, year), kind="one")
    own = summary_name(key).removesuffix(".html")
    return relinked(made, own, subject, there, elsewhere)


def _page(
    notebook: nbformat.NotebookNode,
    subject: Study,
    year: int,
    title: str,
    foot: list[str],
    *,
    kind: str = "",
) -> str:
    """The page of a run notebook, not linked yet."""
    return page(
        explained(cells(notebook), subject, UP),
        say=subject.say,
        title=title,
        description=subject.say("page.description", title=title),
        year=year,
        links=[],
        languages=[],
        colophon=foot,
        kind=kind,
    )


def _answers(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if SUMMARY in cell.metadata.get("tags", [])]


def _title(subject: Study, key: str, what: str, year: int) -> str:
    kind, name = key.split("/")
    if kind == "reports":
        named = subject.names[name.split("-")[0]]
        return subject.say(f"page.report_{what}", name=named, year=year)
    named = subject.area(subject.region(name).name)
    return subject.say(f"page.brief_{what}", name=named, year=year)


def relinked(
    text: str,
    key: str,
    subject: Study,
    there: Collection[str],
    elsewhere: Mapping[str, Collection[str]] = NOWHERE,
) -> str:
    """A page that was made here, with the links that it has when these pages are there.

    That is its header and the names of units in it; it needs no notebook.
    """
    (kind, name), of = key.split("/"), key  # `of` is whose first page it is
    if kind == "summaries":
        briefs = {region.id for region in subject.regions}
        of = f"regions/{name}" if name in briefs else f"reports/{name}"
    alike = {lang: {f"{key}.html"} for lang, pages in elsewhere.items() if f"{of}.html" in pages}
    links = [*_others(subject, of, there), *_beside(subject, key, of, there)]
    header = ways(subject.say, links, languages(f"{key}.html", alike))
    others = {page for page in there if page != f"{key}.html"}  # no page leads to itself
    return linked(WAYS.sub(lambda _: header, text, count=1), others, "../")


def _others(subject: Study, key: str, there: Collection[str]) -> Iterator[tuple[str, str]]:
    """The pages that one leads to: front page, the atlas at the unit of a report, that unit beside those
    near to it, its region's brief."""
    say, (kind, name) = subject.say, key.split("/")
    adcode = name.split("-")[0] if kind == "reports" else ""
    view = f"p={adcode}" if adcode else "border=region"
    some = f"{COMPARE}#near={adcode}" if adcode else COMPARE
    yield say("page.home"), f"{UP}index.html"
    yield say("page.atlas"), f"{UP}atlas.html#{view}"
    yield say("compare.nav"), f"{UP}{some}"
    yield say("glossary.nav"), f"{UP}{GLOSSARY}"
    if adcode:
        home = subject.provinces.loc[adcode, "region"]
        region = next((each for each in subject.regions if each.name == home), None)
        if region and f"regions/{region.id}.html" in there:
            brief = say("page.brief", region=subject.area(region.name))
            yield brief, f"../regions/{region.id}.html"


def _beside(subject: Study, key: str, of: str, there: Collection[str]) -> Iterator[tuple[str, str]]:
    """From a report or brief to its first page and back, and to the reports before and after it."""
    say, (kind, name) = subject.say, key.split("/")
    if key != of:
        yield (
            say("page.whole" if of.startswith("reports/") else "page.whole_brief"),
            f"../{of}.html",
        )
    elif summary_name(key) in there:
        yield say("page.summary"), f"../{summary_name(key)}"
    if kind != "reports":
        return
    adcode, pages = name.split("-")[0], reports(there)
    order = [code for code in subject.provinces.index if code in pages or code == adcode]
    at = order.index(adcode)
    for way, codes in (("previous", order[:at][-1:]), ("next", order[at + 1 :][:1])):
        for code in codes:
            yield say(f"page.{way}", name=subject.short[code]), f"../{pages[code]}"


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
    if todo := _lacking(store, ".pdf", deep=1):
        browser()
        remove_leftovers()
        _write_beside(store, todo, lambda page: print_pdf(page, say), workers, say)


def word_pages(store: Store, foot: str, *, workers: int, say: Callable[[str], object]) -> None:
    """Write every report and brief of the store's language beside it for Word, likewise.

    `foot` stands on every sheet.
    """
    if todo := _lacking(store, ".docx", deep=2):
        from quyu.batch.word import word

        _write_beside(
            store, todo, lambda page: word(page.read_text("utf-8"), foot=foot), workers, say
        )


PAPER = (".pdf", ".docx")


def drop_outdated(store: Store) -> None:
    """Remove what was printed or written for Word of a page that is gone or shows something else now."""
    shown = _shown(store)

    def outdated(file: str) -> bool:
        page = str(PurePosixPath(file).with_suffix(".html"))
        if not (file.startswith(f"{store.lang}/") and file.endswith(PAPER)):
            return False
        if page in shown:
            return store.differs(file, page, shown[page])
        return not (store.folder / page).is_file()

    store.drop(outdated)


Beside = dict[str, tuple[str, str]]  # a file to be written, the page that it is made of, its hash


def _lacking(store: Store, ending: str, *, deep: int) -> Beside:
    """What lacks of the files beside pages; those of reports and briefs lie two folders deep."""
    pages = {
        str(PurePosixPath(name).with_suffix(ending)): (name, shown)
        for name, shown in _shown(store).items()
        if name.count("/") >= deep
    }
    return {file: made for file, made in pages.items() if store.lacks(file, *made)}


def _shown(store: Store) -> dict[str, str]:
    """The hash of what each page of the language shows on paper."""
    pages = [name for name in store.files(f"{store.lang}/") if name.endswith(".html")]
    texts = {name: (store.folder / name).read_text(encoding="utf-8") for name in pages}
    return {name: digest(bare(text)) for name, text in texts.items()}


def _write_beside(
    store: Store,
    todo: Beside,
    make: Callable[[Path], bytes],
    workers: int,
    say: Callable[[str], object],
) -> None:
    with ThreadPoolExecutor(workers) as pool:
        begun = {pool.submit(make, store.folder / name): file for file, (name, _) in todo.items()}
        try:
            for done, future in enumerate(as_completed(begun), start=1):
                file = begun[future]
                store.put(file, future.result(), *todo[file])
                say(f"[{done}/{len(todo)}] {file}")
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def pack(store: Store) -> None:
    """Pack the pages of all languages, as PDF and for Word too, and the scores into RUN/RUN.zip."""
    kept = (".html", *PAPER, ".csv")
    inside = {name: sha for name, sha in store.files().items() if name.endswith(kept)}
    file = f"{store.folder.name}.zip"
    if store.lacks(file, inside):
        store.put(file, archive(store.folder, inside), inside)
