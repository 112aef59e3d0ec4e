"""Looks into a workbook of the old kind (.xls) before a reader opens it, as `packed` does into one of today.

Microsoft, [MS-CFB] Compound File Binary Format and [MS-XLS] Excel Binary File Format. What cannot be
followed here is left to the reader, which refuses what is broken.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from quyu.facts.packed import LESS, WRITTEN_OUT

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
BOOLERR, FORMULAS, SHARED, LABEL, GOES_ON = 0x0205, (0x0006, 0x0206, 0x0406), 0x00FC, 0x00FD, 0x003C
ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}


def look_into_old(path: Path) -> None:
    """Refuse errors, which a reader gives as blanks, and texts that very many cells show.

    Nothing is refused of what is no such workbook.
    """
    raw = path.read_bytes()
    if not raw.startswith(MAGIC):
        return
    try:
        stream = _workbook(raw)
    except (struct.error, IndexError):
        return
    lengths: list[int] = []
    segments: list[bytes] = []
    size = 0
    for kind, data in _records(stream):
        if kind == SHARED or (kind == GOES_ON and segments):
            segments.append(data)
            continue
        if segments:
            lengths, segments = _lengths(segments), []
        if kind == LABEL and len(data) >= 10:
            (number,) = struct.unpack_from("<I", data, 6)
            size += lengths[number] if number < len(lengths) else 0
        elif kind == BOOLERR and len(data) >= 8 and data[7]:
            _refuse(path.name, data, data[6])
        elif kind in FORMULAS and len(data) >= 14 and data[12:14] == b"\xff\xff" and data[6] == 2:
            _refuse(path.name, data, data[8])
    if 2 * size > WRITTEN_OUT:
        raise ValueError(f"{path.name}: {2 * size >> 20} MB of text in its cells; {LESS}.")


def _refuse(name: str, data: bytes, code: int) -> None:
    row, column = struct.unpack_from("<HH", data)
    letters = chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)
    raise ValueError(
        f"{name}, cell {letters}{row + 1}: an error, {ERRORS.get(code, code)}; mend the formula, or clear the cell "
        "where there is no figure."
    )


def _workbook(raw: bytes) -> bytes:
    """The stream of records of a compound file; b"" where there is none."""
    size = 1 << struct.unpack_from("<H", raw, 30)[0]
    begin, cutoff, small = struct.unpack_from("<I4xII", raw, 48)
    following, count = struct.unpack_from("<II", raw, 68)
    if size not in (512, 4096):
        return b""
    held = raw[size:]
    listed = list(struct.unpack_from("<109I", raw, 76))
    for _ in range(min(count, len(held) // size)):
        more = struct.unpack_from(f"<{size // 4}I", held, following * size)
        listed += more[:-1]
        following = more[-1]
    table = b"".join(
        held[n * size : (n + 1) * size] for n in dict.fromkeys(listed) if n < len(held) // size
    )

    def chain(number: int, table: bytes, held: bytes, size: int) -> bytes:
        after = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
        parts = []
        while number < len(after) and len(parts) <= len(held) // size:
            parts.append(held[number * size : (number + 1) * size])
            number = after[number]
        return b"".join(parts)

    directory = chain(begin, table, held, size)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    for entry in entries:
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode(
            "utf-16-le", "replace"
        )
        start, length = struct.unpack_from("<II", entry, 116)
        if name in ("Workbook", "Book"):
            if length >= cutoff:
                return chain(start, table, held, size)[:length]
            root = chain(struct.unpack_from("<I", entries[0], 116)[0], table, held, size)
            return chain(start, chain(small, table, held, size), root, 64)[:length]
    return b""


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _lengths(segments: list[bytes]) -> list[int]:
    """How many signs each shared text has, over the segments in which they are written."""
    lengths: list[int] = []
    place, at, data = 0, 8, segments[0]
    try:
        while True:
            while at >= len(data):
                place, at = place + 1, at - len(data)
                data = segments[place]
            signs, flags = struct.unpack_from("<HB", data, at)
            at += 3
            runs = struct.unpack_from("<H", data, at)[0] if flags & 8 else 0
            at += 2 if flags & 8 else 0
            extra = struct.unpack_from("<I", data, at)[0] if flags & 4 else 0
            at += 4 if flags & 4 else 0
            lengths.append(signs)
            width = 1 + (flags & 1)
            while signs * width > len(data) - at:  # its rest begins with its own flag
                signs -= max(len(data) - at, 0) // width
                place, at = place + 1, 1
                data = segments[place]
                width = 1 + (data[0] & 1)
            at += signs * width + 4 * runs + extra
    except (IndexError, struct.error):
        return lengths
