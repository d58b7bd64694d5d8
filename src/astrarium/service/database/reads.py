"""Reads of one statement: the fast way to rows, one round trip with row-level security in force.

A `Read` is written once, as a module's constant: it is compiled when it is made. For an account, its statement runs
inside another one that first names the account *for this statement's own transaction*: PostgreSQL forgets the name as
the statement ends, whether it succeeds, fails or is cancelled, so that it cannot reach the connection's next user. If
the name came too late there would be no rows rather than another's, and a `LATERAL` reference that the planner may
not take apart (`OFFSET 0`) makes it come first.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Float, Select
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from astrarium.service.database.row_security import ACCOUNT

if TYPE_CHECKING:
    import asyncpg

T = TypeVar("T")
Converter = Callable[[Any], Any]

NOTHING: Final[Mapping[str, Any]] = {}
"""The parameters of a read that takes none."""

_FLOAT8, _NUMERIC = 701, 1700  # PostgreSQL's numbers of these types (pg_type.oid)
_DIALECT: Final = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]


class Read(Generic[T]):
    """One SELECT, and what its rows become: `into` is called with the columns by their names.

    Its values come by the names of its `bindparam`s. For a list of values write `column == any_(bindparam(…, type_=
    ARRAY(…)))`; an `IN` of changing length has no one statement.
    """

    def __init__(self, statement: Select[Any], into: Callable[..., T]) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        if compiled.post_compile_params or compiled.positiontup is None:
            raise ValueError("a Read cannot hold an IN of changing length: compare with any_(…)")
        self.statement = statement
        self.into = into
        self.plain = str(compiled)
        self.for_account = (
            f"WITH account AS MATERIALIZED (SELECT set_config('{ACCOUNT}', "  # noqa: S608  (our own text)
            f"${len(compiled.positiontup) + 1}, true) AS id) SELECT rows.* FROM account, "
            f"LATERAL (SELECT * FROM ({self.plain}) AS rows WHERE account.id IS NOT NULL OFFSET 0) AS rows"
        )
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._order = [(name, _binding(compiled.binds[name].type)) for name in compiled.positiontup]
        self._columns = [(column.name, _result(column.type)) for column in statement.selected_columns]

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The statement's values in its order.

        Raises `KeyError` for one that `parameters` lacks.
        """
        given = {**self._fixed, **parameters}
        return [given[name] if bind is None else bind(given[name]) for name, bind in self._order]

    def row(self, record: "asyncpg.Record") -> T:
        """One row of the driver's."""
        return self.into(
            **{
                name: value if convert is None else convert(value)
                for (name, convert), value in zip(self._columns, record.values(), strict=True)
            }
        )

    async def within(self, transaction: AsyncConnection, parameters: Mapping[str, Any]) -> list[T]:
        """The same rows as a part of an open transaction, which may have written some of them."""
        found = await transaction.execute(self.statement, dict(parameters))
        return [self.into(**row) for row in found.mappings()]


def for_account(values: Sequence[Any], account_id: UUID) -> list[Any]:
    """The values of `Read.for_account`."""
    return [*values, account_id.hex]


def _binding(kind: TypeEngine[Any]) -> Converter | None:
    return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _result(kind: TypeEngine[Any]) -> Converter | None:
    # the dialect wants to be told how PostgreSQL sends a number; of other types it does not look
    sent_as = _FLOAT8 if isinstance(kind, Float) else _NUMERIC
    return kind.dialect_impl(_DIALECT).result_processor(_DIALECT, sent_as)
