"""`astrarium zodiacs`, `houses`, `bodies` and `aspects`: what the options of the other commands may name."""

from astrarium.cli import glyphs, measures, options
from astrarium.cli.terminal import listing, show, write_json


def zodiacs(as_json: options.AsJson = False) -> None:
    """List the zodiacs: named, versioned, cited frames of signs.

    A chart names one by its id (iau13), or by id and version (iau13@1) to keep it as it is today.
    """
    from astrarium.sky.zodiacs import list_zodiacs  # the engine is loaded by the commands that need it

    frames = list_zodiacs()
    if as_json:
        write_json({"items": frames})
        return
    rows = [
        (frame.versioned_id, str(len(frame.signs)), f"{frame.name}. {frame.good_for}") for frame in frames
    ]
    show([listing(("id", "signs", "what it is good for"), rows, right=(1,))])


def houses(as_json: options.AsJson = False) -> None:
    """List the house systems, and where on Earth each is defined."""
    from astrarium.sky.house_systems import SYSTEMS  # the engine is loaded by the commands that need it

    if as_json:
        write_json({"items": SYSTEMS})
        return
    rows = [
        (system.id, system.name, f"{system.description} Defined {system.defined_where}.")
        for system in SYSTEMS
    ]
    show([listing(("id", "name", "what it is"), rows)])


def bodies(as_json: options.AsJson = False) -> None:
    """List the bodies and points that a chart can hold, in the order of every answer."""
    from astrarium.sky.bodies import BODIES, STANDARD  # the engine is loaded by the commands that need it

    if as_json:
        write_json({"items": BODIES, "standard": STANDARD})
        return
    rows = [
        (
            glyphs.BODIES.get(body.id, glyphs.NOTHING),
            body.id,
            "yes" if body.id in STANDARD else "",
            f"{body.name}. {body.description}",
        )
        for body in BODIES
    ]
    show([listing(("", "id", "standard", "what it is"), rows)])


def aspects(as_json: options.AsJson = False) -> None:
    """List the sets of aspects that a chart can be asked for, with angles and orbs in degrees."""
    from astrarium.chart.aspects import SETS  # the engine is loaded by the commands that need it

    if as_json:
        write_json({"items": tuple(SETS.values())})
        return
    rows = [
        (
            one.id,
            glyphs.ASPECTS.get(kind.id, glyphs.NOTHING),
            kind.name,
            measures.degrees_minutes(kind.angle_deg),
            measures.degrees_minutes(kind.orb_deg),
        )
        for one in SETS.values()
        for kind in one.kinds
    ]
    show([listing(("set", "", "aspect", "angle", "orb"), rows, right=(3, 4))])
