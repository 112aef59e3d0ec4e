"""A process that dies, hangs or is abandoned is told, located and gone."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from quyu.batch.kernels import run
from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.kernels.run import Kernels

pytestmark = pytest.mark.prove


@pytest.mark.parametrize(
    ("fatal", "told"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise type('', (Exception,), {})('of no name')", "error: of no name"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("import os; os._exit(7)", "its kernel died (exit code 7)"),
        ("import os; os._exit(0)", "its kernel died (exit code 0)"),
        ("import ctypes; ctypes.string_at(0)", "its kernel died (SIGSEGV)"),
        ("import os; os.kill(os.getpid(), 9)", "its kernel died (SIGKILL)"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGINT)", "KeyboardInterrupt: "),
        ("import os; os.killpg(0, 9)", "its kernel died (SIGKILL)"),
    ],
)
def test_an_early_end_is_located(ran, children, fatal, told):
    ended = ran("x = 1", fatal, "'never'")
    assert ended.error == f"cell 2: {told}"
    assert ended.notebook.cells[2].execution_count is None
    assert children() == []
    assert ran("x = 1").error == ""  # and the next one runs


def test_two_kernels_are_not_made_at_the_same_time(ran, monkeypatch):
    inside, most = [], []

    def slowly(made):
        def make(*given, **more):
            inside.append(made)
            most.append(len(inside))
            time.sleep(0.1)  # long enough for another thread to come
            inside.pop()
            return made(*given, **more)

        return make

    for name in ("Manager", "_Client"):
        monkeypatch.setattr(run, name, slowly(getattr(run, name)))
    with ThreadPoolExecutor(3) as pool:
        ended = [*pool.map(lambda x: ran(f"x = {x}"), range(3))]
    assert [each.error for each in ended] == ["", "", ""]
    assert len(most) == 6 and max(most) == 1


def test_memory_runs_out_in_the_cell_that_asks_for_it(ran):
    code = (
        "import resource\nimport numpy as np\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "np.ones(1 << 30)"
    )
    assert "cell 2: " in ran("", "x = 1", code).error
    assert "MemoryError" in ran("", "x = 1", code).error


@pytest.mark.parametrize("endless", ["import time; time.sleep(60)", "while True: pass"])
def test_a_cell_meets_its_deadline(ran, children, endless):
    ended = ran("x = 1", "print('so far', flush=True)\n" + endless, "'never'", cell=1)
    assert ended.error == "cell 2: the cell took longer than 1 s"
    assert ended.notebook.cells[1].outputs[0].text == "so far\n"
    assert children() == []


def test_a_cell_that_will_not_be_interrupted_meets_it_too(ran, children):
    stubborn = (
        "import signal, time\n"
        "for number in (signal.SIGINT, signal.SIGTERM):\n    signal.signal(number, signal.SIG_IGN)\n"
        "while True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
    )
    assert "longer than 0.5 s" in ran("", stubborn, cell=0.5).error
    assert children() == []


def test_a_run_meets_its_deadline(ran):
    slow = ["import time; time.sleep(0.4)"] * 4
    assert ran("x = 1", *slow, cell=10, run=1).error.endswith(": the run took longer than 1 s")


@pytest.mark.parametrize("how", ["", ", start_new_session=True"])
def test_what_a_notebook_started_goes_with_it(ran, how):
    ended = ran("", f"import subprocess\nsubprocess.Popen(['sleep', '60']{how}).pid")
    pid = int(ended.notebook.cells[1].outputs[0].data["text/plain"])
    assert _gone(pid)


def test_a_killed_process_is_told(server, made, children):
    def seen(ran, total):
        if ran == 1:
            os.kill(max(children()), signal.SIGKILL)

    slow = made("x = 1", "import time; time.sleep(30)")
    ended = Kernels().run(slow, {}, server=server, limits=Limits(), seen=seen)
    assert ended.error == "cell 2: its kernel died (SIGKILL)"


def test_a_killed_server_takes_its_processes_along_and_is_started_again(made):
    with ForkServer() as server:
        assert server.refusal(60) == ""
        first, cells = (
            server._process,
            made("import os", "os.getpid()", "import time; time.sleep(30)"),
        )

        def seen(ran, total):
            if ran == 2:
                first.kill()

        ended = Kernels().run(cells, {}, server=server, limits=Limits(), seen=seen)
        assert ended.error == "cell 3: its kernel died (SIGKILL)"
        assert _gone(int(ended.notebook.cells[1].outputs[0].data["text/plain"]))
        first.wait()
        again = Kernels().run(made("", "1 + 1"), {}, server=server, limits=Limits())
        assert again.error == ""


def test_the_death_of_the_owner_ends_all():
    program = (
        "import nbformat, sys\nfrom quyu.batch.kernels.client import ForkServer\n"
        "from quyu.batch.kernels.limits import Limits\n"
        "from quyu.batch.kernels.run import Kernels\n"
        "server = ForkServer()\nserver.refusal(60)\n"
        "cells = [nbformat.v4.new_code_cell(text) for text in ('', 'import time; time.sleep(60)')]\n"
        "print(server._process.pid, flush=True)\n"
        "book = nbformat.v4.new_notebook(cells=cells)\n"
        "Kernels().run(book, {}, server=server, limits=Limits())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as owner:
        server = psutil.Process(int(owner.stdout.readline()))
        while len(running := server.children(recursive=True)) < 2:
            time.sleep(0.01)
        owner.kill()
    assert all(_gone(process.pid) for process in [server, *running])


def test_closing_leaves_nothing(made):
    server = ForkServer()
    assert server.refusal(60) == ""
    process = server._process
    server.close()
    assert process.poll() == 0
    ended = Kernels().run(made("x = 1"), {}, server=server, limits=Limits())
    assert ended.error.endswith("was closed")
    assert not ended.began


def test_closing_before_anything_was_asked_is_quiet(capfd):
    server = ForkServer()
    server._channel.recv(1, socket.MSG_PEEK)  # it is prepared, and nobody has listened
    server._prepared = True
    server.close()
    assert capfd.readouterr().err == ""


def test_a_server_still_preparing_is_not_waited_for():
    server = ForkServer("signal:pause")
    server.close()
    assert server._process.returncode == -signal.SIGKILL


def test_a_preparation_without_end_is_ended_and_told():
    with ForkServer("signal:pause") as server:
        assert server.refusal(0.5) == "preparing took longer than 0.5 s (--run-seconds)"
        assert server._process.returncode is not None


def test_a_server_still_preparing_goes_with_its_owner():
    server = ForkServer("signal:pause")
    time.sleep(1)
    server._channel.close()
    server._process.wait(1)


def test_closing_does_not_wait_for_one_who_waits():
    server = ForkServer("signal:pause")
    asking = threading.Thread(target=server.refusal, args=(60,))
    asking.start()
    while not server._lock.locked():
        time.sleep(0.01)
    server.close()
    asking.join(10)
    assert not asking.is_alive()


def test_a_server_whose_owner_has_gone_ends_without_a_word(capfd):
    for prepare in ("time:time", "no.such:thing"):
        server = ForkServer(prepare)
        server._process.send_signal(signal.SIGSTOP)
        server._channel.close()
        server._process.send_signal(signal.SIGCONT)
        server._process.wait(20)
    assert capfd.readouterr().err == ""


def test_more_than_one_thread_is_refused():
    # A thread that the fork does not copy may hold a lock that its children then wait for forever.
    with ForkServer("faulthandler:dump_traceback_later", {"timeout": 600}) as server:
        assert "2 threads" in server.refusal(60)


def test_a_preparation_that_fails_is_told():
    with ForkServer("importlib:import_module", {"name": "no_such_module"}) as server:
        assert "No module named 'no_such_module'" in server.refusal(60)


def _gone(pid, seconds=5):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_a_folder_goes_with_an_owner_that_is_gone_before_its_kernel_starts(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with ForkServer() as server:
        with server.fork({"kernel": True}, 60) as line, line.makefile("rb") as lines:
            folder = json.loads(lines.readline())["folder"]
            assert [*map(str, tmp_path.iterdir())] == [folder]
        end = time.monotonic() + 30
        while [*tmp_path.iterdir()] and time.monotonic() < end:
            time.sleep(0.01)
        assert [*tmp_path.iterdir()] == []


STEPS = """
import pathlib, threading, time
done = []
def told():
    return done
