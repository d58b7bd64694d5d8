"""What can go wrong between a sidereal time, a place and its houses."""

from typing import ClassVar

from astrarium.errors import AstrariumError


class UnknownHouseSystem(AstrariumError):
    """A house system id that is not in the list of systems."""

    code: ClassVar[str] = "unknown_house_system"

    def __init__(self, system: str, nearest: tuple[str, ...]) -> None:
        near = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
        super().__init__(
            f"There is no house system {system[:48]!r}.{near}",
            hint="Take ids from the list of house systems (`astrarium houses`, GET /api/v1/houses).",
            pointer="/houses",
            data={"system": system[:48], "nearest": list(nearest)},
        )


class HouseSystemUndefined(AstrariumError):
    """A system that has no cusps at this latitude at this moment; `systems_that_work` do have them."""

    code: ClassVar[str] = "houses_undefined"

    def __init__(
        self, system: str, latitude_deg: float, systems_that_work: tuple[str, ...], defined_where: str = ""
    ) -> None:
        side = "north" if latitude_deg >= 0.0 else "south"
        where = f": the system is defined {defined_where}" if defined_where else ""
        super().__init__(
            f"{system} houses are undefined at latitude {abs(latitude_deg):g}° {side}{where}.",
            hint=f"Choose a house system that is defined there: {', '.join(systems_that_work)}.",
            pointer="/houses",
            data={
                "system": system,
                "latitude_deg": latitude_deg,
                "systems_that_work": list(systems_that_work),
            },
        )
        self.system, self.latitude_deg, self.systems_that_work = system, latitude_deg, systems_that_work


class HouseInputMissing(AstrariumError):
    """A system that needs more than sidereal time, latitude and obliquity, and was not given it."""

    code: ClassVar[str] = "house_input_missing"

    def __init__(self, system: str, argument: str) -> None:
        super().__init__(
            f"{system} houses need {argument}, which is missing.",
            hint=f"Give {argument}, or choose another house system.",
            pointer="/houses",
            data={"system": system, "argument": argument},
        )


class HouseInputInvalid(AstrariumError):
    """A number from which no houses can follow; `pointer` is set only where the number is a person's own input."""

    code: ClassVar[str] = "house_input_invalid"

    def __init__(self, argument: str, value: object, must_be: str) -> None:
        super().__init__(
            f"{argument} is {value}; it must be {must_be}.",
            hint=f"Correct {argument}: {must_be}.",
            pointer="/birth/place/latitude" if argument == "latitude_deg" else None,
            data={"argument": argument, "value": str(value), "must_be": must_be},
        )
