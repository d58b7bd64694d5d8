"""`astrarium zodiacs`, `houses` and `bodies`: what the options of the other commands may name."""

from astrarium.cli import glyphs, options
from astrarium.cli.terminal import listing, show, write_json


def bodies(as_json: options.AsJson = False) -> None:
    """List the bodies and points that a chart can hold, in the order of every answer."""
    from astrarium.sky.bodies import BODIES, STANDARD  # the engine is loaded by the commands that need it

    if as_json:
        write_json({"items": BODIES, "standard": STANDARD})
        return
    rows = [
        (f"{glyphs.BODIES.get(body.id, glyphs.NOTHING)} {body.id}", body.name, body.description)
        for body in BODIES
    ]
    show([listing(("id", "name", "what it is"), rows)])
