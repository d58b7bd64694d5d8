"""What the private server said last, for an error that tells why it does not run."""

import json
import re
from pathlib import Path
from typing import Any, Final

TAIL_BYTES: Final = 16_384
_GRAVE: Final = frozenset({"FATAL", "PANIC"})
_ROUTINE: Final = re.compile(r"redirecting log output|Future log output")
_STAMP: Final = re.compile(r"^\S+ \S+ \S+ \[\d+\] [A-Z]+:\s+")


def last_words(start_log: Path, logs: Path, since: float) -> str:
    """The server's words from before its own log was open, and the gravest ones from that log since `since`."""
    said = [_STAMP.sub("", line) for line in _tail(start_log) if not _ROUTINE.search(line)]
    for log in logs.glob("*.json"):
        if log.stat().st_mtime >= since:
            said += [
                _told(entry) for entry in map(_entry, _tail(log)) if entry.get("error_severity") in _GRAVE
            ]
    return " ".join(said[-4:]) or "it says nothing"


def _tail(file: Path) -> list[str]:
    if not file.exists():
        return []
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - TAIL_BYTES))
        return opened.read().decode(errors="replace").splitlines()


def _entry(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:  # the first line of a tail is cut
        return {}
    return entry if isinstance(entry, dict) else {}


def _told(entry: dict[str, Any]) -> str:
    return " ".join(entry[part] for part in ("message", "detail", "hint") if entry.get(part))
