"""The pages of people: who is kept, each of them, the forms, the trash, and import and export."""

from typing import Final

from astrarium.service.people.pages import editing, listing, one, transferring, trash

ROUTES: Final = (
    *listing.ROUTES,
    *editing.ROUTES,
    *trash.ROUTES,
    *transferring.ROUTES,
    *one.ROUTES,
)
"""Every page of this feature."""
