"""Each notebook finds a process as if nobody had been there before."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quyu.batch.kernels.limits import Limits
from quyu.batch.kernels.run import Kernels

LEAK = """
import builtins, os, sys, random
import matplotlib as mpl, pandas as pd
pd.leaked, x, builtins.LEAK, os.environ["LEAK"] = 1, 5, 1, "1"
mpl.rcParams["font.size"] = 99
pd.set_option("display.max_rows", 3)
sys.path.append("/leak")
os.chdir("/")
"""
FOUND = """
[hasattr(pd, "leaked"), "x" in globals(), hasattr(builtins, "LEAK"), "LEAK" in os.environ,
 mpl.rcParams["font.size"], pd.get_option("display.max_rows"), "/leak" in sys.path, os.getcwd()]
"""


def result(ended):
    assert ended.error == ""
    return ended.notebook.cells[-1].outputs[-1].data["text/plain"]


def printed(ended):
    assert ended.error == ""
    return "".join(output.text for output in ended.notebook.cells[-1].outputs)


def test_nothing_leaks_from_one_run_into_the_next(ran):
    imports = "import builtins, os, sys\nimport matplotlib as mpl, pandas as pd"
    assert ran("", LEAK).error == ""
    found = result(ran("y = 1", imports, FOUND))
    assert eval(found) == [False, False, False, False, 10.0, 60, False, str(Path.cwd())]


def test_chance_differs_from_run_to_run(ran):
    code = (
        "import random, tempfile, uuid\nimport numpy as np\n"
        "[random.random(), np.random.rand(), np.random.default_rng().random(), "
        "str(uuid.uuid4()), str(uuid.uuid1()), tempfile.mktemp()]"
    )
    first, second = (eval(result(ran("", code))) for _ in range(2))
    assert all(a != b for a, b in zip(first, second, strict=True))


def test_seeded_chance_is_the_same(ran):
    code = "import numpy as np\n[np.random.default_rng(1).random(), hash(1.5)]"
    assert result(ran("", code)) == result(ran("", code))


def test_threads_and_linear_algebra_work(ran):
    code = (
        "from concurrent.futures import ThreadPoolExecutor\nimport numpy as np\n"
        "a = np.ones((300, 300))\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    sums = list(pool.map(lambda i: float((a @ a).sum()), range(8)))\n"
        "set(sums)"
    )
    assert result(ran("", code)) == "{27000000.0}"


def test_processes_of_its_own_work(ran, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # ipykernel would not read what a process prints
    code = (
        "import multiprocessing, os, subprocess\n"
        "print('first')\nos.system('echo second')\n"
        "print(subprocess.run(['echo', 'third'], capture_output=True, text=True).stdout.strip())\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(pool.map(abs, [-1, -2]))"
    )
    told = printed(ran("", code)).split("\n")
    assert sorted(told[:4]) == ["[1, 2]", "first", "second", "third"]


def test_the_environment_and_the_folder_are_the_callers(ran, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert eval(result(ran("", "import os, sys\n[os.getcwd(), sys.path.count('')]"))) == [
        str(tmp_path),
        1,
    ]


def test_parameters_come_by_papermill(ran):
    ended = ran("x = 1\ny = 'a'", "x, y", x=41, y="廣東")
    assert result(ended) == "(41, '廣東')"
    assert ended.notebook.cells[1].metadata.tags == ["injected-parameters"]


def test_what_is_to_happen_at_exit_happens(ran, tmp_path):
    ran(
        "", f"import atexit\natexit.register(lambda: open({str(tmp_path / 'left')!r}, 'w').close())"
    )
    assert (tmp_path / "left").exists()


@pytest.mark.prove
def test_many_at_once_and_each_comes_to_its_end(server, made, children, tmp_path):
    log = (
        "import logging, logging.handlers\n"
        f"file = logging.FileHandler({str(tmp_path)!r} + f'/{{i}}')\n"
        "logging.getLogger().addHandler(logging.handlers.MemoryHandler(9, target=file))\n"
        "logging.warning('said')"
    )

    def double(i):
        cells = made("i = 0", log, "2 * i")
        return int(result(Kernels().run(cells, {"i": i}, server=server, limits=Limits())))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(double, range(150))) == [2 * i for i in range(150)]
    assert children() == []
    assert [path.name for path in tmp_path.iterdir() if path.read_text() != "said\n"] == []


def test_a_function_can_be_called_as_well(server):
    limits = Limits(5, 5)
    assert server.call("json:dumps", {"obj": {"a": 1}}, limits=limits) == '{"a": 1}'
    with pytest.raises(ValueError, match=r"json:loads: .*JSONDecodeError"):
        server.call("json:loads", {"s": "{"}, limits=limits)


def test_ends_that_fall_together_are_each_told(server):
    def echo(i):
        return server.call("json:dumps", {"obj": i}, limits=Limits(20, 20))

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(echo, range(150))) == [str(i) for i in range(150)]


def test_memory_is_shared_and_given_back(server, ran, children):
    pss = (
        "import pandas\n"
        "text = open('/proc/self/smaps_rollup').read()\n"
        "int([line for line in text.splitlines() if line.startswith('Pss:')][0].split()[1]) // 1024"
    )
    assert int(result(ran("", pss))) < 100  # pandas and matplotlib alone take more in a kernel
    ran("", "import numpy as np\nkept = np.ones(20_000_000)")
    assert children() == []


def test_who_watches_a_call_keeps_nothing_of_the_servers_memory(server):
    watcher = server.call(
        "subprocess:getoutput",
        {"cmd": "grep VmRSS /proc/$(ps -o ppid= -p $PPID | tr -d ' ')/status"},
        limits=Limits(20, 20),
    )
    assert int(watcher.split()[1]) < 20_000  # kB; the server has imported pandas
