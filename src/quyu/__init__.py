"""quyu 區域: how the quality of China's regions develops, from official figure to printed page.

    import quyu
    s = quyu.open_study()      # the embedded figures and framework; shows itself
    s.ranks(2023)              # a frame, like the answer to every question

`open_study` opens figures and framework as a `Study`; `show` writes a frame as the pages do, `style`
sets Chinese labels in plots of your own; `workbench` puts sliders over the choices; `notebooks`
writes a copy of ours to work in;
`write_reports`, `sweep` and `check` are the commands; `index` is the index alone, for a table of any
country.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = [
    "Study",
    "check",
    "index",
    "notebooks",
    "open_study",
    "show",
    "style",
    "sweep",
    "workbench",
    "write_reports",
]

if TYPE_CHECKING:
    from quyu import index
    from quyu.batch.checked import check
    from quyu.batch.request import sweep, write_reports
    from quyu.batch.working_copy import notebooks
    from quyu.maps.lettering import style
    from quyu.pages.tables import show
    from quyu.pages.workbench import workbench
    from quyu.study.opening import open_study
    from quyu.study.study import Study

_HOMES = {
    "Study": "quyu.study.study",
    "check": "quyu.batch.checked",
    "index": "quyu.index",
    "notebooks": "quyu.batch.working_copy",
    "open_study": "quyu.study.opening",
    "show": "quyu.pages.tables",
    "style": "quyu.maps.lettering",
    "sweep": "quyu.batch.request",
    "workbench": "quyu.pages.workbench",
    "write_reports": "quyu.batch.request",
}


def __getattr__(name: str) -> Any:
    # Imported when first asked for: `import quyu` costs nothing, and a batch with nothing left to
    # do is told so without pandas.
    if name not in _HOMES:
        raise AttributeError(f"module 'quyu' has no {name!r}; it has {', '.join(__all__)}")
    home = import_module(_HOMES[name])
    return home if name == "index" else getattr(home, name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
