"""The letters of accounts. Each goes to an address that the account has, or that somebody said is theirs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from astrarium.service.accounts.means import Rules
from astrarium.service.mail.service import Letter, Link

REGISTRATION_LASTS: Final = timedelta(days=1)
RESET_LASTS: Final = timedelta(hours=1)
CHANGE_LASTS: Final = timedelta(days=1)
_NOT_YOU: Final = (
    "If this was not you, somebody typed your address; nothing happens unless you follow the link."
)
_SECURE_IT: Final = (
    "If this was not you, set a new password at once: that ends every session."
    " API keys have to be deleted by hand."
)


def welcome(rules: Rules, to: str, token: str) -> Letter:
    """To somebody who wants an account."""
    return Letter(
        to=to,
        subject="Your account at Astrarium",
        paragraphs=(
            "Follow this link and give the password that you chose, and your account is there.",
            "The link works once, within a day.",
            _NOT_YOU,
        ),
        link=_link(rules, "Begin the account", "verify", token),
    )


def already_there(rules: Rules, to: str) -> Letter:
    """To somebody who has an account, when their address is given for another."""
    return Letter(
        to=to,
        subject="You have an account at Astrarium",
        paragraphs=(
            "Somebody asked for an account with your address, and you have one already: sign in to it.",
            "A lost password can be set anew there. If this was not you, nothing has to be done.",
        ),
        link=Link("Sign in", f"{rules.public_address}/account/sign-in"),
    )


def reset(rules: Rules, to: str, token: str) -> Letter:
    """To somebody who lost their password."""
    return Letter(
        to=to,
        subject="A new password for Astrarium",
        paragraphs=(
            "Follow this link to set a new password. Every session of the account ends with it.",
            "The link works once, within an hour.",
            _NOT_YOU,
        ),
        link=_link(rules, "Set a new password", "reset", token),
    )


def no_account(rules: Rules, to: str) -> Letter:
    """To somebody who wants to reset the password of an account that there is not."""
    return Letter(
        to=to,
        subject="No account at Astrarium",
        paragraphs=(
            "Somebody asked for a new password for your address, which has no account here. You can begin one.",
            "If this was not you, nothing has to be done.",
        ),
        link=Link("Begin an account", f"{rules.public_address}/account/register"),
    )


def new_address(rules: Rules, to: str, token: str) -> Letter:
    """To the address that an account is to have from now on."""
    return Letter(
        to=to,
        subject="Your new address at Astrarium",
        paragraphs=(
            "Follow this link, and your account has this address.",
            "The link works once, within a day.",
            _NOT_YOU,
        ),
        link=_link(rules, "Take this address", "email", token),
    )


def _notice(subject: str, said: str) -> Callable[[str], Letter]:
    def to_owner(to: str) -> Letter:
        return Letter(to=to, subject=subject, paragraphs=(said, _SECURE_IT))

    return to_owner


password_changed: Final = _notice(
    "Your password at Astrarium was changed", "The password of your account was changed."
)
email_changed: Final = _notice(
    "Your address at Astrarium was changed", "Your account has another e-mail address now; letters go there."
)
second_factor_on: Final = _notice(
    "Your account at Astrarium asks for a code",
    "From now on signing in asks for a code besides the password.",
)
second_factor_off: Final = _notice(
    "Your account at Astrarium asks for no code", "From now on signing in asks for the password alone."
)
recovery_code_used: Final = _notice(
    "A recovery code of your account was used", "Somebody signed in to your account with a recovery code."
)
key_made: Final = _notice("A new API key at Astrarium", "A new API key of your account was made.")


def _link(rules: Rules, label: str, page: str, token: str) -> Link:
    return Link(label, f"{rules.public_address}/account/{page}?token={quote(token)}")
