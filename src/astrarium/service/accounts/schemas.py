"""What the routes of accounts take and give."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

Email = Annotated[
    str, Meta(min_length=3, max_length=254, description="An e-mail address, `name@example.org`.")
]
Password = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=1024,
        description="Any characters. A new one has at most 256, and not fewer than the operator asks for: 15 or so.",
    ),
]
MailedToken = Annotated[str, Meta(min_length=1, max_length=100, description="The token of a letter's link.")]
Code = Annotated[
    str, Meta(min_length=6, max_length=32, description="Six digits of the authenticator, or a recovery code.")
]
KeyName = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S", description="A name for people.")]
Scope = Annotated[str, Meta(min_length=1, max_length=50)]
Scopes = Annotated[
    tuple[Scope, ...],
    Meta(min_length=1, max_length=50, description="What the key may do, such as `people:read`."),
]


class Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants an account."""

    email: Email
    password: Password


class Sent(msgspec.Struct, frozen=True):
    """A letter is on its way, whoever its reader is."""

    status: Literal["letter_sent"] = "letter_sent"


class Verification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the letter, and the password that was chosen."""

    token: MailedToken
    password: Password


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs in; `code` where the account asks for one."""

    email: Email
    password: Password
    code: Code | None = None


class CurrentSession(msgspec.Struct, frozen=True, kw_only=True):
    """Where the caller is signed in. `csrf_token` goes with every request that changes something, as X-CSRF-Token."""

    id: UUID
    account_id: UUID
    device: str
    created_at: datetime
    expires_at: datetime
    csrf_token: str


class SessionItem(msgspec.Struct, frozen=True, kw_only=True):
    """One place where the account is signed in."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_current: bool


class Sessions(msgspec.Struct, frozen=True):
    """Every session of the account that still works, the one used last first."""

    items: tuple[SessionItem, ...]
    next: None = None


class PasswordChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password that is, and the one that is to be."""

    current_password: Password
    new_password: Password


class EmailChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The address that the account is to have."""

    email: Email
    password: Password


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of a letter."""

    token: MailedToken


class Reset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose password is lost."""

    email: Email


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the letter, and the new password."""

    token: MailedToken
    password: Password


class Confirmed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The account's password, asked again."""

    password: Password


class ConfirmedByCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The account's password and a code, asked again."""

    password: Password
    code: Code


class Deletion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The account's password, and a code where signing in asks for one."""

    password: Password
    code: Code | None = None


class FirstCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first code of a new authenticator."""

    code: Code


class SecondFactorSeed(msgspec.Struct, frozen=True):
    """What an authenticator needs: `secret` to type, or `uri` to show as a QR code."""

    secret: str
    uri: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Ten codes for when the authenticator is lost, each for once; they are told this once."""

    recovery_codes: tuple[str, ...]


class SecondFactorOn(msgspec.Struct, frozen=True, kw_only=True):
    """The recovery codes, and the session's new forgery token."""

    recovery_codes: tuple[str, ...]
    csrf_token: str


class KeyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made; without `expires_at` it works until it is deleted."""

    name: KeyName
    scopes: Scopes
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class KeyChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to change of a key; what is left out stays."""

    name: KeyName | msgspec.UnsetType = msgspec.UNSET
    scopes: Scopes | msgspec.UnsetType = msgspec.UNSET


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the old key works beside the new one."""

    overlap_s: Annotated[int, Meta(ge=0, le=2_592_000)] = 86_400


class NewCsrfToken(msgspec.Struct, frozen=True):
    """The forgery token of the session's new token."""

    csrf_token: str
