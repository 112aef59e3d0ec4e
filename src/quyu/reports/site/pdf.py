"""A page as PDF, printed by the Chromium that the machine has."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
QUIET = (
    "--headless=new", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-quic",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--no-pdf-header-footer", "--hide-scrollbars",
)  # fmt: skip
SECONDS = 60
BESIDE = re.compile(r"""(<a\b[^>]*?)\shref=(["'])(?!#|https?:).*?\2""")
DATES = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")


def browser() -> str:
    """The path of the machine's Chromium; without one the error says what to install.

    The environment variable QUYU_CHROMIUM names another one.
    """
    named = os.environ.get("QUYU_CHROMIUM", "")
    for name in (named,) if named else BROWSERS:
        if found := shutil.which(name):
            return found
    raise ValueError(
        f"there is no {named or 'Chromium, Chrome or Edge'} on this machine to print PDFs with; "
        "install one (Debian: apt-get install chromium fonts-noto-cjk), name it in QUYU_CHROMIUM, or "
        "leave out --pdf."
    )


def print_pdf(page: Path) -> bytes:
    """The HTML file `page` on A4 sheets, as the page's own print style has it; text stays text.

    Raises ValueError if there is no browser, or naming the page if it writes no PDF in a minute.
    """
    program = browser()
    with tempfile.TemporaryDirectory(prefix="quyu-pdf-", ignore_cleanup_errors=True) as folder:
        written, unlinked = Path(folder) / "page.pdf", Path(folder) / "page.html"
        # A browser writes links to pages beside it with this machine's folders; on paper they lead nowhere.
        text = page.read_text(encoding="utf-8")
        unlinked.write_text(BESIDE.sub(r"\1", text), encoding="utf-8")
        command = [
            program,
            *QUIET,
            # A browser's sandbox does not work for the superuser of a container.
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={written}",
            unlinked.as_uri(),
        ]
        told = _run(command, page)
        if not written.is_file() or not written.read_bytes().startswith(b"%PDF-"):
            last = told.strip().splitlines()[-1:] or ["it said nothing"]
            raise ValueError(f"{page.name}: {program} wrote no PDF; it said: {last[0]}")
        # When it was printed is no part of it: the same page gives the same bytes.
        return DATES.sub(rb"/\1 (D:19800101000000", written.read_bytes())


def _run(command: list[str], page: Path) -> str:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        return process.communicate(timeout=SECONDS)[0]
    except BaseException as stop:
        os.killpg(process.pid, signal.SIGKILL)  # with the helpers that it has started
        process.wait()
        if isinstance(stop, subprocess.TimeoutExpired):
            raise ValueError(f"{page.name}: no PDF after {SECONDS} seconds") from None
        raise
