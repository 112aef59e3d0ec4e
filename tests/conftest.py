"""What tests share: Hypothesis' settings, and a real Chromium that opens a file as a reader would."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples on every machine, so that a red run is red again; `explore` draws new ones.
# No deadline: a slow machine is no fault of the code.
settings.register_profile("quyu", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quyu"))

# A shell's background job is deaf to Ctrl-C, and so would be every batch that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser):
    parser.addoption("--renew", action="store_true", help="write the golden texts anew")


_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def opened() -> Callable[[str], Any]:
    """`opened("en")`: the embedded figures opened in a language, once for all that only read them."""
    from quyu.study import open_study

    return cache(lambda lang="zh-hant": open_study(lang=lang))


@dataclass(frozen=True)
class Visit:
    """What happened while a page was open."""

    requests: list[str] = field(default_factory=list)  # other than the file itself
    console: list[str] = field(default_factory=list)  # errors and warnings
    page_errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)  # what a reader sees, one item
    answer: list[Any] = field(default_factory=list)  # what `act` gave back, one item

    @property
    def troubles(self) -> list[str]:
        """Everything that a quiet page does not have."""
        return [*self.requests, *self.console, *self.page_errors, *self.dialogs]


@pytest.fixture(scope="session")
def browser_page() -> Iterator[Callable[..., Visit]]:
    """Chromium with a fresh profile, in a thread of its own.

    Playwright keeps an event loop running in its thread; in the main thread that would break
    every later test that starts one.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        try:
            playwright, browser = thread.submit(_launch).result()
        except _NoBrowserError as missing:
            if os.environ.get("QUYU_REQUIRE_BROWSER") == "1":
                pytest.fail(f"QUYU_REQUIRE_BROWSER=1, but {missing}")
            pytest.skip(str(missing))
        yield lambda *args: thread.submit(_open, browser, *args).result()
        thread.submit(browser.close).result()
        thread.submit(playwright.stop).result()


@pytest.fixture
def visit(browser_page: Callable[..., Visit]) -> Callable[..., Visit]:
    """`visit(path, width=1280, scripts=True, act=None)` opens a file, or an address, and reports what happened.

    `act` is called with the Playwright page once it has loaded; what it returns is `answer[0]`.
    """

    def visit(
        path: Path | str,
        *,
        width: int = 1280,
        scripts: bool = True,
        act: Callable[[Any], object] | None = None,
    ) -> Visit:
        return browser_page(path, width, scripts, act)

    return visit


class _NoBrowserError(Exception):
    pass


def _launch() -> tuple[Any, Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as missing:
        raise _NoBrowserError("Playwright is not installed: pip install playwright") from missing
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        raise _NoBrowserError(f"no browser on this machine: none of {', '.join(names)} is on PATH")
    playwright = sync_playwright().start()
    return playwright, playwright.chromium.launch(executable_path=path, args=_FLAGS)


def _open(
    browser: Any, path: Path | str, width: int, scripts: bool, act: Callable[[Any], object] | None
) -> Visit:
    phone = width < 600
    context = browser.new_context(
        viewport={"width": width, "height": 844 if phone else 800},
        java_script_enabled=scripts,
        is_mobile=phone,
        has_touch=phone,
        locale="zh-TW",
    )
    page, seen = context.new_page(), Visit()
    address = path if str(path).startswith("http") else Path(path).resolve().as_uri()
    page.on("request", lambda request: _note(seen.requests, request.url, address))
    page.on("console", lambda line: line.type in _LOUD and seen.console.append(line.text))
    page.on("pageerror", lambda error: seen.page_errors.append(str(error)))
    page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
    try:
        page.goto(address, wait_until="load")
        page.wait_for_timeout(200)
        if act is not None:
            seen.answer.append(act(page))
            page.wait_for_timeout(100)
        seen.text.append(page.inner_text("body"))
    finally:
        context.close()
    return seen


_LOUD = ("error", "warning")


def _note(requests: list[str], url: str, address: str) -> None:
    if url.split("#")[0] != address and not url.startswith("data:"):
        requests.append(url)


@pytest.fixture(scope="session")
def faults():
    """Every fault of accessibility that axe-core finds on a page, as a function of its tab."""
    pytest.importorskip("axe_playwright_python")
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")

    def find(tab):
        tab.evaluate(axe)
        found = tab.evaluate("window.axe.run(document, {resultTypes: ['violations']})")
        assert len(found["passes"]) > 15  # it did look
        return [
            (each["id"], node["html"][:120], node["failureSummary"])
            for each in found["violations"]
            for node in each["nodes"]
        ]

    return find
