"""What can be wrong with a schedule, or with a change of it."""

from typing import ClassVar

from astrarium.service.errors import FieldError, RequestError


class InvalidExpression(RequestError):
    """The text is not a cron expression of five fields, or names no instant that ever comes."""

    code: ClassVar[str] = "invalid_cron_expression"

    def __init__(self, expression: str, reason: str) -> None:
        detail = f"{expression[:100]!r} is no cron expression: {reason}."
        super().__init__(
            detail,
            hint=(
                "Five fields: minute, hour, day of the month, month, day of the week, in UTC; `30 3 * * *` is half past"
                " three every night. Or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`."
            ),
            errors=[FieldError("invalid_cron_expression", detail, pointer="/expression")],
        )


class ScheduleRetired(RequestError):
    """This version of the service has no work of that name any more."""

    code: ClassVar[str] = "schedule_retired"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The schedule {name!r} is retired: this version, set up as it is, has nothing to run by it.",
            hint="Its past runs can be read; `GET /api/v1/admin/schedules` lists those that are active.",
        )
