"""Ask the fork server for a fresh process: a kernel, or one that calls a function."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from quyu.batch.kernels.limits import Limits

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
# pyarrow, which pandas imports, starts no thread to give memory back, and keeps none that was given back.
ARROW = {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
LAUNCHER = (["-m", "ipykernel_launcher"], ["-Xfrozen_modules=off", "-m", "ipykernel_launcher"])
# Nothing is imported from the folder we are in, but for what a notebook imports itself: with -P it
# could not.
SERVER = (
    "import sys; del sys.path[: sys.path[0] == '']\n"
    "from quyu.batch.kernels.server import serve; serve()"
)
LONGEST = 80  # bytes of a folder of sockets, whose paths systems limit to 107


class ForkServer:
    """The server of this process: started at once, and again should it die.

    `prepare` names a function, "module:function". The server calls it with `arguments` before the
    first fork; what it imports and caches, every notebook finds ready. Of a generator only what comes
    before the first `yield`; what comes before the second is done before the first kernel is forked, its
    other steps when nobody asks for a process.
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

    def fork(self, asked: dict[str, Any], seconds: float) -> socket.socket:
        """The line to a keeper, whose child does what is `asked`: see quyu.batch.kernels.server."""
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                self._wait(seconds)
                if self._refusal:
                    raise OSError(self._refusal)
                kind = b"kernel" if "kernel" in asked else b"call"
                socket.send_fds(self._channel, [kind], [theirs.fileno()])
            ours.sendall(json.dumps(asked).encode() + b"\n")
        except OSError as failure:
            ours.close()
            raise OSError(f"the fork server is lost: {failure}") from None
        return ours

    def call(self, function: str, arguments: dict[str, Any], *, limits: Limits) -> Any:
        """Call "module:function" in a process forked for it; arguments and value are plain JSON."""
        asked = {"call": function, "arguments": arguments, "cwd": str(Path.cwd())}
        with self.fork(asked, limits.run) as line, line.makefile("rb") as lines:
            line.settimeout(min(limits.cell, limits.run))
            try:
                told = json.loads(b"{%s}" % b", ".join(each.strip()[1:-1] for each in lines))
            except TimeoutError:
                told = {"failed": f"it took longer than {min(limits.cell, limits.run):g} s"}
        if "value" in told and told.get("exit") == 0:
            return told["value"]
        lost = f"its process was lost ({told['exit']})" if "exit" in told else "the server died"
        raise ValueError(f"{function}: {told.get('failed', lost)}")

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
                [sys.executable, "-c", SERVER, str(theirs.fileno()), *self._words],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, **dict.fromkeys(ONE_THREAD, "1"), **ARROW},
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


class Manager(AsyncKernelManager):
    """A kernel's manager: the kernel is forked by `server` if it is our own Python's, else started.

    A forked one talks over sockets in a folder of its own: the ports of TCP are raced for. Its
    keeper makes the folder, and removes it: the keeper outlives us, whatever ends us.
    """

    server: ForkServer | None = None
    seconds: float = 60
    forked: _Forked | None = None
    _folder: str = ""

    async def _async_pre_start_kernel(self, **given: Any) -> tuple[list[str], dict[str, Any]]:
        if self.server and _is_ours(self.kernel_spec):
            asked = self.server.fork, {"kernel": True}, self.seconds
            self.forked = _Forked(await asyncio.to_thread(*asked), self.seconds)
            self._folder = self.forked.folder
            if len(self._folder.encode()) <= LONGEST:
                self.transport, self.ip = "ipc", f"{self._folder}/k"
            self.connection_file = f"{self._folder}/connection.json"
            self.client_factory = _Client
            self.provisioner = _Forking(
                kernel_id=self.kernel_id or "", kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**given)

    pre_start_kernel = _async_pre_start_kernel

    async def _async_wait(self, pollinterval: float = 0.1) -> None:
        await super()._async_wait(0.005 if self._folder else pollinterval)

    def ending(self) -> str:
        """How a forked kernel that is dead has ended, or why it did not start, if it is known."""
        told = self.forked.told if self.forked else {}
        if "failed" in told:
            return f": {told['failed']}"
        if (code := told.get("exit")) is None:
            return ""
        return f" ({signal.Signals(-code).name})" if code < 0 else f" (exit code {code})"

    def end(self) -> None:
        """End the kernel from another thread than its own, which finds it dead."""
        process = self.provisioner and getattr(self.provisioner, "process", None)
        if process:
            process.kill()


