"""A real JupyterLab over a folder, for tests that open it in a browser."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress

import pytest


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """`with serve(books, trusted=[…]) as address`: a JupyterLab with settings of its own."""

    @contextmanager
    def serving(books, *, trusted=()):
        root = tmp_path_factory.mktemp("lab")
        homes = {f"JUPYTER_{kind}_DIR": str(root / kind) for kind in ("DATA", "CONFIG", "RUNTIME")}
        env, run = {**os.environ, **homes}, [sys.executable, "-m", "jupyter"]
        for path in trusted:
            subprocess.run([*run, "trust", path], env=env, check=True)
        options = [
            "--expose-app-in-browser",
            "--no-browser",
            "--ip=127.0.0.1",
            "--port=0",
            "--allow-root",
        ]
        options += ["--IdentityProvider.token=", f"--ServerApp.root_dir={books}"]
        with (root / "log").open("w+") as log:
            server = subprocess.Popen([*run, "lab", *options], env=env, stdout=log, stderr=log)
            try:
                yield _answering(root / "RUNTIME", server)
            finally:
                server.kill()  # asked to end, it waits for its browsers; its kernels end with it
                server.wait()

    return serving


RUNNING = """
const open = async () => {
  while (!window.jupyterapp?.shell.currentWidget?.sessionContext) await new Promise(requestAnimationFrame);
  const panel = jupyterapp.shell.currentWidget;
  await Promise.all([panel.context.ready, panel.sessionContext.ready]);
  while (panel.sessionContext.session?.kernel?.status !== "idle") await new Promise(requestAnimationFrame);
  return panel;
};
const run = async () => {
  const panel = await open();
  await jupyterapp.commands.execute("notebook:run-all-cells");
  for (const cell of panel.content.widgets) {  // only what is in view is drawn
    await panel.content.scrollToCell(cell);
    await new Promise((done) => setTimeout(done, 50));
  }
  await panel.content.scrollToCell(panel.content.widgets[0]);
  window.ran = panel.content.model.toJSON().cells;
};
run().catch((error) => { window.ran = String(error); });
"""


@pytest.fixture(scope="session")
def run_all():
    """`run_all(tab)`: Run All once the kernel answers; when every cell has run, the cells as they stand.

    Asked sooner, Lab runs nothing, or opens a dialog for each of the cells.
    """

    def running(tab):
        tab.evaluate(f"() => {{{RUNNING}}}")
        tab.wait_for_function("window.ran !== undefined", timeout=600_000)
        cells = tab.evaluate("window.ran")
        assert isinstance(cells, list), cells
        return cells

    return running


def _answering(runtime, server):
    """The address of the server, once it answers."""
    for _ in range(600):
        assert server.poll() is None, "JupyterLab ended by itself"
        for file in runtime.glob("jpserver-*.json"):
            with suppress(OSError, ValueError, KeyError):
                address = json.loads(file.read_text())["url"]
                urllib.request.urlopen(f"{address}api", timeout=5).close()
                return address
        time.sleep(0.1)
    pytest.fail("JupyterLab does not answer")
