"""Where a process looks for ephemeris tables before it takes those that ship: settled once, at its start.

The engine reads no environment. Whoever starts a process (the command line, the service, a program that uses the
library) says where wider tables may lie, before the first chart.
"""

from pathlib import Path


class _Settled:
    directory: Path | None = None


def use_tables(directory: Path | None) -> None:
    """Take each table that lies in `directory` (`planets.json`, `minor.json`, ...) in place of the one that ships.

    Holds for the whole process, from the next chart on; `None` returns to the tables that ship. A directory that does
    not exist holds no tables. A broken table in it is refused when it is first needed (`TableUnusable`), never passed
    over.
    """
    _Settled.directory = directory


def tables_directory() -> Path | None:
    """What `use_tables` settled."""
    return _Settled.directory
