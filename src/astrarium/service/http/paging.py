"""Lists read page by page: a cursor says where the last page ended, so that every page costs the same.

A route declares `limit`, `cursor` and `sort` with the types of this module, its feature a `Listing`:

    PEOPLE = Listing("people", key=people.c.id, sorts={"created_at": people.c.created_at}, default="-created_at")

    page = await read(transaction, select(people), PEOPLE, Asked(limit, cursor, sort), convert=Person.of_row)
    return answer(page, request)
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter
from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, tuple_
from sqlalchemy.engine import Row

from astrarium.service.database.transactions import Transaction
from astrarium.service.http import cursors
from astrarium.service.http.errors import InvalidSort

MOST: Final = 200

Limit = Annotated[int, QueryParameter(ge=1, le=MOST, description="Most items of one page.")]
Cursor = Annotated[
    str | None,
    QueryParameter(max_length=cursors.LONGEST, description="Where to go on: `next` of the page before."),
]

T = TypeVar("T")
_KEY: Final = "keyset_"


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list. `next` is the `cursor` of the page after it, null on the last one."""

    items: tuple[T, ...]
    next: str | None


class Asked(msgspec.Struct, frozen=True):
    """Which page a caller wants; `filters` are those that change which rows the list has."""

    limit: int
    cursor: str | None
    sort: str
    filters: Mapping[str, object] = {}


class Listing(msgspec.Struct, frozen=True):
    """A list that can be read page by page: the columns it may be sorted by, and the unique `key` that breaks ties.

    None of the columns may be null, since null has no place in an order; sort by `coalesce(…)` where one can be. An
    index on the owner, a sort column and the key makes every page cost the same.
    """

    name: str
    key: ColumnElement[Any]
    sorts: Mapping[str, ColumnElement[Any]]
    default: str

    def __post_init__(self) -> None:
        for column in (self.key, *self.sorts.values()):
            if getattr(column, "nullable", False):
                raise ValueError(f"{self.name}: a list cannot be sorted by {column}, which may be null")
            if not cursors.can_hold(column.type):
                raise ValueError(f"{self.name}: say of what type {column} is")
        self.order(self.default)

    @property
    def sort(self) -> QueryParameter:
        """The parameter `sort` of this list's route: `sort: Annotated[str, PEOPLE.sort] = PEOPLE.default`."""
        names = ", ".join(f"`{name}`" for name in self.sorts)
        return QueryParameter(
            max_length=100,
            description=f"What to sort by, most important first, separated by commas: {names}; `-` reverses.",
        )

    def order(self, sort: str) -> "list[tuple[ColumnElement[Any], bool]]":
        """The columns to sort by, each with whether it descends, and the key at the end.

        Raises `InvalidSort`, which names the nearest.
        """
        columns = []
        seen = set()
        for part in sort.split(","):
            name = part.removeprefix("-")
            if name not in self.sorts or name in seen:
                raise InvalidSort(part, list(self.sorts))
            seen.add(name)
            columns.append((self.sorts[name], part.startswith("-")))
        return [*columns, (self.key, columns[-1][1])]


async def read(
    transaction: Transaction,
    rows: Select[Any],
    listing: Listing,
    asked: Asked,
    convert: Callable[[Row[Any]], T],
) -> Page[T]:
    """One page of `rows`, a statement without order and limit, each row made an item by `convert`.

    Raises `InvalidCursor` or `InvalidSort`.
    """
    found = (await transaction.execute(page_of(rows, listing, asked))).all()
    items = tuple(convert(row) for row in found[: asked.limit])
    if len(found) <= asked.limit:
        return Page(items, None)
    last = found[asked.limit - 1]._mapping  # noqa: SLF001  (SQLAlchemy's public name for a row by its labels)
    values = [last[f"{_KEY}{i}"] for i in range(len(listing.order(asked.sort)))]
    return Page(items, cursors.write(values, _bound_to(listing, asked)))


def page_of(rows: Select[Any], listing: Listing, asked: Asked) -> Select[Any]:
    """The statement of one page and one row more, which tells whether there is a next page."""
    order = listing.order(asked.sort)
    statement = rows.add_columns(*(column.label(f"{_KEY}{i}") for i, (column, _) in enumerate(order)))
    if asked.cursor is not None:
        kinds = [column.type for column, _ in order]
        statement = statement.where(
            _after(order, cursors.read(asked.cursor, kinds, _bound_to(listing, asked)))
        )
    ordered = statement.order_by(*(column.desc() if down else column.asc() for column, down in order))
    return ordered.limit(asked.limit + 1)


def answer(page: Page[T], request: Request[Any, Any, Any]) -> Response[Page[T]]:
    """The page with its `Link: rel="next"`, the same request with the next cursor."""
    if page.next is None:
        return Response(page)
    query = [one for one in parse_qsl(request.scope["query_string"].decode("latin-1")) if one[0] != "cursor"]
    address = f"{request.scope['path']}?{urlencode([*query, ('cursor', page.next)])}"
    return Response(page, headers={"Link": f'<{address}>; rel="next"'})


def _bound_to(listing: Listing, asked: Asked) -> bytes:
    return msgspec.json.encode([listing.name, asked.sort, sorted(asked.filters.items())])


def _after(order: list[tuple[ColumnElement[Any], bool]], values: list[Any]) -> ColumnElement[bool]:
    """Rows that come after `values`: one comparison of rows where all columns go one way, which an index answers."""
    bound = [literal(value, column.type) for (column, _), value in zip(order, values, strict=True)]
    if len({down for _, down in order}) == 1:
        ours, theirs = tuple_(*(column for column, _ in order)), tuple_(*bound)
        return ours < theirs if order[0][1] else ours > theirs
    later: ColumnElement[bool] = false()
    for (column, down), value in reversed(list(zip(order, bound, strict=True))):
        beyond = column < value if down else column > value
        later = or_(beyond, and_(column == value, later))
    (first, down), value = order[0], bound[0]
    return and_(first <= value if down else first >= value, later)
