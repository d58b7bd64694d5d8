"""Restore a backup: in one transaction, so that the database is what it was or what the backup holds."""

import asyncio
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

import astrarium
from astrarium.service.database.backup.archive import DUMP, PIECE_BYTES, Manifest, checked_manifest, read
from astrarium.service.database.backup.clients import client, way_to
from astrarium.service.database.backup.errors import (
    BackupTooNew,
    DatabaseInUse,
    DatabaseNotEmpty,
    RestoreFailed,
)
from astrarium.service.database.backup.roles import statements
from astrarium.service.database.pools import APPLICATION
from astrarium.service.database.row_security import KEEPER, SERVICE, make_roles
from astrarium.service.database.upgrade import opened, revisions, upgrade

_TABLES: Final = """
SELECT count(*) FROM pg_class c
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
_CLEAR: Final = """
DO $clear$
DECLARE statement text; statements text[];
BEGIN
  SELECT array_agg(found.statement ORDER BY found.turn) INTO statements FROM (
    SELECT 1 AS turn, format('DROP %s IF EXISTS public.%I CASCADE',
             CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                          WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END, relname) AS statement
      FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 2, format('DROP ROUTINE IF EXISTS public.%I(%s) CASCADE', proname, pg_get_function_identity_arguments(oid))
      FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 3, format('DROP TYPE IF EXISTS public.%I CASCADE', typname)
      FROM pg_type t WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
  ) found;
  FOREACH statement IN ARRAY coalesce(statements, '{}') LOOP EXECUTE statement; END LOOP;
END $clear$;
"""
_SERVICES: Final = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = :name
"""
_BEFORE: Final = "BEGIN; SET lock_timeout = '10s'; SET statement_timeout = 0;"
_UNKNOWN_BEFORE_17: Final = b"SET transaction_timeout = 0;\n"


def restore(url: URL, path: Path, *, replace: bool) -> Manifest:
    """Put the backup at `path` into the database at `url`, then bring it to this version's tables.

    With `replace`, what is in the database is removed first, in the same transaction. No service may run on it.
    Returns what was restored. Raises `BackupUnusable`, `BackupTooNew`, `DatabaseNotEmpty`, `DatabaseInUse`,
    `RestoreFailed`, what `opened` and `upgrade` raise, and `OSError` where the file cannot be read.
    """
    with read(path) as archive:
        manifest = checked_manifest(archive, path)
        major, first = asyncio.run(_prepared(url, manifest, path, replace=replace))
        with archive.open(DUMP) as dump:
            _run(url, first, dump, omit=_UNKNOWN_BEFORE_17 if major < 17 else b"")
    asyncio.run(upgrade(url))
    return manifest


async def _prepared(url: URL, manifest: Manifest, path: Path, *, replace: bool) -> tuple[int, list[str]]:
    async with opened(url) as connection:
        major = await _fit(connection, manifest, path, replace=replace)
        return major, await _first(connection, manifest, replace=replace)


async def _fit(connection: AsyncConnection, manifest: Manifest, path: Path, *, replace: bool) -> int:
    """Refuse a backup that this version, server or database cannot take; return the server's major version."""
    known = revisions()
    if manifest.revision is not None and manifest.revision not in known:
        theirs = f"Astrarium {manifest.engine} (revision {manifest.revision})"
        raise BackupTooNew(path, theirs, f"Astrarium {astrarium.__version__} (revision {known[0]})")
    version = (
        (await connection.execute(text("SELECT current_setting('server_version')"))).scalar_one().split()[0]
    )
    major = int(version.partition(".")[0])
    if int(manifest.server.partition(".")[0]) > major:
        raise BackupTooNew(path, f"PostgreSQL {manifest.server}", f"PostgreSQL {version}")
    tables = (await connection.execute(text(_TABLES))).scalar_one()
    if tables and not replace:
        raise DatabaseNotEmpty(tables)
    others = await connection.execute(text(_SERVICES), {"name": APPLICATION})
    if connections := others.scalar_one():
        raise DatabaseInUse(connections)
    return major


async def _first(connection: AsyncConnection, manifest: Manifest, *, replace: bool) -> list[str]:
    """The statements before the dump: a clear field, and the roles that its grants name."""
    script = [_CLEAR] if replace else []
    make_roles(lambda statement: script.append(f"{statement};"))
    present = (await connection.execute(text("SELECT rolname FROM pg_roles"))).scalars()
    script += statements(manifest.roles, frozenset(present) | {SERVICE, KEEPER})
    return script


def _run(url: URL, first: list[str], dump: IO[bytes], *, omit: bytes) -> None:
    """Run the statements and the dump in one transaction, which is kept only if the dump was read to its end."""
    with tempfile.TemporaryFile() as complaints:
        reader = _started(url, complaints, "pg_restore", "--no-owner", "--exit-on-error", "--file=-")
        writer = _started(url, complaints, "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
        with reader, writer:
            feeder = threading.Thread(target=_feed, args=(dump, reader.stdin))
            feeder.start()
            with suppress(BrokenPipeError):  # one of the two gave up, and says why
                _pass_on(first, reader, writer, omit)
            for stream in (reader.stdout, writer.stdin):
                with suppress(BrokenPipeError):
                    _pipe(stream).close()
            feeder.join()
        if reader.returncode or writer.returncode:
            complaints.seek(0)
            raise RestoreFailed(_gist(complaints.read().decode(errors="replace")))


def _started(url: URL, complaints: IO[bytes], program: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (a program of the wheel, with arguments of ours)
        [client(program), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if program == "pg_restore" else subprocess.DEVNULL,
        stderr=complaints,
        env=way_to(url),
    )


def _feed(dump: IO[bytes], into: IO[bytes] | None) -> None:
    with suppress(BrokenPipeError), _pipe(into) as stream:
        while piece := dump.read(PIECE_BYTES):
            stream.write(piece)


def _pass_on(
    first: list[str], reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes], omit: bytes
) -> None:
    script, source = _pipe(writer.stdin), _pipe(reader.stdout)
    script.write("".join(f"{statement}\n" for statement in (_BEFORE, *first)).encode())
    for line in iter(source.readline, b""):
        if line == omit:
            omit = b""
            continue
        script.write(line)
        if line.startswith(b"SET row_security"):  # the last of the script's own settings
            break
    while piece := source.read(PIECE_BYTES):
        script.write(piece)
    if reader.wait() == 0:
        script.write(b"COMMIT;\n")


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # made with PIPE
    return stream


def _gist(complaints: str) -> str:
    """The first error among what the programs said, without their names before it."""
    lines = [line.strip() for line in complaints.splitlines() if line.strip()]
    error = next((line for line in lines if "ERROR" in line or "error:" in line), lines[0] if lines else "")
    return error.rpartition("ERROR:")[2].strip() or error or "it does not say why"
