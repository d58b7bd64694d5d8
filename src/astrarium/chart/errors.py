"""What can be wrong with the request for a chart beyond its birth."""

from typing import ClassVar

from astrarium.errors import AstrariumError


class UnknownAspects(AstrariumError):
    """An aspect set that does not exist."""

    code: ClassVar[str] = "unknown_aspects"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"There is no aspect set {name!r}.",
            hint=f"Choose one of: {', '.join(known)}.",
            pointer="/aspects",
            data={"aspects": name, "known": list(known)},
        )


class UnknownBodySet(AstrariumError):
    """A named set of bodies that does not exist."""

    code: ClassVar[str] = "unknown_body_set"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"There is no set of bodies {name!r}.",
            hint=f"Choose one of: {', '.join(known)}; or list body ids.",
            pointer="/bodies",
            data={"bodies": name, "known": list(known)},
        )


class UnknownPerspective(AstrariumError):
    """A perspective that does not exist."""

    code: ClassVar[str] = "unknown_perspective"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"There is no perspective {name!r}.",
            hint=f"Choose one of: {', '.join(known)}.",
            pointer="/perspective",
            data={"perspective": name, "known": list(known)},
        )


class InvalidChoice(AstrariumError):
    """A list that must name at least one thing and is empty, or names more than a chart can hold."""

    code: ClassVar[str] = "invalid_choice"

    def __init__(self, field: str, count: int, limit: int) -> None:
        super().__init__(
            f"{count} {field} were asked for; a chart takes 1 to {limit}.",
            hint=f"Name from 1 to {limit} {field}, or leave the field out for the default.",
            pointer=f"/{field}",
            data={"field": field, "count": count, "limit": limit},
        )


class UnequalLengths(AstrariumError):
    """Arrays of a batch that do not have one length."""

    code: ClassVar[str] = "unequal_lengths"

    def __init__(self, lengths: dict[str, int]) -> None:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        super().__init__(
            f"The arrays of a batch have different lengths: {listed}.",
            hint="Give arrays of one length, or single numbers that hold for every chart.",
            data={"lengths": lengths},
        )
