"""The end of an account."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency

from astrarium.service.accounts import changes, cookies
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.pages.account import own_account
from astrarium.service.accounts.pages.showing import lead, show
from astrarium.service.accounts.schemas import Deletion
from astrarium.service.errors import RequestError
from astrarium.service.permissions import EVERYONE, Caller
from astrarium.service.web.posted import EmptyField, filled, posted
from astrarium.service.web.visitor import AnyRequest

DELETION: Final = "/account/deletion"
DELETED: Final = "/account/deleted"


@get(DELETION, permission="account:write")
async def deletion_page(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """What goes with the account, and the form that deletes it."""
    return show(request, means, "account_deletion.html", account=await own_account(caller, means))


@post(DELETION, permission="account:write", status_code=200)
async def take_deletion(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Delete the account and everything that is its."""
    form = await posted(request)
    found = await own_account(caller, means)
    code = form.text("code") if found.has_second_factor else None
    try:
        asked = filled(Deletion, password=form.typed("password"), code=code)
        if form.typed("understood") != "yes":
            raise EmptyField("understood")
        await changes.delete_account(means, caller.account_id, asked.password, asked.code)
    except RequestError as error:
        return show(request, means, "account_deletion.html", form=form, error=error, account=found)
    return lead(DELETED, [cookies.no_session_cookie(is_https=means.rules.is_https)])


@get(DELETED, permission=EVERYONE, sync_to_thread=False)
def deleted_page(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """The word that nothing is left."""
    return show(request, means, "account_deleted.html")


ROUTES: Final = (deletion_page, take_deletion, deleted_page)
