"""The forms that add a person and change one."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from astrarium.errors import AstrariumError
from astrarium.service.charts import service as charts
from astrarium.service.database.transactions import Database
from astrarium.service.people import service
from astrarium.service.people.pages import form as forms
from astrarium.service.people.pages.form import ACCURACIES, RELATIONS, PersonForm
from astrarium.service.people.pages.listing import PEOPLE
from astrarium.service.people.schemas import Person
from astrarium.service.permissions import Caller
from astrarium.service.problems import BROKEN_INSTALLATION, kind_of
from astrarium.service.trash import InTrash
from astrarium.service.web.form_pages import UNLISTED, lead
from astrarium.service.web.posted import posted
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

NEW: Final = f"{PEOPLE}/new"
EDIT: Final = f"{PEOPLE}/{{person_id:uuid}}/edit"


@get(NEW, include_in_schema=False, permission="people:write", sync_to_thread=False)
def new_person_page(request: AnyRequest) -> Response[Any]:
    """The form for somebody new; the query of a chart's address fills in the birth."""
    query = request.scope["query_string"].decode("latin-1") or "known=exact"
    return _form_page(request, PersonForm(charts.read(query)))


@post(PEOPLE, include_in_schema=False, permission="people:write", status_code=200)
async def take_new_person(
    request: AnyRequest, database: NamedDependency[Database], caller: NamedDependency[Caller], state: State
) -> Response[Any]:
    """Keep somebody new, or show the form again with what is wrong beside the right field."""
    form = forms.of_posted(await posted(request))
    try:
        draft = forms.draft_of(form)
        async with database.of(caller.account_id) as transaction:
            saved = await service.save(
                transaction,
                caller.account_id,
                draft,
                now=state.now(),
                limit=service.QUOTA.of(caller.tier),
            )
    except AstrariumError as error:
        return _form_page(request, form, error=error)
    return lead(f"{PEOPLE}/{saved.id}", done="added", twin=next(iter(saved.duplicates), None))


@get(EDIT, include_in_schema=False, permission="people:write")
async def edit_person_page(
    request: AnyRequest,
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Any]:
    """The form with what is kept of a person."""
    async with database.reading(caller.account_id) as transaction:
        person = await service.read(transaction, caller.account_id, person_id, now=state.now())
    if person.trashed_at is not None:
        raise InTrash(service.WHAT)
    return _form_page(request, forms.of_person(person), person)


@post(EDIT, include_in_schema=False, permission="people:write", status_code=200)
async def take_person(
    request: AnyRequest,
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Any]:
    """Change a person, unless somebody else did so since the form was shown."""
    sent = await posted(request)
    form = forms.of_posted(sent)
    async with database.reading(caller.account_id) as transaction:
        person = await service.read(transaction, caller.account_id, person_id, now=state.now())
    try:
        async with database.of(caller.account_id) as transaction:
            await service.change(
                transaction,
                caller.account_id,
                person_id,
                forms.change_of(form, person),
                now=state.now(),
                if_match=sent.text("etag") or None,
            )
    except InTrash:
        raise
    except AstrariumError as error:
        return _form_page(request, form, person, error)
    return lead(f"{PEOPLE}/{person_id}", done="changed")


def _form_page(
    request: AnyRequest,
    form: PersonForm,
    person: Person | None = None,
    error: AstrariumError | None = None,
) -> Response[Any]:
    if error is not None and error.code in BROKEN_INSTALLATION:
        raise error
    return page(
        request,
        "person_form.html",
        status=200 if error is None else kind_of(error.code).status,
        headers=UNLISTED,
        form=form.birth,
        person_form=form,
        person=person,
        etag=None if person is None else service.etag(person),
        fault=None if error is None else charts.remedy(error, form.birth),
        accuracies=ACCURACIES,
        relations=RELATIONS,
    )


ROUTES: Final = (new_person_page, take_new_person, edit_person_page, take_person)
