"""The roles that a database's grants and policies name: they belong to the server, and PostgreSQL's dump lacks them."""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from astrarium.service.database.backup.archive import Role

_NAMED: Final = """
WITH RECURSIVE named AS (
  SELECT refobjid AS oid FROM pg_shdepend
   WHERE refclassid = 'pg_authid'::regclass
     AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION
  SELECT membership.member FROM pg_auth_members membership JOIN named ON named.oid = membership.roleid
)
SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, {password},
       ARRAY(SELECT DISTINCT roleid::regrole::text FROM pg_auth_members WHERE member = {roles}.oid)
  FROM {roles} JOIN named USING (oid)
 WHERE oid >= 16384 AND rolname <> current_user
 ORDER BY rolname
"""
_FLAGS: Final = ("superuser", "inherit", "createrole", "createdb", "login", "replication", "bypassrls")


async def named_roles(connection: AsyncConnection) -> tuple[Role, ...]:
    """The roles that the database names, but for the login itself; with their verifiers where it may read them."""
    may_read = (
        await connection.execute(text("SELECT has_table_privilege('pg_authid', 'SELECT')"))
    ).scalar_one()
    roles, password = ("pg_authid", "rolpassword") if may_read else ("pg_roles", "NULL")
    found = await connection.execute(text(_NAMED.format(roles=roles, password=password)))
    return tuple(
        Role(
            name=name,
            **dict(zip(_FLAGS, flags, strict=True)),
            password=verifier,
            member_of=tuple(member_of),
        )
        for name, *flags, verifier, member_of in found
    )


def statements(roles: Iterable[Role], present: frozenset[str]) -> Iterator[str]:
    """SQL that makes the roles which are not `present` yet, as they were; those that are stay as they are."""
    missing = [role for role in roles if role.name not in present]
    for role in missing:
        options = [name.upper() if getattr(role, name) else f"NO{name.upper()}" for name in _FLAGS]
        password = f" PASSWORD {_literal(role.password)}" if role.password else ""
        yield f"CREATE ROLE {identifier(role.name)} {' '.join(options)}{password};"
    known = present | {role.name for role in missing}
    for role in missing:
        for group in role.member_of:
            if group in known:
                yield f"GRANT {identifier(group)} TO {identifier(role.name)};"


def identifier(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