def _is_ours(spec: Any) -> bool:
    """Whether a kernel is started as our own Python's is, and no other way."""
    if spec is None or spec.env:
        return False
    python, *words = spec.argv
    named = python in ("python", "python3") or Path(python) == Path(sys.executable)
    return named and words[: words.index("-f") if "-f" in words else None] in LAUNCHER


class _Client(AsyncKernelClient):
    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers on both channels: no message of its start comes later."""
        end = time.monotonic() + (timeout or 60)
        while time.monotonic() < end:
            asked = self.kernel_info()
            if not await self.parent.is_alive():
                raise RuntimeError(f"Kernel died before replying{self.parent.ending()}")
            try:
                while True:
                    reply = await self.get_shell_msg(timeout=1)
                    if reply["parent_header"].get("msg_id") == asked:
                        break
                self._handle_kernel_info_reply(reply)
                while True:
                    told = await self.get_iopub_msg(timeout=0.1)
                    state = told["content"].get("execution_state")
                    if told["parent_header"].get("msg_id") == asked and state == "idle":
                        return
            except Exception as silent:
                if type(silent).__name__ != "Empty":
                    raise
        raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    wait_for_ready = _async_wait_for_ready


class _Forking(LocalProvisioner):
    async def launch_kernel(self, cmd: list[str], **given: Any) -> dict[str, Any]:
        asked = {
            "argv": cmd[cmd.index("ipykernel_launcher") + 1 :],
            "env": {**given.get("env", os.environ), **dict.fromkeys(ONE_THREAD, "1")},
            "cwd": str(given.get("cwd") or Path.cwd()),
        }
        self.process = self.parent.forked
        await asyncio.to_thread(self.process.start, asked)
        return self.connection_info


class _Forked:
    """What a provisioner uses of a Popen, over the line to the keeper."""

    stdin = stdout = stderr = None

    def __init__(self, line: socket.socket, seconds: float) -> None:
        self._line, self.returncode, self.told = line, None, dict[str, Any]()
        line.settimeout(seconds)  # the server may have to prepare for the first kernel
        self.folder = self._answer("folder")

    def start(self, asked: dict[str, Any]) -> None:
        """Have the child do what is asked."""
        self._line.sendall(json.dumps(asked).encode() + b"\n")
        self.pid = self._answer("pid")
        self._line.setblocking(False)

    def _answer(self, key: str) -> Any:
        line = b""
        while key not in self.told:
            if not (more := self._line.recv(1)):
                raise OSError("the fork server is lost")
            line += more
            if more == b"\n":
                self.told |= json.loads(line)
                line = b""
            if "errno" in self.told:
                raise OSError(self.told["errno"], self.told["failed"])
        return self.told[key]

    def poll(self) -> int | None:
        while self.returncode is None:
            try:
                lines = self._line.recv(1 << 12).splitlines()
                for told in lines:
                    self.told |= json.loads(told)
            except BlockingIOError:
                return None
            except (OSError, ValueError):
                lines = []
            if not lines:  # the keeper has gone, and its child before, or with it
                self.returncode = self.told.setdefault("exit", -signal.SIGKILL)
        self._line.close()
        return self.returncode

    def wait(self) -> int | None:
        return self.poll()

    def send_signal(self, number: int) -> None:
        if number != signal.SIGINT:
            self.kill()
        elif self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def kill(self) -> None:
        """The keeper ends all that the kernel has started."""
        if self.returncode is None:
            self._line.shutdown(socket.SHUT_WR)

    terminate = kill
