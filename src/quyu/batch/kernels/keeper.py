"""The process beside each child of the server, which tells how it ended once nothing of it is left.

Only the standard library, and no import of ours: for a child that lives long while the server goes on
changing, this file is run by a Python of its own, which keeps none of the server's memory.
"""

import json
import os
import select
import shutil
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn


def alone(line: socket.socket, server: int, pid: int) -> NoReturn:
    """Be a fresh Python that watches: the same process, so that the child remains its own."""
    for each in (line.fileno(), server):
        os.set_inheritable(each, True)
    words = [__file__, str(line.fileno()), str(server), str(pid)]
    os.execv(sys.executable, [sys.executable, "-I", "-S", *words])


def watch(line: socket.socket, server: int, pid: int, folder: str = "") -> None:
    """Wait for the end of the child, of `line` or of the server; leave nothing, and tell the line."""
    child = os.pidfd_open(pid)
    tell(line, pid=pid)
    select.select([child, line, server], [], [])
    if select.select([child], [], [], 0)[0]:
        _, status = os.waitpid(pid, 0)
    else:
        status = signal.SIGKILL
    leave_nothing(folder)
    with suppress(OSError):  # nobody may be waiting any more
        tell(line, exit=os.waitstatus_to_exitcode(status))


def tell(line: socket.socket, **told: object) -> None:
    """One line of JSON."""
    line.sendall(json.dumps(told).encode() + b"\n")


def leave_nothing(folder: str) -> None:
    """End the child and all that it started, which is ours once its parent is gone; remove the folder."""
    with suppress(ChildProcessError):  # none is left
        while True:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            for each in _children():
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
            os.waitpid(-1, 0)
    shutil.rmtree(folder, ignore_errors=True)  # its owner may be gone


def _children() -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            if stat.read_bytes().rpartition(b")")[2].split()[1] == b"%d" % os.getpid():
                found.append(int(stat.parent.name))
    return found


if __name__ == "__main__":
    watch(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]))
