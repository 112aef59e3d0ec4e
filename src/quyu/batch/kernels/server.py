"""The process that imports once, then forks a fresh one for every notebook asked for.

Run as `python -m quyu.batch.kernels.server FD PREPARE ARGUMENTS` by quyu.batch.kernels.client. FD is a socket of
packets: {"fork"} comes with the new process's own socket, {"kill": pid} ends one. Its own socket gets a
line of JSON {"pid"}, then what quyu.batch.kernels.child says, then {"exit"} when it is gone. Silence on FD
(the owner is dead) ends the server and every child.

Linux only. The process has one thread, no event loop and no ZeroMQ context: nothing that a fork could
leave half-held in a child.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

PACKET = 1 << 20
PR_SET_PDEATHSIG = 1


def main(channel: socket.socket, prepare: str, arguments: dict[str, Any]) -> None:
    """Prepare, say whether forking is safe, then serve until the owner goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the batch; it ends us by silence
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    try:
        from quyu.batch.kernels.child import live

        if prepare:
            module, _, function = prepare.partition(":")
            getattr(importlib.import_module(module), function)(**arguments)
    except Exception as failure:
        _answer(channel, refused=f"{prepare or 'the imports'}: {type(failure).__name__}: {failure}")
        return
    threads = len([*Path("/proc/self/task").iterdir()])
    if threads > 1:
        _answer(channel, refused=f"{threads} threads after {prepare}; forking needs one")
        return
    gc.collect()
    gc.freeze()  # a collection in a child would write to every page it now shares
    _answer(channel, ready=os.getpid())
    serve(channel, live)


def serve(channel: socket.socket, live: Callable[[socket.socket], NoReturn]) -> None:
    """Fork a process that calls `live`, or kill one, as asked; tell each owner when it has ended."""
    running: dict[int, socket.socket] = {}
    # A handler that reaped could be interrupted by the next child's end: it only wakes the loop.
    bell, ring = socket.socketpair()
    bell.setblocking(False)
    ring.setblocking(False)
    signal.set_wakeup_fd(ring.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([channel, bell], [], [])
        if bell in ready:
            bell.recv(4096)
            _reap(running)
        if channel not in ready:
            continue
        try:
            packet, fds, _, _ = socket.recv_fds(channel, PACKET, 1)
        except ConnectionError:  # closed before it read what we sent last
            break
        if not packet:
            break
        asked = json.loads(packet)
        if "kill" in asked:
            if asked["kill"] in running:
                os.kill(asked["kill"], signal.SIGKILL)
            continue
        line, server = socket.socket(fileno=fds[0]), os.getpid()
        pid = os.fork()
        if pid == 0:
            _die_with(server)
            signal.set_wakeup_fd(-1)
            for other in (channel, bell, ring, *running.values()):
                other.close()
            live(line)
        running[pid] = line
        _tell(line, pid=pid)
    for pid in running:
        _kill_group(pid)


def _reap(running: dict[int, socket.socket]) -> None:
    while running:
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return
        _kill_group(ended.si_pid)  # what the notebook itself started
        _, status = os.waitpid(ended.si_pid, 0)
        with running.pop(ended.si_pid) as line:
            _tell(line, exit=os.waitstatus_to_exitcode(status))


def _die_with(server: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:  # it died before the line above
        os._exit(1)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)  # not yet the leader of a group of its own


def _answer(channel: socket.socket, **message: Any) -> None:
    with suppress(OSError):  # the owner is gone, which the next reading will tell
        channel.send(_packet(**message))


def _tell(line: socket.socket, **message: int) -> None:
    with suppress(OSError):  # nobody may be waiting any more
        line.sendall(b"\n" + _packet(**message) + b"\n")  # the child may have died within a line


def _packet(**message: Any) -> bytes:
    return json.dumps(message).encode()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2], json.loads(sys.argv[3]))
