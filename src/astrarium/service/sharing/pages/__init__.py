"""The pages of sharing: links made and looked after by the account, and what they show to whoever has one."""

from typing import Final

from astrarium.service.sharing.pages import links, shown

ROUTES: Final = (*links.ROUTES, shown.shared_chart)
"""Every page of this feature."""
