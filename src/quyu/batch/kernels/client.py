"""Ask the fork server for a fresh process that runs a notebook, or calls a function."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat

from quyu.batch.kernels.limits import Limits
from quyu.batch.kernels.watch import Ended, Notebook, Seen, follow

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


class ForkServer:
    """The server of this process: started at once, and again should it die.

    `prepare` names a function, "module:function". The server calls it with `arguments` before the
    first fork; what it imports and caches, every notebook finds ready.
    """

    def __init__(self, prepare: str = "", arguments: dict[str, Any] | None = None) -> None:
        self._words = [prepare, json.dumps(arguments or {})]
        self._lock = threading.Lock()
        self._refusal = ""
        if sys.platform != "linux":
            self._refusal = f"forking notebooks needs Linux; this is {sys.platform}"
        else:
            self._start()

    def refusal(self, seconds: float) -> str:
        """Why nothing can be forked here, or nothing; waits until the server is prepared.

        A preparation that takes longer than `seconds` is ended.
        """
        with self._lock:
            self._wait(seconds)
            return self._refusal

    def run(
        self,
        notebook: Notebook,
        parameters: dict[str, Any],
        *,
        limits: Limits,
        seen: Seen | None = None,
    ) -> Ended:
        """Run a notebook in a process forked for it; `seen` hears how many of its cells have run."""
        return self._fork(notebook, limits, seen, notebook=notebook, parameters=parameters)

    def call(self, function: str, arguments: dict[str, Any], *, limits: Limits) -> Any:
        """Call "module:function" in a process forked for it; arguments and value are plain JSON."""
        ended = self._fork(
            nbformat.v4.new_notebook(), limits, None, call=function, arguments=arguments
        )
        if ended.error:
            raise ValueError(f"{function}: {ended.error}")
        return ended.value

    def _fork(self, unrun: Notebook, limits: Limits, seen: Seen | None, **asked: Any) -> Ended:
        ours, theirs = socket.socketpair()
        with ours:
            try:
                with theirs, self._lock:
                    self._wait(limits.run)
                    if self._refusal:
                        raise OSError(self._refusal)
                    channel = self._channel
                    socket.send_fds(channel, [b'{"fork": true}'], [theirs.fileno()])
                ours.sendall(json.dumps({**asked, "cwd": str(Path.cwd())}).encode() + b"\n")
            except OSError as failure:
                return Ended(unrun, f"the fork server is lost: {failure}", died=True)

            def kill(pid: int) -> None:
                with suppress(OSError):
                    channel.send(json.dumps({"kill": pid}).encode())

            return follow(ours, unrun, limits, kill=kill, seen=seen)

    def close(self) -> None:
        """End the server and every process it forked; a run in progress ends as died."""
        if not self._refusal and not self._prepared:
            self._process.kill()  # who waits for it holds the lock
        with self._lock:
            if not self._refusal:
                self._refusal = "the fork server was closed"
                self._stop()

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._prepared, self._began = False, time.monotonic()
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "quyu.batch.kernels.server",
                    str(theirs.fileno()),
                    *self._words,
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
                start_new_session=True,  # Ctrl-C in the terminal is for us, not for it
            )

    def _wait(self, seconds: float) -> None:
        if self._refusal:
            return
        if self._process.poll() is not None and self._prepared:
            self._channel.close()
            self._start()
        if self._prepared:
            return
        self._channel.settimeout(max(self._began + seconds - time.monotonic(), 0.001))
        try:
            told = self._channel.recv(1 << 16)
            answer = json.loads(told) if told else {"refused": f"it ended, {self._process.wait()}"}
        except TimeoutError:
            answer = {"refused": f"preparing took longer than {seconds:g} s (--run-seconds)"}
        self._channel.settimeout(None)
        self._refusal = answer.get("refused", "")
        if self._refusal:
            self._stop()
        self._prepared = True

    def _stop(self) -> None:
        self._channel.close()
        if not self._prepared:
            self._process.kill()  # it has forked nothing yet, and is too busy to notice
        self._process.wait()
