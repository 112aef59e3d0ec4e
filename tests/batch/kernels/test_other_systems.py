"""On a system without fork, the rooms can be imported and say why they do not fork."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.prove

PROGRAM = """
import os, signal, socket, sys
import pandas, nbclient, papermill, jupyter_client, rich, typer, nbconvert.exporters, geopandas
import matplotlib.pyplot, ipykernel.zmqshell
for module, names in {
    os: "fork setsid killpg memfd_create waitid waitpid sched_getaffinity geteuid getuid",
    signal: "SIGKILL SIGCHLD SIGSTOP set_wakeup_fd",
    socket: "AF_UNIX SOCK_SEQPACKET send_fds recv_fds",
}.items():
    for name in names.split():
        delattr(module, name)
sys.modules["fcntl"] = sys.modules["resource"] = None
sys.platform = "win32"
import quyu, quyu.cli, quyu.batch.kernels.run
import quyu.batch.report, quyu.batch.plan, quyu.batch.sweep
from pathlib import Path
from quyu.batch.kernels.client import ForkServer
from quyu.batch.store import alone
with ForkServer("time:time") as server:
    print(server.refusal(1))
with alone(Path(sys.argv[1]), say=print):
    pass
"""


def test_all_can_be_imported_and_the_fork_is_refused_with_a_reason(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "forking notebooks needs Linux; this is win32",
        f"{tmp_path} cannot be locked here: let no other command write into it meanwhile.",
    ]
