"""The pages of saved charts: the list with its folders, each chart, the form that changes one, and the trash."""

from typing import Final

from astrarium.service.saved_charts.pages import editing, listing, one, transferring, trash

ROUTES: Final = (
    *listing.ROUTES,
    *editing.ROUTES,
    *trash.ROUTES,
    *transferring.ROUTES,
    *one.ROUTES,
)
"""Every page of this feature."""
