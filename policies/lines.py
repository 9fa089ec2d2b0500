"""On which line of a TOML file a key stands, so that an error can be found.

`tomllib` does not tell; this reads only as much as that needs, of a file that tomllib has accepted.
"""

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"))*)\s*=")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")


def lines_of(text: str) -> Mapping[Path, int]:
    """The line of each table, key and inline element that starts on a line of its own (`keep = [ {…}, {…} ]`)."""
    found: dict[Path, int] = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    within: Path = ()
    depth = element = 0
    for number, line in enumerate(text.splitlines(), start=1):
        bare = _STRING.sub('""', line).split("#")[0]
        if depth:
            if "{" in bare:
                found.setdefault((*within, element), number)
        elif header := _HEADER.match(line):
            table = _split(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            found.setdefault(table, number)
            continue
        elif key := _KEY.match(line):
            within, element = (*table, *_split(key[1])), 0
            found.setdefault(within, number)
            if "{" in bare:
                found.setdefault((*within, 0), number)
        element += bare.count("{")
        depth = max(0, depth + bare.count("[") - bare.count("]"))
    return found


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of a key, else of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def _split(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
