"""The process that imports once, then forks a fresh kernel for every notebook asked for.

`serve` is started by quyu.batch.kernels.client with the arguments FD PREPARE ARGUMENTS. What PREPARE
does up to its first `yield`, every fork finds; what it does up to its second, every kernel; what comes
after is done while nobody asks. FD is a socket of packets, "kernel" or "call"; each carries the line of
one who asks. For each a keeper is forked, which reads what is asked
from the line, forks a child that does it, tells {"pid"}, and {"exit"} when the child and all that it
started are gone. For a kernel it first makes and tells the {"folder"} of its sockets, and removes it in
the end, before it tells {"exit"}. Silence on the line (its owner has gone or
wants an end) ends them; silence on FD ends all.

Linux only. The process has one thread, no event loop and no ZeroMQ context: nothing that a fork could
leave half-held in a child.
"""

from __future__ import annotations

import atexit
import builtins
import ctypes
import fcntl
import gc
import importlib
import json
import logging
import os
import select
import signal
import socket
import sys
import tempfile
import threading
import weakref
from collections.abc import Generator, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

from quyu.batch.kernels import GRAMMAR, without
from quyu.batch.kernels.keeper import alone, leave_nothing, tell, watch

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
QUIET = 0.05  # seconds without a question, after which the next step is taken
# What a kernel imports when it starts.
KERNEL = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "psutil",
)


