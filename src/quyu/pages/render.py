"""Prose as markup: a template of pages/templates filled with sentences and figures."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from quyu.words import Words


def text_of(name: str) -> str:
    """The text of a file of pages/templates."""
    return (files("quyu.pages") / "templates" / name).read_text(encoding="utf-8")


def render(name: str, *, say: Words, **values: Any) -> Any:
    """The template `name` filled with `values`, as markup; every text among them is escaped.

    A template calls `say` for a sentence as text and `told` for one as markup. It is written on
    many lines and read as one.
    """
    from markupsafe import Markup

    def told(key: str, **places: Any) -> Any:
        return Markup(say.html(key, **places))

    return Markup(template(name).render(say=say, told=told, **values))


@cache
def template(name: str) -> Any:
    """A template, with everything that is filled in escaped."""
    from jinja2 import Environment

    text = text_of(name)
    if not name.startswith("page."):
        text = "".join(line.strip() for line in text.splitlines())
    return Environment(autoescape=True, keep_trailing_newline=True).from_string(text)
