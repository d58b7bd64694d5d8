"""What can be wrong with an endpoint."""

from typing import ClassVar

from astrarium.service.errors import FieldError, RequestError


class UnknownEventType(RequestError):
    """An endpoint asks for events that there are none of."""

    code: ClassVar[str] = "unknown_event_type"

    def __init__(self, name: str, position: int, near: str) -> None:
        detail = f"There are no events {name[:64]!r}."
        super().__init__(
            detail, hint=near, errors=[FieldError("unknown_event_type", detail, f"/event_types/{position}")]
        )


class WebhookDisabled(RequestError):
    """Nothing is sent to an endpoint that is disabled."""

    code: ClassVar[str] = "webhook_disabled"

    def __init__(self, because: str) -> None:
        if because == "operator":
            super().__init__(
                "This webhook was disabled by an operator.", hint="Ask the operator to enable it."
            )
        else:
            super().__init__(
                "This webhook is disabled.", hint='Enable it first: PATCH it with `"enabled": true`.'
            )
