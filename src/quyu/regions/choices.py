"""Reading a file of choices into its checked model, with every fault told by file and key."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from quyu.index.one_key import read_yaml

Model = TypeVar("Model", bound=BaseModel)


def read_choices(path: str | Path, model: type[Model]) -> Model:
    """The choices that the YAML file `path` holds, checked as a `model`.

    Raises ValueError that names the file, and every faulty key, for text that is no YAML and for
    whatever the model refuses: unknown keys, wrong types, values out of range.
    """
    try:
        given = read_yaml(Path(path).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise ValueError(f"{path} is not valid YAML in UTF-8: {fault}") from None
    try:
        return model.model_validate(given)
    except ValidationError as faults:
        lines = [
            f"{path}: {'.'.join(map(str, fault['loc'])) or 'the file'}: "
            f"{fault['msg'].removeprefix('Value error, ')}"
            for fault in faults.errors()
        ]
        raise ValueError("\n".join(lines)) from None
