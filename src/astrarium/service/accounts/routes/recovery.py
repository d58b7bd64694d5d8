"""A lost password."""

from typing import Final

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from astrarium.service.accounts import recovery
from astrarium.service.accounts.answering import AnyRequest, address_of, signed_out
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.schemas import NewPassword, Reset, Sent
from astrarium.service.http import answers
from astrarium.service.permissions import EVERYONE


@post(
    "/account/password-resets",
    tags=["account"],
    status_code=202,
    responses=answers.of_body("invalid_credentials", "forged_request", "invalid_email", "too_many_attempts"),
    creates=False,
    permission=EVERYONE,
)
async def ask_for_reset(data: JSONBody[Reset], request: AnyRequest, means: NamedDependency[Means]) -> Sent:
    """Ask for a new password.

    A letter brings a link that sets one; an address without an account gets word of that. The answer is the same.
    """
    await recovery.ask(means, data.email, address=address_of(request))
    return Sent()


@post(
    "/account/password-resets/completion",
    tags=["account"],
    status_code=204,
    responses=answers.of_body(
        "invalid_credentials", "forged_request", "invalid_link", "weak_password", "too_busy"
    ),
    permission=EVERYONE,
)
async def complete_reset(data: JSONBody[NewPassword], means: NamedDependency[Means]) -> Response[None]:
    """Set a new password by the token of the letter.

    Every session of the account ends. API keys stay: delete those that you do not know.
    """
    await recovery.complete(means, data.token, data.password)
    return signed_out(means)


ROUTES: Final = (ask_for_reset, complete_reset)
