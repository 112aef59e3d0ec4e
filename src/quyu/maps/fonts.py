"""Chinese in matplotlib on any machine: registers the font that travels with zhplot."""

from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

# Han first; DejaVu last, for the few signs that a Chinese font lacks.
FAMILIES = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK JP",
    "DejaVu Sans",
)


def use_cjk() -> None:
    """Make matplotlib write Chinese, without a warning, in every figure drawn afterwards.

    Only families that this machine has are named to matplotlib: it prints a line for every text
    and every family that it cannot find. Refused: a machine with none of the Chinese families.
    """
    import matplotlib as mpl

    mpl.rcParams["font.family"] = list(_families())
    mpl.rcParams["axes.unicode_minus"] = False
    mpl.rcParams["text.parse_math"] = False  # a name with dollar signs is a name, no formula


@cache
def _families() -> tuple[str, ...]:
    from matplotlib import font_manager

    carried = _carried()
    if carried is not None:
        font_manager.fontManager.addfont(carried)
        # One weight is carried. The same file also answers for bold, without a warning: pixels
        # come out regular, while SVG text asks the reader's own font for its bold.
        listed = font_manager.fontManager.ttflist
        listed.append(replace(listed[-1], weight=700))
    here = {font.name for font in font_manager.fontManager.ttflist}
    found = tuple(family for family in FAMILIES if family in here)
    if found in ((), ("DejaVu Sans",)):
        raise ValueError(
            "no Chinese font found for matplotlib: zhplot's NotoSansSC-Regular.ttf is missing, "
            f"so is every other of {', '.join(FAMILIES[:-1])}; run: pip install zhplot"
        )
    return found


def _carried() -> Path | None:
    """The font file inside the installed zhplot, found without importing it."""
    try:
        files = distribution("zhplot").files or ()
    except PackageNotFoundError:
        return None
    paths = (Path(file.locate()) for file in files if file.name == "NotoSansSC-Regular.ttf")
    return next((path for path in paths if path.is_file()), None)
