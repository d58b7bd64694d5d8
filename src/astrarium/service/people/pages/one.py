"""The page of one person, and the chart of one in one step."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from astrarium.civil.birth import TimeWindow
from astrarium.reading.moments import clock as clock_of
from astrarium.reading.moments import offset
from astrarium.service.charts import service as charts
from astrarium.service.database.transactions import Database
from astrarium.service.http.paging import Asked
from astrarium.service.people import service
from astrarium.service.people.pages.form import ACCURACIES, birth_form, place_of
from astrarium.service.people.pages.listing import PEOPLE
from astrarium.service.people.schemas import Person
from astrarium.service.permissions import Caller
from astrarium.service.saved_charts import service as saved_charts
from astrarium.service.saved_charts.service import ChartsQuery
from astrarium.service.trash import KEPT
from astrarium.service.web.form_pages import UNLISTED, lead, notice
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

CHARTS_SHOWN: Final = 20
NOTICES: Final = {
    "added": "Saved.",
    "changed": "The changes are saved.",
    "restored": "Restored from the trash.",
}


@get(f"{PEOPLE}/{{person_id:uuid}}", include_in_schema=False, permission="people:read")
async def person_page(
    request: AnyRequest,
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    twin: FromQuery[UUID | None] = None,
) -> Response[Any]:
    """What is kept of a person, and the charts that follow their birth; `twin` is another who looks the same."""
    async with database.reading(caller.account_id) as transaction:
        person = await service.read(transaction, caller.account_id, person_id, now=state.now())
        asked = Asked(CHARTS_SHOWN, None, saved_charts.LISTING.default)
        query = ChartsQuery(person_id=person_id)
        kept = await saved_charts.browse(transaction, caller.account_id, query, asked, now=state.now())
    return page(
        request,
        "person.html",
        headers=UNLISTED,
        person=person,
        place=place_of(person),
        time=_time_words(person),
        twin=twin,
        kept_for=KEPT,
        accuracy=ACCURACIES[person.accuracy or ""],
        charts=kept.items if caller.may("charts:read") else (),
        notice=notice(request, NOTICES),
    )


@get(f"{PEOPLE}/{{person_id:uuid}}/chart", include_in_schema=False, permission="people:read")
async def chart_of_person(
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """The chart of one person."""
    async with database.reading(caller.account_id) as transaction:
        person = await service.read(transaction, caller.account_id, person_id, now=state.now())
    return Redirect(charts.address_of(birth_form(person)), status_code=303, headers=UNLISTED)


@post(
    f"{PEOPLE}/{{person_id:uuid}}/charts",
    include_in_schema=False,
    permission="charts:write",
    status_code=303,
)
async def keep_chart_of_person(
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Keep a chart that follows the person's birth, and show it."""
    async with database.of(caller.account_id) as transaction:
        person = await service.read(transaction, caller.account_id, person_id, now=state.now())
        limit = saved_charts.QUOTA.of(caller.tier)
        chart_id = await saved_charts.keep_of_person(
            transaction, caller.account_id, person.name, person_id, now=state.now(), limit=limit
        )
    return lead(f"/charts/{chart_id}", done="kept")


def _time_words(person: Person) -> str:
    """How the time of birth was written, and by which clock."""
    understood = person.understood
    clock = f"by the clock of {understood.zone}, {offset(understood.offset_seconds)}"
    match understood.known, person.birth.time:
        case "unknown", _:
            return "Not known"
        case _, TimeWindow(start=start, end=end):
            return f"Between {start} and {end}, {clock}"
        case _:
            return f"{clock_of(understood.local)} {clock}"


ROUTES: Final = (person_page, chart_of_person, keep_chart_of_person)
