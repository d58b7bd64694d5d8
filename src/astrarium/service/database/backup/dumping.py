"""Write a backup: PostgreSQL's own dump of one snapshot, streamed into the archive, then the manifest."""

import asyncio
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

import astrarium
from astrarium.service.database.backup.archive import FORMAT, Manifest, Role, add_manifest, dump_into, written
from astrarium.service.database.backup.clients import client, way_to
from astrarium.service.database.backup.errors import BackupFailed, BackupIncomplete
from astrarium.service.database.backup.roles import named_roles
from astrarium.service.database.row_security import KEEPER
from astrarium.service.database.upgrade import Standing, opened, standing

_OPTIONS: Final = (
    "--format=custom",
    "--no-owner",
    "--no-comments",
    "--no-tablespaces",
    "--no-publications",
    "--no-subscriptions",
    "--no-security-labels",
    "--exclude-extension=pg_stat_statements",  # the server's, not the service's
)
_PARTLY_SEEN: Final = """
SELECT relname FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relrowsecurity
   AND (NOT pg_has_role(:keeper, 'USAGE')
        OR NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polpermissive AND polcmd = '*'
                          AND polroles @> ARRAY[to_regrole(:keeper)::oid]
                          AND pg_get_expr(polqual, polrelid) = 'true')
        OR EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND NOT polpermissive))
 ORDER BY relname
"""
_SEES_ALL: Final = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def back_up(url: URL, path: Path, now: datetime) -> Manifest:
    """Write a backup of the database at `url` to `path`; a service may be running on it.

    Returns what was written. Raises `BackupFailed`, `BackupIncomplete`, what `opened` raises, and `OSError` where the
    file cannot be written; then there is none.
    """
    found, options, roles = asyncio.run(_surveyed(url))
    with written(path) as archive:
        with dump_into(archive) as writer, tempfile.TemporaryFile() as complaints:
            with subprocess.Popen(  # noqa: S603  (a program of the wheel, with arguments of ours)
                [client("pg_dump"), *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=way_to(url),
            ) as process:
                assert process.stdout is not None
                writer.take(process.stdout)
            if process.returncode:
                complaints.seek(0)
                raise BackupFailed(complaints.read().decode(errors="replace").strip())
        manifest = Manifest(
            format=FORMAT,
            made_at=f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            engine=astrarium.__version__,
            server=found.server,
            revision=found.revision,
            roles=roles,
            dump_bytes=writer.size_bytes,
            dump_sha256=writer.sha256,
        )
        add_manifest(archive, manifest)
    return manifest


async def _surveyed(url: URL) -> tuple[Standing, tuple[str, ...], tuple[Role, ...]]:
    """Where the database stands, how it has to be dumped, and the roles that it names."""
    found = await standing(url)
    async with opened(url) as connection:
        options = _OPTIONS if await _sees_everything(connection) else (*_OPTIONS, "--enable-row-security")
        return found, options, await named_roles(connection)


async def _sees_everything(connection: AsyncConnection) -> bool:
    """Whether row-level security does not concern the login; where it does, its policies must show it every row.

    Raises `BackupIncomplete`.
    """
    if (await connection.execute(text(_SEES_ALL))).scalar_one():
        return True
    has_roles = await connection.execute(text("SELECT to_regrole(:keeper) IS NOT NULL"), {"keeper": KEEPER})
    if has_roles.scalar_one():
        partly = (await connection.execute(text(_PARTLY_SEEN), {"keeper": KEEPER})).scalars().all()
        if partly:
            raise BackupIncomplete(list(partly))
    return False
