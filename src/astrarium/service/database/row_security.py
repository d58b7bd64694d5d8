"""Row-level security: what one account's transaction can see, whatever its statements ask for.

Two roles without login stand in every database. Connections become `SERVICE` as they open, and a transaction for an
account says which one (`astrarium.account`): the policies show it that account's rows and no others, so that a
forgotten WHERE shows nothing of anybody else. `KEEPER` is what the service's own work runs as: finding an account at
sign-in, retention, administration; it sees every row, and a transaction has to ask for it by name.
"""

from typing import Final, Protocol

SERVICE: Final = "astrarium_service"
KEEPER: Final = "astrarium_keeper"
ACCOUNT: Final = "astrarium.account"
"""The transaction's own setting that names the account."""

CURRENT_ACCOUNT: Final = f"(SELECT nullif(current_setting('{ACCOUNT}', true), '')::uuid)"
"""The account of the transaction as SQL; asked once per statement, not once per row."""


class Execute(Protocol):
    """Runs one statement of a migration."""

    def __call__(self, statement: str, /) -> object: ...


def make_roles(execute: Execute) -> None:
    """Make the two roles where the server has none yet, and let the login become them.

    An administrator may have made and granted them, for a login that may not make roles; and another database of the
    same server may make them in the same moment.
    """
    for role in (SERVICE, KEEPER):
        execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN"
            f" CREATE ROLE {role} NOLOGIN NOBYPASSRLS; END IF;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        execute(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_auth_members WHERE NOT admin_option"
            f" AND roleid = '{role}'::regrole AND member = current_user::regrole) THEN"
            f" GRANT {role} TO CURRENT_USER; END IF; END $$"
        )
    # for /admin/queries; a login that may not give this away leaves it to an administrator
    execute(
        f"DO $$ BEGIN IF NOT pg_has_role('{KEEPER}', 'pg_read_all_stats', 'member') THEN"
        f" GRANT pg_read_all_stats TO {KEEPER}; END IF;"
        " EXCEPTION WHEN insufficient_privilege OR unique_violation THEN NULL; END $$"
    )


def own_rows(execute: Execute, table: str, *, column: str = "account_id") -> None:
    """Give `table` to the two roles: `SERVICE` sees the rows whose `column` is its account, `KEEPER` all of them."""
    _enable(execute, table)
    execute(
        f"CREATE POLICY own_rows ON {table} TO {SERVICE} "
        f"USING ({column} = {CURRENT_ACCOUNT}) WITH CHECK ({column} = {CURRENT_ACCOUNT})"
    )
    execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVICE}, {KEEPER}")


def keepers_only(execute: Execute, table: str) -> None:
    """Give `table` to `KEEPER` alone: accounts' transactions cannot name it."""
    _enable(execute, table)
    execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {KEEPER}")


def _enable(execute: Execute, table: str) -> None:
    execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    execute(f"CREATE POLICY keeper ON {table} TO {KEEPER} USING (true) WITH CHECK (true)")
