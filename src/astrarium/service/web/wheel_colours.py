"""The dark colours of wheels and strips that were drawn light: one picture in the page, whatever the reader's theme.

A wheel carries its colours as attributes. A rule per colour of the light palette turns each into its counterpart in
the dark one, so that the page need not hold the picture twice.
"""

from collections.abc import Iterator

import msgspec

from astrarium.draw.palette import DARK, LIGHT


def stylesheet() -> str:
    """The rules, under `prefers-color-scheme: dark` and not for print."""
    rules = "".join(
        f':is(.wheel,.strip) [{attribute}="{light}"]{{{attribute}:{dark}}}'
        for light, dark in counterparts().items()
        for attribute in ("fill", "stroke")
    )
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"


def counterparts() -> dict[str, str]:
    """The dark colour of each light one."""
    return dict(zip(_colours(msgspec.to_builtins(LIGHT)), _colours(msgspec.to_builtins(DARK)), strict=True))


def _colours(palette: object) -> Iterator[str]:
    if isinstance(palette, dict):
        for part in palette.values():
            yield from _colours(part)
    else:
        yield str(palette)
