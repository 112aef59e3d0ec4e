"""What every part of a framework shares: frozen, checked, without keys nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from quyu.words.unseen import CONTROL


class Entry(BaseModel):
    """What all parts of a framework share: frozen, no key beyond the known, no control characters."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True
    )

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, given: object) -> object:
        keys = {field.alias or name: name for name, field in cls.model_fields.items()}
        if isinstance(given, Mapping):
            unknown = [key for key in given if key not in keys and key not in keys.values()]
            if unknown:
                raise ValueError(f"unknown key {unknown[0]!r}; known keys are {', '.join(keys)}")
            for key, value in given.items():
                if isinstance(value, str) and CONTROL.search(value):
                    raise ValueError(f"{key!r} holds a control character: {value!r}; take it out")
        return given

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with `update` applied, checked like one read from file: the what-if."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        try:
            return type(self).model_validate({**fields, **(update or {})})
        except ValidationError as faults:
            told = [fault["msg"].removeprefix("Value error, ") for fault in faults.errors()]
            raise ValueError("; ".join(told)) from None


class Text(Entry):
    """A text the reader sees, in Traditional Chinese with its English counterpart."""

    zh_hant: str = Field(alias="zh-hant")
    en: str


def known(methods: Mapping[str, Any] | tuple[str, ...], what: str) -> BeforeValidator:
    """A check that a name is one of `methods`; the message lists them."""

    def check(name: object) -> object:
        if name is not None and not (isinstance(name, str) and name in methods):
            raise ValueError(f"unknown {what} {name!r}; known are {', '.join(methods)}")
        return name

    return BeforeValidator(check)


def fraction(given: object) -> object:
    """A number written as one, or as a text such as 2/3; pydantic judges all else.

    >>> fraction("1/4"), fraction(3)
    (0.25, 3)
    """
    try:
        return float(Fraction(given)) if isinstance(given, str) else given
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{given!r} is no number; write 0.65 or 2/3") from None


def _text(name: object) -> object:
    if isinstance(name, bool):
        raise ValueError(f"YAML reads this as {name}; put it in quotes")
    return name


Id = Annotated[str, BeforeValidator(_text), Field(pattern=r"^[^\W\d]\w*$")]
Factor = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, BeforeValidator(fraction), Field(ge=0, le=1)]
