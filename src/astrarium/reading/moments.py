"""Days, clocks and offsets from UTC as a person writes them."""

from typing import Final

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(iso: str) -> str:
    """The day of an ISO moment: `17 May 1990`."""
    year, month, number = iso[:10].split("-")
    return f"{int(number)} {MONTHS[int(month) - 1]} {int(year)}"


def clock(iso: str) -> str:
    """The clock of an ISO moment, with seconds only where there are any: `12:30`."""
    text = iso[11:19]
    return text[:5] if text.endswith(":00") else text


def moment(iso: str) -> str:
    """Day and clock: `17 May 1990, 12:30`."""
    return f"{day(iso)}, {clock(iso)}"


def offset(seconds: int) -> str:
    """An offset from UTC: `UTC+1`, `UTC−3:30`, `UTC+0:19:32`, `UTC`."""
    if seconds == 0:
        return "UTC"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, second = divmod(rest, 60)
    text = (
        f"{hours}" + (f":{minutes:02d}" if minutes or second else "") + (f":{second:02d}" if second else "")
    )
    return f"UTC{'+' if seconds > 0 else '−'}{text}"


def ahead(seconds: int) -> str:
    """How clocks stood against UTC: `1 h ahead of UTC`, `at UTC`."""
    if seconds == 0:
        return "at UTC itself"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, second = divmod(rest, 60)
    spans = ((hours, "h"), (minutes, "min"), (second, "s"))
    span = " ".join(f"{count} {unit}" for count, unit in spans if count)
    return f"{span} {'ahead of' if seconds > 0 else 'behind'} UTC"
