"""A run's pages as one zip file, the same bytes for the same pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can tell: no file carries its own
READ_BY_ALL = 0o644 << 16


def archive(folder: Path, names: Iterable[str]) -> bytes:
    """The files `names` of `folder` in a zip, under the folder's own name, so that links still work.

    Raises ValueError naming a file that is not there.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as there:
    ...     _ = (Path(there) / "a.html").write_text("<p>甲</p>", encoding="utf-8")
    ...     packed = archive(Path(there), ["a.html"])
    >>> packed[:2]
    b'PK'
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name in sorted(set(names)):
            path = folder / name
            if not path.is_file():
                raise ValueError(f"{name} is not in {folder}; write the report again.")
            entry = zipfile.ZipInfo(f"{folder.name}/{name}", EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, READ_BY_ALL
            file.writestr(entry, path.read_bytes())
    return packed.getvalue()
