"""A page as PDF, printed by the Chromium that the machine has."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from html import unescape
from pathlib import Path

from quyu.batch.faces import FACES, cut
from quyu.pages.links import OVER, linked
from quyu.pages.page import WAYS

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "chrome",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
QUIET = (
    "--headless=new", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-quic",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--no-pdf-header-footer", "--hide-scrollbars",
)  # fmt: skip
SECONDS = 60
SCRATCH = "quyu-pdf-"
OURS = {"page.html", "page.pdf", "profile", *(f"{face}.ttf" for face in FACES)}
BESIDE = re.compile(r"""(<a\b[^>]*?)\shref=(["'])(?!#|https?:).*?\2""")
TITLE = re.compile(r"<title>(.*?)</title>", re.S)
ONE_SHEET = re.compile(r'<html [^>]*class="one"')
# What a page of one sheet leaves out until it fits: nothing, then the notes below tables, which the report
# has as well. Type is never set smaller.
LEFT_OUT = ("", ".table .below { display: none }")
SHEET = re.compile(rb"/Type\s*/Page\b")
# A hatch as matplotlib writes it: a tile of parallel lines, the second one step on from the first.
HATCH = re.compile(
    r'<pattern id="([^"]+)"[^>]*>\s*<rect[^>]* fill="(#\w+)"/>\s*<path d="M-36 36l72-72M-([\d.]+) [^"]*"'
    r"[^>]*stroke: (#\w+); stroke-width: ([\d.]+)[^>]*/>\s*</pattern>"
)
NODES = re.compile(rb"\(node(\d{8})\)")
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


def print_pdf(page: Path, tell: Callable[[str], object] = print) -> bytes:
    """The HTML file `page` on A4 sheets, as the page's own print style has it; text stays text.

    A page of the kind "one" is one sheet: where it would be more, it leaves out the notes below its tables;
    one that does not fit without them has its sheets, and `tell` is told so.

    Raises ValueError if there is no browser, or naming the page if it writes no PDF in a minute.
    """
    program = browser()
    with tempfile.TemporaryDirectory(prefix=SCRATCH, ignore_cleanup_errors=True) as folder:
        written, unlinked = Path(folder) / "page.pdf", Path(folder) / "page.html"
        text = for_paper(page.read_text(encoding="utf-8"))
        # No page may load a font, but for those that lie beside this copy.
        faces = f"<style>{cut(text, Path(folder))}</style>"
        text = text.replace("img-src data:;", "img-src data:; font-src file:;", 1)
        text = TITLE.sub(lambda found: found[0] + faces, text, count=1)
        command = [
            program,
            *QUIET,
            # A browser's sandbox does not work for the superuser of a container.
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={written}",
            unlinked.as_uri(),
        ]
        for rule in LEFT_OUT if ONE_SHEET.search(text) else ("",):
            less = f"<style>{rule}</style></head>" if rule else "</head>"
            unlinked.write_text(text.replace("</head>", less, 1), encoding="utf-8")
            told = _run(command, page)
            if not written.is_file() or not written.read_bytes().startswith(b"%PDF-"):
                last = told.strip().splitlines()[-1:] or ["it said nothing"]
                raise ValueError(f"{page.name}: {program} wrote no PDF; it said: {last[0]}")
            made = written.read_bytes()
            if (sheets := len(SHEET.findall(made))) == 1:
                break
        else:
            if ONE_SHEET.search(text):
                tell(f"{page.name}: {sheets} sheets even without its notes; it is meant to be one.")
        return packed(undated(made))


def packed(raw: bytes) -> bytes:
    """A PDF whose thousands of small objects, such as what each part is for a voice, lie together."""
    import pikepdf

    made = io.BytesIO()
    pikepdf.settings.set_flate_compression_level(9)
    with pikepdf.open(io.BytesIO(raw)) as file:
        file.save(
            made,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            deterministic_id=True,
        )
    return made.getvalue()


def undated(raw: bytes) -> bytes:
    """A PDF without what is no part of it: when it was printed, and how many nodes came before.

    The browser numbers the parts of a page on from whatever its scripts have made until then; the
    same page gives the same bytes only if they count from 0.

    >>> undated(b"/CreationDate (D:20261123021500 /ID (node00000865) /ID (node00000867)")
    b'/CreationDate (D:19800101000000 /ID (node00000000) /ID (node00000002)'
    """
    first = min(map(int, NODES.findall(raw)), default=0)
    raw = NODES.sub(lambda found: b"(node%08d)" % (int(found[1]) - first), raw)
    return DATES.sub(rb"/\1 (D:19800101000000", raw)


def for_paper(text: str) -> str:
    """The page's HTML with what only paper needs: its title in the foot, no links, small hatches.

    >>> for_paper('<title>R&amp;D</title><a href="other.html">x</a> <a href="#here">y</a>')[-38:]
    '</style><a>x</a> <a href="#here">y</a>'
    """
    # A browser writes links to pages beside it with this machine's folders; on paper they lead nowhere.
    text = BESIDE.sub(r"\1", bare(text))
    # It also writes a pattern as a picture for each place it fills, of 100 KB; a gradient stays lines.
    text = HATCH.sub(_gradient, text)
    return TITLE.sub(lambda found: found[0] + _footer(unescape(found[1])), text, count=1)


def bare(text: str) -> str:
    """The page without the links that come and go with other pages: it shows the same on paper."""
    return linked(OVER.sub("", WAYS.sub("", text)), ())


def _gradient(hatch: re.Match[str]) -> str:
    name, ground, second, ink, width = hatch.groups()
    step = 36 - float(second)
    part = float(width) / (step * 2**0.5)
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="{step:g}"'
        f' y2="{step:g}" spreadMethod="repeat"><stop offset="0" stop-color="{ink}"/>'
        f'<stop offset="{part:.3f}" stop-color="{ink}"/>'
        f'<stop offset="{part:.3f}" stop-color="{ground}"/></linearGradient>'
    )


def _footer(title: str) -> str:
    # As code points no title can end the text, the rule or the style.
    content = "".join(f"\\{ord(sign):x} " for sign in " ".join(title.split()))
    return (
        f'<style>@page {{ @bottom-left {{ content: "{content}"; font-size: 8pt; color: #595959;'
        " width: 80%; white-space: nowrap; overflow: hidden; text-overflow: ellipsis } }</style>"
    )


def remove_leftovers() -> None:
    """Remove what prints cut off by force have left in the folder for temporary files.

    Only folders of that name with nothing in them but a print's own, left alone for longer than any
    print may take: another batch may be printing.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        with suppress(OSError):
            old = time.time() - left.lstat().st_mtime > 2 * SECONDS
            if old and not left.is_symlink() and {p.name for p in left.iterdir()} <= OURS:
                shutil.rmtree(left)


def _run(command: list[str], page: Path) -> str:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        return process.communicate(timeout=SECONDS)[0]
    except BaseException as stop:
        _end(process)
        if isinstance(stop, subprocess.TimeoutExpired):
            raise ValueError(f"{page.name}: no PDF after {SECONDS} seconds") from None
        raise


def _end(process: subprocess.Popen) -> None:
    """End the browser with the helpers that it has started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:  # Windows knows no process groups
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
    process.wait()
