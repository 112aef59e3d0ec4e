"""What an import costs, in CPU and as a ratio within one run: `python benchmarks/bench_import.py`.

Prints, asserts nothing. `import quyu` is to cost at most a tenth of `import pandas`.
"""

import resource
import subprocess
import sys

LINES = {
    "nothing": "pass",
    "import quyu": "import quyu",
    "quyu --help": "from typer.testing import CliRunner; from quyu.cli import app; "
    "CliRunner().invoke(app, ['--help'])",
    "import pandas": "import pandas",
}


def cost(line: str) -> float:
    """The least CPU seconds of seven processes."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", line], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(once() for _ in range(7))


if __name__ == "__main__":
    costs = {name: cost(line) for name, line in LINES.items()}
    bare = costs.pop("nothing")
    for name, seconds in costs.items():
        share = (seconds - bare) / (costs["import pandas"] - bare)
        print(f"{name:14} {seconds - bare:6.3f} s  {share:6.1%} of pandas")
