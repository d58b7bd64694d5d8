"""The pages of webhooks: the endpoints of an account, each with its log, and every delivery."""

from typing import Final

from astrarium.service.webhooks.pages import deliveries, endpoints

ROUTES: Final = (*endpoints.ROUTES, *deliveries.ROUTES)
"""Every page of this feature."""
