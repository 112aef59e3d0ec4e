"""The life of a forked process: become fresh, do the one thing asked for, end."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import sys
from importlib import import_module
from typing import Any, NoReturn

import nbformat
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from quyu.batch.kernels.shell import run_cells


def live(line: socket.socket) -> NoReturn:
    """Do what the first line on `line` asks for; never returns. All lines are JSON.

    {"notebook", "parameters", "cwd"} runs a notebook with its parameters injected by papermill. The answer
    is {"notebook"} as it will run, {"position", "cell"} after each cell that ran, {"finished"} when none is
    left to run. {"call", "arguments", "cwd"} calls a "module:function"; the answer is {"value"} and
    {"finished"}. {"failed"} tells of a fault outside the cells.
    """
    code = 1
    try:
        _be_fresh()
        with line.makefile("rb") as lines:
            asked = json.loads(lines.readline())
        os.chdir(asked["cwd"])
        if "call" in asked:
            module, _, function = asked["call"].partition(":")
            value = getattr(import_module(module), function)(**asked["arguments"])
            _tell(line, value=value)
        else:
            _run(asked, line)
        atexit._run_exitfuncs()
        _tell(line, finished=True)
        code = 0
    except BaseException as failure:
        _tell(line, failed=f"{type(failure).__name__}: {failure}")
    finally:
        os._exit(code)


def _run(asked: dict[str, Any], line: socket.socket) -> None:
    notebook = load_notebook_node(nbformat.from_dict(asked["notebook"]))
    if asked["parameters"]:
        notebook = parameterize_notebook(notebook, asked["parameters"])
    _tell(line, notebook=notebook)
    for position in run_cells(notebook):
        _tell(line, position=position, cell=notebook.cells[position])


def _be_fresh() -> None:
    os.setsid()  # a group of its own, so that what the notebook starts can be ended with it
    atexit._clear()  # what the server registered is not ours to run: it may remove its files
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.path[0], sys.argv = "", [""]
    if "numpy" in sys.modules:  # Python's own generator sees to itself after a fork
        sys.modules["numpy"].random.seed()


def _tell(line: socket.socket, **message: Any) -> None:
    line.sendall(json.dumps(message).encode() + b"\n")
