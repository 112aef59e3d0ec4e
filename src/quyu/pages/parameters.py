"""What a notebook may be asked for: the models that the batch and each first cell check parameters with."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from quyu.study import report_year
from quyu.words.catalogue import no_language

INJECTED = "# Parameters\n"  # how Papermill begins the cell that it adds


class Parameters(BaseModel):
    """The parameters every notebook shares; unknown names and wrong types are refused by name.

    >>> ProvinceReport.read({"province": "廣東", "yaer": 2022})
    Traceback (most recent call last):
    ...
    ValueError: ProvinceReport: 'yaer' is not a parameter (known: year, data, framework, lang, \
province); did you mean 'year'?
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    year: int = 0  # the report year of the framework
    data: str = ""
    framework: str = ""
    lang: Literal["zh-hant", "zh-hans", "en"] = "zh-hant"

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """The checked parameters; every fault is listed in one ValueError.

        A year that is not given, or 0, is the report year of the framework.

        >>> Parameters.read({"year": 2021}).year, Parameters.read({}).year == report_year()
        (2021, True)
        """
        try:
            asked = cls(**values)
        except ValidationError as error:
            faults = "; ".join(_fault(cls, detail) for detail in error.errors())
            raise ValueError(f"{cls.__name__}: {faults}") from None
        if asked.year:
            return asked
        return cls(**{**values, "year": report_year(asked.framework, asked.data)})

    @classmethod
    def from_cell(cls, namespace: Mapping[str, Any]) -> Self:
        """The checked parameters of a notebook, read from its first cells' names.

        Papermill only logs a mistyped parameter and goes on with the default, so a name in the cell
        that it has injected that is none of ours is refused here. What else the notebook assigns is its
        own business; of a mapping that is no notebook's, a name that is nearly ours is refused.
        """
        known = list(cls.model_fields)
        for source in namespace.get("_ih", []):
            for name in (
                re.findall(r"^(\w+) = ", source, re.M) if source.startswith(INJECTED) else []
            ):
                if name not in known:
                    raise ValueError(_unknown(cls, name))
        for name, value in () if "_ih" in namespace else namespace.items():
            plain = isinstance(value, str | int | float | bool) and not name.startswith("_")
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
            if plain and name not in known and near:
                raise ValueError(f"{name!r} is not a parameter; did you mean {near[0]!r}?")
        return cls.read({name: namespace[name] for name in known if name in namespace})


class ProvinceReport(Parameters):
    """One province's report; `province` is an adcode or a name in any script."""

    province: str

    @field_validator("province", mode="before")
    @classmethod
    def _adcode(cls, value: Any) -> Any:
        return str(value) if type(value) is int and len(str(value)) == 6 else value


class RegionReport(Parameters):
    """One brief of the strategy's three regions: 東部, 中西部 or 東北."""

    region: str


def _unknown(model: type[Parameters], name: str) -> str:
    known = list(model.model_fields)
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{name!r} is not a parameter (known: {', '.join(known)}){hint}"


def _fault(model: type[Parameters], detail: Any) -> str:
    name = str(detail["loc"][0])
    if detail["type"] == "extra_forbidden":
        return _unknown(model, name)
    if detail["type"] == "missing":
        return f"{name!r} is needed"
    if name == "lang":
        return no_language(detail["input"])
    kind = model.model_fields[name].annotation
    allowed = getattr(kind, "__name__", str(kind))
    told = f"{name} is {detail['input']!r} ({type(detail['input']).__name__}); it must be {allowed}"
    as_text = " (papermill -r passes a text as it is, -p reads numbers; in YAML, quote it)"
    return told + (as_text if kind is str else "")
