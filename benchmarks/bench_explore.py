"""CPU seconds, size and outside addresses of `s.explore` beside geopandas' own `.explore`, in one run.

python benchmarks/bench_explore.py
"""

import re
import tempfile
import time
from pathlib import Path

import quyu
import quyu.study.exploring  # imports are not what is compared

YEAR, WHAT = 2023, "rd_intensity"
ASKS = re.compile(r'(?:<script src|<link[^>]*href|[tT]ileLayer\(\s*|url\()\W*(https?://[^"\')]+)')


def main() -> None:
    s = quyu.open_study(lang="en")
    s.units.explore()
    layer = s.units.join((s.card.imputed[WHAT] * 100).xs(YEAR, level="year"))
    ways = {
        "s.explore": lambda: s.explore(WHAT, YEAR),
        "geopandas .explore": lambda: layer.explore(
            WHAT, scheme="Quantiles", tooltip=["full_name", WHAT]
        ),
    }
    print(f"{'':20}{'first':>8}{'best of 5':>11}{'KB':>8}{'addresses':>11}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "map.html"
        for name, draw in ways.items():
            seconds = []
            for _ in range(6):
                start = time.process_time()
                draw().save(str(file))
                seconds.append(time.process_time() - start)
            text = file.read_text(encoding="utf-8")
            told = f"{seconds[0]:8.2f}{min(seconds[1:]):11.2f}{len(text.encode()) / 1000:8.0f}"
            print(f"{name:20}{told}{len(set(ASKS.findall(text))):11}")


if __name__ == "__main__":
    main()
