"""Commands as processes that are ended at any moment, run out of disk, or start in odd surroundings."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are told by /proc"),
]

# As `quyu` is started, but that the fork server imports nothing for the notebooks: they need nothing.
QUYU = (
    "import sys\nfrom quyu.batch import sweep\nfrom quyu.cli import app\n"
    "sweep.IMPORTS = ('', {})\napp(sys.argv[1:], prog_name='quyu')\n"
)
SWEEP = ["-c", QUYU, "batch", "mine.ipynb", "--grid", "grid.yaml", "--out", "out", "--jobs", "2"]
LIGHT = (
    "import subprocess, time\ntime.sleep(0.1)\n"
    "_ = subprocess.Popen(['sleep', '600'], start_new_session=True)\nprint('report', name)"
)
# A batch of reports on a made-up study, as a process.
REPORTS = [str(Path(__file__).with_name("test_batch.py")), "out", *(f"{n}={LIGHT}" for n in "abcd")]
COMMANDS = {"batch": (SWEEP, "out/mine"), "report": (REPORTS, "out/run")}
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def world(folder, cell=LIGHT, grid="name: [a, b, c, d]"):
    """A notebook and a grid for it in `folder`, beside a place for temporary files."""
    cells = [nbformat.v4.new_code_cell(each) for each in ("name = ''", cell, "'the end'")]
    cells[0].metadata["tags"] = ["parameters"]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "P"}
    nbformat.write(book, folder / "mine.ipynb")
    (folder / "grid.yaml").write_text(grid)
    (folder / "tmp").mkdir()
    return folder


def begun(command, folder, *prefix, **environment):
    """The command as a process whose family can be told by its environment."""
    given = {"QUYU_FAMILY": str(folder), "TMPDIR": str(folder / "tmp")} | environment
    return subprocess.Popen(
        [*prefix, sys.executable, *COMMANDS[command][0]],
        cwd=folder,
        env={name: value for name, value in (os.environ | given).items() if value is not None},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def ended(process):
    """The exit code, and what was said."""
    said = process.communicate(timeout=300)[0]
    return process.returncode, said


def family(folder):
    """Every process that was started, by whatever way, from the one that was given the mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if f"QUYU_FAMILY={folder}\0" in Path(f"/proc/{process.pid}/environ").read_text():
                found.append(process.cmdline()[:4])
        except (OSError, UnicodeError, psutil.NoSuchProcess):
            continue
    return found


def left(folder, seconds=10):
    """The processes, and the temporary files, that are there after some seconds still."""
    until = time.monotonic() + seconds
    while (found := family(folder)) and time.monotonic() < until:
        time.sleep(0.05)
    return [*found, *(folder / "tmp").iterdir()]


def whole(run):
    """The SHA-256 of every file of a run but the manifest, which must tell the truth of each."""
    manifest = json.loads((run / "manifest.json").read_text())
    there = {
        path.relative_to(run).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in run.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    rows = manifest.get("runs", manifest.get("reports"))
    assert {row["status"] for row in rows} == {"done"}
    for row in rows:
        assert there.items() >= row["files"].items()
    return there


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """For each command how long it takes, and what comes of it, if nothing happens."""
    found = {}
    for command, (_, run) in COMMANDS.items():
        folder, start = world(tmp_path_factory.mktemp(command)), time.monotonic()
        code, said = ended(begun(command, folder))
        assert code == 0, said
        found[command] = time.monotonic() - start, whole(folder / run)
        assert left(folder) == []
    return found


@pytest.mark.parametrize("seed", range(12))  # 30 have been tried
def test_what_is_ended_at_any_moment_is_taken_up(calm, tmp_path, seed):
    command, number = ["batch", "batch", "report"][seed % 3], SIGNALS[seed % 4]
    (lasts, undisturbed), chance = calm[command], random.Random(seed)
    run, process = world(tmp_path) / COMMANDS[command][1], begun(command, tmp_path)
    if seed % 2 == 0:  # at any moment, or while kernels run
        time.sleep(chance.uniform(0, lasts))
    else:
        while process.poll() is None and not [*(tmp_path / "tmp").glob("quyu-*")]:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1.5))
    process.send_signal(number)
    ended(process)
    assert left(tmp_path) == []
    if (run / "manifest.json").exists():
        stood = {name: known for name, known in whole(run).items() if "quyu.part" not in name}
        assert stood.items() <= undisturbed.items()  # each is whole
    code, said = ended(begun(command, tmp_path))
    assert code == 0, said
    assert whole(run) == undisturbed
    assert left(tmp_path) == []