def steps(mark):
    done.append(1)
    yield
    done.append(2)
    yield
    done.append(3)
    pathlib.Path(mark).touch()
def hanging():
    yield
    time.sleep(600)
def threaded():
    yield
    threading.Thread(target=time.sleep, args=[600], daemon=True).start()
"""


@pytest.fixture
def in_steps(tmp_path, monkeypatch):
    """A server that prepares by the generator of that name, ready for its first fork."""
    (tmp_path / "stepwise.py").write_text(STEPS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    made = []

    def start(name, **given):
        made.append(ForkServer(f"stepwise:{name}", given))
        assert made[-1].refusal(60) == ""
        return made[-1]

    yield start
    for server in made:
        server.close()


def test_what_can_wait_is_prepared_while_nobody_asks(in_steps, tmp_path):
    server = in_steps("steps", mark=str(tmp_path / "mark"))
    assert server.call("stepwise:told", {}, limits=Limits())[0] == 1
    while not (tmp_path / "mark").exists():
        time.sleep(0.05)
    assert server.call("stepwise:told", {}, limits=Limits()) == [1, 2, 3]


def test_what_a_kernel_needs_is_prepared_before_the_first(in_steps, tmp_path):
    server = in_steps("steps", mark=str(tmp_path / "mark"))
    with server.fork({"kernel": True}, 60) as line, line.makefile("rb") as lines:
        assert "folder" in json.loads(lines.readline())
        assert server.call("stepwise:told", {}, limits=Limits())[:2] == [1, 2]


def test_a_server_ends_with_its_owner_in_the_midst_of_a_step(in_steps):
    server = in_steps("hanging")
    server.call("stepwise:told", {}, limits=Limits())  # no step is taken before somebody asked
    time.sleep(0.5)
    server.close()  # would wait ten minutes
    assert server._process.returncode == 1


def test_a_step_that_leaves_a_thread_behind_forks_nothing(in_steps):
    server = in_steps("threaded")
    server.call("stepwise:told", {}, limits=Limits())
    assert server._process.wait(60) == 1
