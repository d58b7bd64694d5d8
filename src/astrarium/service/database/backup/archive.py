"""The file of a backup: a plain ZIP with PostgreSQL's dump, readable by `pg_restore`, and a manifest beside it."""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec

from astrarium.service.database.backup.errors import BackupTooNew, BackupUnusable

FORMAT: Final = 1
DUMP: Final = "database.dump"
MANIFEST: Final = "manifest.json"
PIECE_BYTES: Final = 1 << 20


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A role of the server that the database's grants and policies speak of."""

    name: str
    superuser: bool
    inherit: bool
    createrole: bool
    createdb: bool
    login: bool
    replication: bool
    bypassrls: bool
    password: str | None = None
    """PostgreSQL's verifier (SCRAM), never a password itself; absent where the login could not read it."""
    member_of: tuple[str, ...] = ()


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is of, and how to know that it is whole."""

    format: int
    made_at: str
    engine: str
    """Version of Astrarium."""
    server: str
    """Version of PostgreSQL."""
    revision: str | None
    """The last migration of the database."""
    roles: tuple[Role, ...]
    dump_bytes: int
    dump_sha256: str


class DumpWriter:
    """Takes the dump piece by piece and knows its size and digest at the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def take(self, stream: IO[bytes]) -> None:
        """Write everything that `stream` gives."""
        while piece := stream.read(PIECE_BYTES):
            self._file.write(piece)
            self._digest.update(piece)
            self.size_bytes += len(piece)

    @property
    def sha256(self) -> str:
        """The digest of all that was written."""
        return self._digest.hexdigest()


@contextmanager
def written(path: Path) -> Iterator[zipfile.ZipFile]:
    """A new archive that stands at `path` once the block ends well, private to its user, and not at all otherwise."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # the dump is compressed already
                yield archive
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def dump_into(archive: zipfile.ZipFile) -> Iterator[DumpWriter]:
    """Where the dump goes in a new archive."""
    with archive.open(DUMP, "w", force_zip64=True) as file:
        yield DumpWriter(file)


def add_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Close an archive's contents with their description."""
    archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))


@contextmanager
def read(path: Path) -> Iterator[zipfile.ZipFile]:
    """An archive to be read. Raises `BackupUnusable` where the file is none; `OSError` where it cannot be opened."""
    with path.open("rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            raise BackupUnusable(path, "it is no backup, or was cut short") from error
        with archive:
            yield archive


def checked_manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    """The manifest, after the whole dump was read and found to be what was written.

    Raises `BackupUnusable` or `BackupTooNew`.
    """
    try:
        told = archive.read(MANIFEST)
        version = msgspec.json.decode(told, type=dict[str, object]).get("format")
        if isinstance(version, int) and version > FORMAT:
            raise BackupTooNew(path, f"a later Astrarium (format {version})", f"format {FORMAT}")
        manifest = msgspec.json.decode(told, type=Manifest)
        digest, size_bytes = hashlib.sha256(), 0
        with archive.open(DUMP) as dump:
            while piece := dump.read(PIECE_BYTES):
                digest.update(piece)
                size_bytes += len(piece)
    except KeyError as error:
        raise BackupUnusable(path, "it is a ZIP file of something else") from error
    except (zipfile.BadZipFile, msgspec.MsgspecError, NotImplementedError, EOFError) as error:
        raise BackupUnusable(path, "it was damaged since it was written") from error
    if (digest.hexdigest(), size_bytes) != (manifest.dump_sha256, manifest.dump_bytes):
        raise BackupUnusable(path, "its dump is not the one that was written (SHA-256)")
    return manifest