def test_a_disk_of_one_megabyte_is_told_and_the_rest_follows_when_there_is_room(tmp_path):
    many = "import random\nprint(''.join(random.Random(name).choices('abcdefgh', k=100_000)))"
    run, disk = world(tmp_path, many) / "out/mine", ["mount", "-t", "tmpfs", "-o"]
    (tmp_path / "out").mkdir()
    given = [*disk, "size=1m", "tmpfs", str(tmp_path / "out")]
    if os.geteuid() != 0 or subprocess.run(given, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    try:
        code, said = ended(begun("batch", tmp_path))
        assert code == 1
        told = said.splitlines()[-1]
        assert told.startswith("quyu: cannot read or write out/mine/name=")
        assert "No space left on device. Make room, then give the same command again" in told
        stood = whole(run)
        assert 0 < len([name for name in stood if name.endswith("html")]) < 4
        assert not any("quyu.part" in name for name in stood)
        subprocess.run(["mount", "-o", "remount,size=4m", str(tmp_path / "out")], check=True)
        code, said = ended(begun("batch", tmp_path))
        assert (code, "of 4 reports written, " in said) == (0, True)
        assert whole(run).items() >= stood.items()
        assert left(tmp_path) == []
    finally:
        subprocess.run(["umount", str(tmp_path / "out")], check=True)


AFTER = (
    "import shutil, time\nfrom pathlib import Path\nif name == 'b':\n"
    "    while not Path('out/mine/name=a/page.html').exists():\n        time.sleep(0.05)\n    "
)


@pytest.mark.parametrize("lost", ["out", "out/mine", "out/mine/name=a"])
def test_a_folder_that_vanishes_is_told_with_exit_code_1(tmp_path, lost):
    world(tmp_path, f"{AFTER}shutil.rmtree({lost!r})", "name: [a, b]")
    code, said = ended(begun("batch", tmp_path))
    assert code == 1
    told = said.splitlines()[-1]
    assert told.startswith("quyu: cannot read or write out/mine")
    assert "it vanished while reports were being written" in told
    assert left(tmp_path) == []


ODD = 'it\'s "q" 😀\nand more'
PLACES = {
    "C locale, output in ASCII": ([], {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}),
    "no HOME": ([], {"HOME": None}),
    "HOME nowhere": ([], {"HOME": "/nowhere"}),
    "TMPDIR nowhere": ([], {"TMPDIR": "/nowhere"}),
    "an odd TMPDIR": ([], {"TMPDIR": f"{{}}/{ODD}"}),
    "a TMPDIR too long for sockets": ([], {"TMPDIR": "{}/" + "x" * 120}),
    "no /dev/shm": (
        ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o ro none /dev/shm && exec "$@"', "sh"],
        {},
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_batch_works_wherever_it_is_started(tmp_path, place):
    prefix, given = PLACES[place]
    try_out = [*prefix, sys.executable, "-c", ""]
    if prefix and subprocess.run(try_out, capture_output=True).returncode:
        pytest.skip(f"{prefix[0]} is not allowed here")
    folder = tmp_path / ODD
    folder.mkdir()
    world(folder, "print('report', name)", "name: [廣東]")
    given = {name: value and value.format(tmp_path) for name, value in given.items()}
    if str(tmp_path) in (made := given.get("TMPDIR") or ""):
        Path(made).mkdir(exist_ok=True)
    code, said = ended(begun("batch", folder, *prefix, **given))
    assert code == 0, said
    assert "1 of 1 reports written" in said
    assert "report 廣東" in (folder / "out/mine/name=廣東/page.html").read_text()
    assert left(folder) == []


def test_a_folder_that_may_not_be_written_is_refused_before_anything_runs(tmp_path):
    world(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w').close()")
    (tmp_path / "out/mine").mkdir(parents=True)
    (tmp_path / "out/mine").chmod(0o500)
    # The superuser may write anywhere, but for these rights of his.
    prefix = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    if prefix and not shutil.which("setpriv"):
        pytest.skip("setpriv takes the superuser's rights away")
    code, said = ended(begun("batch", tmp_path, *prefix))
    assert said == (
        "quyu: cannot read or write out/mine: Permission denied. Another --out may help.\n"
    )
    assert code == 2
    assert not (tmp_path / "ran").exists()
