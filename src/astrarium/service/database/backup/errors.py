"""What can go wrong with a backup, each before anything was changed."""

from pathlib import Path
from typing import ClassVar

from astrarium.errors import AstrariumError


class BackupFailed(AstrariumError):
    """PostgreSQL's own program could not write the backup; no file is left."""

    code: ClassVar[str] = "backup_failed"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The database could not be backed up: {reason}",
            hint="Mend what PostgreSQL names, then run the command again. No file was written.",
        )


class BackupIncomplete(AstrariumError):
    """The login would see only a part of some tables, so that a backup would lack rows without anybody noticing."""

    code: ClassVar[str] = "backup_incomplete"

    def __init__(self, tables: list[str]) -> None:
        super().__init__(
            f"The database's login does not see every row of {', '.join(tables)}.",
            hint="Back up as the owner of the tables that `astrarium db upgrade` ran as, or as a superuser.",
            data={"tables": tables},
        )


class BackupUnusable(AstrariumError):
    """The file is no backup, or not a whole one."""

    code: ClassVar[str] = "backup_unusable"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f'"{path}" cannot be restored: {reason}.',
            hint="Name a whole file that `astrarium db backup` wrote. Nothing was changed.",
            data={"path": str(path), "reason": reason},
        )


class BackupTooNew(AstrariumError):
    """The backup comes from a later version than can read it."""

    code: ClassVar[str] = "backup_too_new"

    def __init__(self, path: Path, theirs: str, ours: str) -> None:
        super().__init__(
            f'"{path}" comes from {theirs}; here is {ours}.',
            hint="Restore it with the version that wrote it, or a later one. Nothing was changed.",
            data={"path": str(path), "theirs": theirs, "ours": ours},
        )


class DatabaseNotEmpty(AstrariumError):
    """A restore would have to remove what is there."""

    code: ClassVar[str] = "database_not_empty"

    def __init__(self, tables: int) -> None:
        super().__init__(
            f"The database is not empty: it has {tables} tables.",
            hint="Give --replace to put the backup in their place, or name an empty database.",
            data={"tables": tables},
        )


class DatabaseInUse(AstrariumError):
    """Services run on the database that is to be replaced."""

    code: ClassVar[str] = "database_in_use"

    def __init__(self, connections: int) -> None:
        super().__init__(
            f"A service runs on this database ({connections} connections).",
            hint="Stop every `astrarium serve`, `web` and `worker` on it, then run the command again.",
            data={"connections": connections},
        )


class RestoreFailed(AstrariumError):
    """PostgreSQL refused a part of the backup; the database is as it was."""

    code: ClassVar[str] = "restore_failed"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The backup could not be restored: {reason}",
            hint="The database is as it was. Mend what PostgreSQL names, then run the command again.",
        )
