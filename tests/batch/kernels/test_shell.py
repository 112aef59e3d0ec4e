"""A forked process gives a notebook the outputs that a kernel gives it."""

import json

import pytest

from quyu.batch.jobs import execute
from quyu.batch.kernels.client import ForkServer

CELLS = {
    "result": "1 + 1",
    "nothing": "None",
    "quiet": "2;",
    "print": "print('a'); print('b', end='')",
    "both": "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out')\n'result'",
    "frame": "import pandas as pd\npd.DataFrame({'a': [1.5, None]})",
    "html": "from IPython.display import HTML, display\ndisplay(HTML('<b>b</b>'))\nHTML('<i>i</i>')",
    "update": "handle = display(1, display_id='x'); handle.update(2)",
    "clear": "from IPython.display import clear_output\nprint(1); clear_output(); print(2)",
    "wait": "print(1); clear_output(wait=True); print(2)",
    "bytes": "class P(int):\n    def _repr_png_(self): return b'\\x89PNG'\nP(1)",
    "json": "from IPython.display import JSON\nJSON({'a': [1, 2]})",
    "metadata": "display({'text/plain': 'x'}, metadata={'k': 1}, raw=True)",
    "await": "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "magic": "%matplotlib inline\n%config InlineBackend.figure_formats = ['svg']",
    "bash": "%%bash\necho from bash",
    "shell": "!echo from the shell",
    "help": "display?",
    "who": "get_ipython().__class__.__name__",
    "main": "import sys\nsys.modules['__main__'].__name__, __name__",
    "warning": "import warnings\nwarnings.simplefilter('ignore')\nwarnings.warn('hidden')",
}


@pytest.fixture(scope="module")
def both(server, made):
    """The same notebook from a forked process and from a kernel."""
    notebook = made("x = 1", *CELLS.values())
    forked = execute(notebook, {"x": 2}, server=server)
    kernel = execute(notebook, {"x": 2})
    assert forked.error == kernel.error == ""
    return forked.notebook, kernel.notebook


@pytest.mark.parametrize("name", CELLS)
def test_the_outputs_are_a_kernels(both, name):
    position = 2 + list(CELLS).index(name)
    forked, kernel = (_joined(book.cells[position]) for book in both)
    assert forked == kernel


def test_all_else_is_a_kernels_too(both):
    bare = []
    for book in both:
        text = json.loads(json.dumps(book))
        for cell in text["cells"]:
            cell["outputs"] = []
        bare.append(text)
    assert bare[0] == bare[1]


def test_pictures_are_drawn_inline(made):
    # A backend imported before there is a shell is what loses them.
    inline = {"newbackend": "module://matplotlib_inline.backend_inline"}
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    notebook = made("", plot, "plt.plot([2, 1]);")
    with ForkServer("matplotlib.pyplot:switch_backend", inline) as server:
        forked, kernel = execute(notebook, {}, server=server), execute(notebook, {})
    for cell in forked.notebook.cells[1:]:
        assert list(cell.outputs[0].data) == ["text/plain", "image/png"]
    assert forked.notebook == kernel.notebook


def test_an_error_is_a_kernels(server, made):
    notebook = made("", "def f(x):\n    return 1 / x", "f(0)", "'never'")
    forked, kernel = execute(notebook, {}, server=server), execute(notebook, {})
    assert forked.error == kernel.error == "cell 2: ZeroDivisionError: division by zero"
    (one,), (other,) = forked.notebook.cells[2].outputs, kernel.notebook.cells[2].outputs
    assert (one.ename, one.evalue) == (other.ename, other.evalue)
    assert len(one.traceback) == len(other.traceback)


def _joined(cell):
    """The outputs, each stream as one: a kernel cuts and orders streams by the clock."""
    streams, others = {}, []
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
        else:
            others.append(dict(output))
    return cell.execution_count, streams, others
