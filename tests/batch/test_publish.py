"""Files appear whole or not at all."""

import errno
import hashlib
import os
import subprocess
import sys

import pytest

from quyu.files import publish


def test_writes_and_hashes(tmp_path):
    digest = publish(tmp_path / "deep" / "a.html", b"whole")
    assert (tmp_path / "deep" / "a.html").read_bytes() == b"whole"
    assert digest == hashlib.sha256(b"whole").hexdigest()
    assert _names(tmp_path / "deep") == ["a.html"]


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "a.html"
    publish(target, b"old")
    full = OSError(errno.ENOSPC, "no space left")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(full))
    with pytest.raises(OSError, match=r"no space left.*a\.html"):
        publish(target, b"new")
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.html"]


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are POSIX")
def test_a_file_size_limit_leaves_no_half_file(tmp_path):
    # A real fault: the kernel refuses the write in the middle, as a full disk does.
    program = (
        "import resource, signal, sys, pathlib\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from quyu.files import publish\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "publish(pathlib.Path(sys.argv[1]) / 'a.html', b'x' * 100_000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "File too large" in done.stderr
    assert _names(tmp_path) == []


def _names(folder):
    return [path.name for path in folder.iterdir()]