def main(channel: socket.socket, prepare: str, arguments: dict[str, Any]) -> None:
    """Prepare, say whether forking is safe, then serve until the owner goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the batch; it ends us by silence
    _end_with_owner(channel, True)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    gc.disable()  # nothing that is imported and kept is garbage
    try:
        steps = _warm(prepare, arguments)
        os.close(os.pidfd_open(os.getpid()))  # the keepers need it
    except Exception as failure:
        _answer(channel, refused=f"{prepare or 'the imports'}: {type(failure).__name__}: {failure}")
        return
    if (threads := _threads()) > 1:
        _answer(channel, refused=f"{threads} threads after {prepare}; forking needs one")
        return
    gc.collect()
    _settle()
    _end_with_owner(channel, False)
    _answer(channel, ready=os.getpid())
    signal.signal(signal.SIGCHLD, _reap)
    with suppress(ConnectionError):  # closed before it read what we sent last
        _serve(channel, steps)


def _serve(channel: socket.socket, steps: Iterator[object]) -> None:
    """Fork a keeper for each who asks, until nobody will any more.

    The first of the `steps` is taken before the first kernel; it and the others while nobody asks, but
    not before somebody did, who may want what needs none of them.
    """
    server, taken, wait = os.pidfd_open(os.getpid()), 0, None
    while True:
        if not select.select([channel], [], [], wait)[0]:
            taken, wait = taken + 1, QUIET if _step(channel, steps) else None
            continue
        what, fds, *_ = socket.recv_fds(channel, 16, 1)
        if not fds:
            return
        if what == b"kernel" and not taken:
            taken, _ = 1, _step(channel, steps)
        with socket.socket(fileno=fds[0]) as line:
            if os.fork() == 0:
                channel.close()
                keep(line, server)
        wait = QUIET


def _step(channel: socket.socket, steps: Iterator[object]) -> bool:
    """Take the next of the `steps`; whether there was one."""
    _end_with_owner(channel, True)
    gc.disable()
    last = next(steps, gc)
    _settle()
    _end_with_owner(channel, False)
    if _threads() > 1:
        os._exit(1)  # who asks is told that the server is lost
    return last is not gc


def _settle() -> None:
    """Leave what is there for children to share, and give back the room of what was only passed through."""
    gc.freeze()  # a collection in a child would write to every page it now shares
    gc.enable()
    with suppress(AttributeError):  # of another C library than GNU's
        ctypes.CDLL(None).malloc_trim(0)


def _threads() -> int:
    return len([*Path("/proc/self/task").iterdir()])


def _reap(*_: object) -> None:
    """Take leave of the keepers that are done: what they cost is counted as ours."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def keep(line: socket.socket, server: int) -> NoReturn:
    """Fork the child that does what `line` asks for; tell how it ended, once nothing of it is left."""
    asked: dict[str, Any] = {}
    try:
        for number in (signal.SIGCHLD, signal.SIGIO, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        _prctl(PR_SET_CHILD_SUBREAPER, 1)  # what the child leaves behind becomes ours
        with line.makefile("rb") as lines:
            asked |= json.loads(lines.readline())
            if "kernel" in asked:  # its owner may be killed at any moment: the folder is ours
                asked["folder"] = tempfile.mkdtemp(prefix="quyu-")
                tell(line, folder=asked["folder"])
                asked |= json.loads(lines.readline())
        if (pid := os.fork()) == 0:
            _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            _live(asked, line)
        if "kernel" not in asked:  # it may live as long as the server, which goes on changing
            alone(line, server, pid)
        watch(line, server, pid, asked["folder"])
    except (ValueError, OSError) as failure:
        with suppress(OSError):
            tell(line, failed=str(failure), errno=getattr(failure, "errno", None))
        leave_nothing(asked.get("folder", ""))
    finally:
        os._exit(0)


def _live(asked: dict[str, Any], line: socket.socket) -> NoReturn:
    """Be the kernel whose command line is asked for, or call the function and tell its value."""
    code = 1
    try:
        os.setsid()  # a group of its own, which an interrupt goes to
        _expect_an_end()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(asked["cwd"])
        if "numpy" in sys.modules:  # Python's own generator sees to itself after a fork
            sys.modules["numpy"].random.seed()
        if "call" in asked:
            module, _, function = asked["call"].partition(":")
            value = getattr(importlib.import_module(module), function)(**asked["arguments"])
            tell(line, value=value)
        else:
            _be_kernel(asked["argv"], asked["env"], line)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as failure:
        with suppress(OSError):  # a kernel that has started has closed it
            tell(line, failed=f"{type(failure).__name__}: {failure}"[:1000])
    finally:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            threading._shutdown()
            atexit._run_exitfuncs()
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        finally:
            os._exit(code)


def _expect_an_end() -> None:
    """What the server registered for its end is not ours to run, as it may remove its files.

    But what Python itself does at an end, a notebook relies on, though the server imported it.
    """
    atexit._clear()
    for each in [*weakref.finalize._registry]:
        each.atexit = False
    weakref.finalize._registered_with_atexit = False
    atexit.register(logging.shutdown)
    if "multiprocessing.util" in sys.modules:
        atexit.register(sys.modules["multiprocessing.util"]._exit_function)


def _be_kernel(argv: list[str], env: dict[str, str], line: socket.socket) -> None:
    """What `python -m ipykernel_launcher` does."""
    import zmq
    from ipykernel.kernelapp import IPKernelApp

    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["ipykernel_launcher", *argv]
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(argv)
    # Imported before there was a shell, the inline backend has not hooked itself in: every picture
    # would be lost.
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:
        inline._enable_matplotlib_integration()
    line.close()
    # Who prints faster than is read waits: else ZeroMQ would drop outputs, and the end of the cell.
    lossless = partial(app.iopub_thread.socket.setsockopt, zmq.XPUB_NODROP, 1)
    app.iopub_thread.schedule(lossless)  # the socket is that thread's
    app.start()
    # It may be flushing still; of sockets that are closed meanwhile it would wait 10 s for an answer.
    app.control_thread.join(1)


def _warm(prepare: str, arguments: dict[str, Any]) -> Iterator[object]:
    """Import and prepare; the steps that are left, if it is a generator, which can wait."""
    steps: Iterator[object] = iter(())
    with without("debugpy"):  # a batch has no debugger to attach
        importlib.import_module("ipykernel.debugger")
    for module in KERNEL:
        importlib.import_module(module)
    # pandas asks at its import whether it is in a kernel, and shows wide frames otherwise if not.
    builtins.get_ipython = lambda: SimpleNamespace(kernel=True)  # type: ignore[attr-defined]
    try:
        if prepare:
            module, _, function = prepare.partition(":")
            with without(GRAMMAR):
                found = importlib.import_module(module)
            made = getattr(found, function)(**arguments)
            if isinstance(made, Generator):
                steps = made
                next(steps, None)
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]
    return steps


def _end_with_owner(channel: socket.socket, asked: bool) -> None:
    """While we prepare, and cannot listen, the end of the other side is the end of us."""
    hung = select.poll()
    hung.register(channel, 0)

    def look(*_: object) -> None:
        if hung.poll(0):
            os._exit(1)

    signal.signal(signal.SIGIO, look if asked else signal.SIG_IGN)
    fcntl.fcntl(channel, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(channel, fcntl.F_GETFL) & ~os.O_ASYNC
    fcntl.fcntl(channel, fcntl.F_SETFL, flags | (os.O_ASYNC if asked else 0))
    look()


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _answer(channel: socket.socket, **message: Any) -> None:
    with suppress(OSError):  # the owner is gone, which the next reading will tell
        channel.send(json.dumps(message).encode())


def serve() -> None:
    """Be the server that the command line asks for."""
    try:
        main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2], json.loads(sys.argv[3]))
    finally:
        os._exit(0)  # its owner waits, and there is nothing to be put in order
