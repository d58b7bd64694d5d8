"""What can go wrong with limits: a caller has asked too much."""

from typing import ClassVar

from astrarium.service.errors import RequestError


class TooManyRequests(RequestError):
    """The caller has used up the requests of this second or this day."""

    code: ClassVar[str] = "too_many_requests"

    def __init__(self, retry_after_s: int, *, is_day_spent: bool) -> None:
        span = "today" if is_day_spent else "this second"
        super().__init__(
            f"You have used up the requests of {span}.",
            hint=f"Ask again in {retry_after_s} s; the header `RateLimit` tells what is left.",
        )
        self.headers = {"Retry-After": str(retry_after_s)}
