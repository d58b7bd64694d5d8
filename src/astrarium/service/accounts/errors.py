"""What can go wrong with accounts, sessions and keys."""

from datetime import timedelta
from math import ceil
from typing import ClassVar, Final

from astrarium.service.errors import FieldError, RequestError

BEARER: Final = {"WWW-Authenticate": 'Bearer realm="astrarium"'}


class InvalidCredentials(RequestError):
    """The `Authorization` header names no key that works: unknown, revoked, run out, or mistyped; which is not told."""

    code: ClassVar[str] = "invalid_credentials"
    headers: ClassVar[dict[str, str]] = {
        "WWW-Authenticate": 'Bearer realm="astrarium", error="invalid_token"'
    }

    def __init__(self) -> None:
        super().__init__(
            "The API key is not one that works here.",
            hint="Send `Authorization: Bearer ast_…` with a key that is neither revoked nor run out.",
        )


class ForgedRequest(RequestError):
    """A request with a session's cookie that does not show that it comes from our own pages or program."""

    code: ClassVar[str] = "forged_request"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The request is refused, since another site may have caused it: {reason}.",
            hint="Send the session's `csrf_token` as the header X-CSRF-Token; `GET /api/v1/sessions/current` tells it.",
        )


class WrongCredentials(RequestError):
    """No account with that e-mail has that password: which of the two is wrong is not told."""

    code: ClassVar[str] = "wrong_credentials"
    headers: ClassVar[dict[str, str]] = BEARER

    def __init__(self) -> None:
        super().__init__(
            "The e-mail and the password do not belong together.",
            hint="Check both. A new account begins with the link in its letter; a lost password can be set anew.",
        )


class SecondFactorRequired(RequestError):
    """The password is right, and the account asks for a code besides."""

    code: ClassVar[str] = "second_factor_required"
    headers: ClassVar[dict[str, str]] = BEARER

    def __init__(self) -> None:
        detail = "This account asks for a code besides the password."
        super().__init__(
            detail,
            hint="Send `code` too: six digits of the authenticator, or one of the recovery codes.",
            errors=[FieldError("second_factor_required", detail, pointer="/code")],
        )


class WrongCode(RequestError):
    """The code of the second factor is not right, or was used before."""

    code: ClassVar[str] = "wrong_code"

    def __init__(self) -> None:
        detail = "The code is not right, or was used before."
        super().__init__(
            detail,
            hint="Wait for the next code; the clock of the authenticator must be right to half a minute.",
            errors=[FieldError("wrong_code", detail, pointer="/code")],
        )


class WrongPassword(RequestError):
    """The signed-in person's own password, asked again before something weighty, is not right."""

    code: ClassVar[str] = "wrong_password"

    def __init__(self) -> None:
        super().__init__(
            "That is not the account's password.", hint="Give the password that you sign in with."
        )


class TooManyAttempts(RequestError):
    """Passwords or codes were tried too often; the wait doubles with each further failure."""

    code: ClassVar[str] = "too_many_attempts"

    def __init__(self, wait: timedelta) -> None:
        seconds = max(1, ceil(wait.total_seconds()))
        super().__init__(
            f"There were too many attempts; the next one is taken in {seconds} s.",
            hint="Wait that long. A device that signed in before has attempts of its own.",
        )
        self.headers = {"Retry-After": str(seconds)}


class TooBusy(RequestError):
    """More passwords wait to be checked than the service takes on."""

    code: ClassVar[str] = "too_busy"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "2"}

    def __init__(self) -> None:
        super().__init__("Too many passwords are being checked at once.", hint="Try again in two seconds.")


class WeakPassword(RequestError):
    """A password that is too short, too long, or among the first that anyone tries."""

    code: ClassVar[str] = "weak_password"

    def __init__(self, reason: str, detail: str, *, pointer: str) -> None:
        super().__init__(
            detail,
            hint="Several words in a row make a good password; any characters are welcome, none are asked for.",
            errors=[FieldError(reason, detail, pointer=pointer)],
        )


class InvalidEmail(RequestError):
    """The text is not an e-mail address."""

    code: ClassVar[str] = "invalid_email"

    def __init__(self) -> None:
        detail = "That is not an e-mail address."
        super().__init__(
            detail,
            hint="Write it as name@example.org.",
            errors=[FieldError("invalid_email", detail, pointer="/email")],
        )


class InvalidLink(RequestError):
    """The token of a letter is unknown, used, or too old."""

    code: ClassVar[str] = "invalid_link"

    def __init__(self) -> None:
        detail = "The link was used, is too old, or was never valid."
        super().__init__(
            detail,
            hint="Ask for a new letter, and use the link of the newest one.",
            errors=[FieldError("invalid_link", detail, pointer="/token")],
        )


class SecondFactorState(RequestError):
    """The second factor is not in the state that the request goes by."""

    code: ClassVar[str] = "second_factor_state"

    def __init__(self, *, is_on: bool) -> None:
        super().__init__(
            "The second factor is on already." if is_on else "The second factor is not on.",
            hint="Take it away first." if is_on else "Begin with `POST /api/v1/account/second-factor`.",
        )


class UnknownScope(RequestError):
    """An API key was asked for with a scope that there is not."""

    code: ClassVar[str] = "unknown_scope"

    def __init__(self, scope: str, hint: str) -> None:
        detail = f"There is no scope {scope[:64]!r}."
        super().__init__(detail, hint=hint, errors=[FieldError("unknown_scope", detail, pointer="/scopes")])


class TooManyKeys(RequestError):
    """The account has as many API keys as it may have."""

    code: ClassVar[str] = "too_many_keys"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"An account has at most {limit} API keys.", hint="Delete one that is not in use any more."
        )
