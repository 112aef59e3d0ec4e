"""The manifest of a run folder, written anew whenever something in the folder came true."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from typing import Any

from quyu import __version__
from quyu.reports.batch.inputs import REPORTED, digest, grounds, sources
from quyu.reports.batch.jobs import Job, Outcome
from quyu.reports.batch.manifest import read, stands
from quyu.reports.batch.plan import Plan
from quyu.reports.certainty import robustness
from quyu.reports.publish import publish
from quyu.reports.scores import notes
from quyu.words import LANGUAGES


class Ledger:
    """What is true of a plan's folder: its reports, `briefs` that they may link to, and other files.

    It begins with what an earlier run made from the same inputs and nobody has touched since.
    """

    def __init__(self, planned: Plan) -> None:
        self._planned, self._folder = planned, planned.folder
        self._grounds = grounds(planned.data, planned.framework)
        earlier = read(self._folder)
        if earlier.get("grounds") != self._grounds:
            earlier = {}
        self._files: dict[str, str] = earlier.get("files", {})
        self._made_from: dict[str, str] = earlier.get("made_from", {})
        self._asked: list[str] = earlier.get("asked", [])
        self._rows = {(row["lang"], row["key"]): row for row in earlier.get("reports", [])}
        planned_now = {(planned.lang, job.key) for job in planned.jobs}
        for name, row in [*self._rows.items()]:
            failed, whole = row["status"] == "failed", stands(self._folder, row["files"])
            if (name in planned_now) if failed else not whole:
                del self._rows[name]
        self.coming = self.pages() | {f"{job.key}.html" for job in planned.jobs}
        self.briefs = {page for page in self.coming if page.startswith("regions/")}
        self.elsewhere = self._elsewhere()
        self._inputs = {
            (planned.lang, job.key): digest(
                self._grounds,
                sources(job.notebook),
                job.parameters,
                sorted(self.briefs),
                [lang for lang, pages in self.elsewhere.items() if f"{job.key}.html" in pages],
            )
            for job in planned.jobs
        }
        for name, inputs in self._inputs.items():
            if name in self._rows and self._rows[name]["inputs"] != inputs:
                del self._rows[name]

    def todo(self) -> list[Job]:
        """The planned jobs that are still to be done."""
        return [
            job for job in self._planned.jobs if (self._planned.lang, job.key) not in self._rows
        ]

    def pages(self, lang: str = "") -> set[str]:
        """The pages of reports and briefs that are there, as the front page names them."""
        return {
            f"{key}.html"
            for (there, key), row in self._rows.items()
            if there == (lang or self._planned.lang) and row["status"] == "done"
        }

    def _elsewhere(self) -> dict[str, set[str]]:
        """The pages of each other language: those there, and those that the request is for."""
        planned, found = self._planned, {}
        asked = {f"{job.key}.html" for job in planned.jobs}
        for lang in LANGUAGES:
            pages = self.pages(lang) | (asked if lang in planned.languages else set())
            if pages and lang != planned.lang:
                found[lang] = pages | {"index.html", "atlas.html"}
        return found

    def written(self, lang: str = "") -> dict[str, str]:
        """Every file that stands in the folder, or those of one language, with its SHA-256."""
        files = dict(self._files)
        for row in self._rows.values():
            files |= row["files"]
        return {name: known for name, known in files.items() if name.startswith(lang)}

    def note(self, outcome: Outcome) -> None:
        """Write down how a job ended."""
        name = (self._planned.lang, outcome.job.key)
        self._rows[name] = {
            "key": outcome.job.key,
            "lang": self._planned.lang,
            "label": outcome.job.label,
            "status": "failed" if outcome.error else "done",
            "seconds": round(outcome.seconds, 2),
            "error": outcome.error,
            "inputs": self._inputs[name],
            "files": outcome.files,
        }
        self._save()

    def lacks(self, file: str, *made_from: Any) -> bool:
        """Whether `file` is missing, harmed, or made from something else."""
        known = {file: self._files.get(file, "")}
        return self._made_from.get(file) != self._key(made_from) or not stands(self._folder, known)

    def put(self, file: str, content: bytes, *made_from: Any) -> None:
        """Publish a file and write down what it was made from."""
        self._files[file] = publish(self._folder / file, content)
        self._made_from[file] = self._key(made_from)
        self._save()

    def close(self, asked: str) -> None:
        """Write down that the request with this hash has been met in full."""
        self._asked = sorted({*self._asked, asked} - {""})
        self._save()

    def _key(self, made_from: tuple[Any, ...]) -> str:
        return digest(self._grounds, *made_from)

    def _save(self) -> None:
        study, choices = self._planned.study, self._planned.study.card.framework
        told = {
            "quyu": __version__,
            "python": platform.python_version(),
            "packages": {name: version(name) for name in REPORTED},
            "run": self._folder.name,
            "year": self._planned.year,
            "lang": self._planned.lang,
            "data_sha256": study.facts.sha256,
            "framework": {
                "name": choices.name.en,
                "version": choices.version,
                "sha256": study.framework_sha256,
            },
            "seed": robustness().seed,
            "draws": robustness().draws,
            "notes": notes(study, self._planned.year),
            "grounds": self._grounds,
            "asked": self._asked,
            "files": self._files,
            "made_from": self._made_from,
            "reports": [self._rows[name] for name in sorted(self._rows)],
        }
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        publish(self._folder / "manifest.json", text.encode())
