"""Lists of what a request may name, and the version that answers."""

from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from astrarium import __version__
from astrarium.chart.aspects import SETS, AspectSet
from astrarium.chart.receipt import table_digests
from astrarium.service.http import answers
from astrarium.service.http.negotiation import encoded_once, unchanging
from astrarium.service.permissions import EVERYONE
from astrarium.sky.bodies import BODIES, STANDARD, Body
from astrarium.sky.house_systems import SYSTEMS, HouseSystem
from astrarium.sky.zodiacs import Zodiac, list_zodiacs


class SignFrame(msgspec.Struct, frozen=True):
    """A zodiac: its signs in order with the longitudes, in degrees of its own reference, at which they begin."""

    id: str
    version: int
    name: str
    kind: str
    signs: tuple[str, ...]
    starts: tuple[float, ...]
    reference: str
    source: str
    description: str
    good_for: str


class Zodiacs(msgspec.Struct, frozen=True):
    """Every zodiac in its newest version."""

    items: tuple[SignFrame, ...]


class Bodies(msgspec.Struct, frozen=True):
    """All bodies in the order that every answer keeps, and the ids of the `standard` choice."""

    items: tuple[Body, ...]
    standard: tuple[str, ...]


class HouseSystems(msgspec.Struct, frozen=True):
    """Every house system."""

    items: tuple[HouseSystem, ...]


class AspectSets(msgspec.Struct, frozen=True):
    """The named choices of aspects, each with its angles and orbs."""

    items: tuple[AspectSet, ...]


class Version(msgspec.Struct, frozen=True):
    """The engine's version and the digests of every table that its charts come from."""

    engine: str
    api: str
    tables: dict[str, str]


def _route(path: str) -> HTTPRouteHandler:
    return get(
        path,
        tags=["reference"],
        permission=EVERYONE,
        sync_to_thread=False,
        responses=answers.of_nothing() | answers.UNCHANGED,
    )


@_route("/zodiacs")
def zodiacs(request: Request[Any, Any, Any]) -> Response[Zodiacs]:
    """List the zodiacs: named, versioned, cited frames of signs.

    A request names one by `id`, or by `id@version` to keep it as it is today.
    """
    return unchanging(request, _zodiacs)


@_route("/bodies")
def bodies(request: Request[Any, Any, Any]) -> Response[Bodies]:
    """List the bodies and points that a chart can hold."""
    return unchanging(request, _bodies)


@_route("/houses")
def houses(request: Request[Any, Any, Any]) -> Response[HouseSystems]:
    """List the house systems, with where each is defined and where it comes from."""
    return unchanging(request, _houses)


@_route("/aspects")
def aspects(request: Request[Any, Any, Any]) -> Response[AspectSets]:
    """List the sets of aspects that a request may name, with angles and orbs in degrees."""
    return unchanging(request, _aspects)


@_route("/version")
def version(request: Request[Any, Any, Any]) -> Response[Version]:
    """Tell which engine and which tables answer.

    Two services with the same answer here give the same charts, byte for byte.
    """
    return unchanging(request, _version)


def _zodiacs() -> Zodiacs:
    return Zodiacs(tuple(map(_frame, list_zodiacs())))


def _bodies() -> Bodies:
    return Bodies(BODIES, STANDARD)


def _houses() -> HouseSystems:
    return HouseSystems(SYSTEMS)


def _aspects() -> AspectSets:
    return AspectSets(tuple(SETS.values()))


def _version() -> Version:
    return Version(__version__, "v1", table_digests())


_LISTS: Final = (_zodiacs, _bodies, _houses, _aspects, _version)


def encode_lists() -> None:
    """Encode every list before anyone asks for it."""
    for make in _LISTS:
        encoded_once(make)


def _frame(zodiac: Zodiac) -> SignFrame:
    return SignFrame(
        id=zodiac.id,
        version=zodiac.version,
        name=zodiac.name,
        kind=zodiac.kind,
        signs=zodiac.signs,
        starts=zodiac.starts,
        reference=zodiac.reference,
        source=zodiac.source,
        description=zodiac.description,
        good_for=zodiac.good_for,
    )
