"""Take the private server's data over to a later major version of PostgreSQL: a dump of the old, a new cluster."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from astrarium.errors import AstrariumError
from astrarium.service.database.backup.dumping import back_up
from astrarium.service.database.backup.restoring import restore
from astrarium.service.database.embedded.errors import ClusterOfAnotherVersion
from astrarium.service.database.embedded.programs import major_of
from astrarium.service.database.embedded.server import EmbeddedServer

_LEAST: Final = {"shared_preload_libraries": ""}
"""The old server runs for a dump alone, and its packager may have left the libraries out."""


class WrongPrograms(AstrariumError):
    """The folder does not hold the programs of the version that wrote the data."""

    code: ClassVar[str] = "wrong_programs"

    def __init__(self, folder: Path, found: str | None, needed: str) -> None:
        has = f"has those of PostgreSQL {found}" if found else "has no PostgreSQL programs that can be run"
        super().__init__(
            f'"{folder}" {has}; those of PostgreSQL {needed} are needed.',
            hint=f"Name the folder of PostgreSQL {needed}'s `postgres`, such as /usr/lib/postgresql/{needed}/bin.",
            data={"folder": str(folder), "found": found, "needed": needed},
        )


class NothingToTakeOver(AstrariumError):
    """The data are those of the installed PostgreSQL, or there are none."""

    code: ClassVar[str] = "nothing_to_take_over"

    def __init__(self, directory: Path, ours: str) -> None:
        super().__init__(
            f'There is nothing to take over: no data of an earlier PostgreSQL than {ours} lie in "{directory}".',
            hint="Run `astrarium serve`.",
            data={"directory": str(directory), "ours": ours},
        )


class Takeover(msgspec.Struct, frozen=True):
    """What was taken over, and what may be deleted once all is well."""

    earlier: str
    later: str
    old_cluster: Path
    backup: Path


def take_over(server: EmbeddedServer, folder: Path, now: datetime) -> Takeover:
    """Bring the data of `server`, written by an earlier major version whose programs are in `folder`, to its own.

    The earlier cluster stays as it is, and so does the backup that was made of it. Until the last step, one rename,
    nothing stands where the server looks for its data; interrupted, it can be begun again.

    Raises `NothingToTakeOver`, `WrongPrograms`, and what starting, backing up and restoring raise.
    """
    place = server.place
    later = major_of(server.programs(), server.user) or ""
    there = place.clusters()
    earlier = max(there, key=int, default=later)
    if int(earlier) > int(later):
        raise ClusterOfAnotherVersion(there[earlier], earlier, later)
    if earlier == later:
        raise NothingToTakeOver(place.directory, later)
    if (found := major_of(folder)) != earlier:
        raise WrongPrograms(folder, found, earlier)
    backup = place.directory / f"postgresql-{earlier}.zip"
    old = EmbeddedServer(place.directory, _LEAST, folder)
    old.start()
    try:
        back_up(old.url, backup, now)
    finally:
        old.stop()
    new = EmbeddedServer(place.directory / "takeover")
    with place.held():
        shutil.rmtree(new.directory, ignore_errors=True)
        new.place.make(server.user)
        shutil.copyfile(place.password_file, new.place.password_file)
        new.start()
        try:
            restore(new.url, backup, replace=False)
        finally:
            new.stop()
        new.place.cluster(later).rename(place.cluster(later))
        shutil.rmtree(new.directory, ignore_errors=True)
    return Takeover(earlier, later, there[earlier], backup)
