"""The routes of accounts: the account itself, its sessions, its keys."""

from typing import Final

from astrarium.service.accounts.routes import account, api_keys, recovery, second_factor, sessions

ROUTES: Final = (*account.ROUTES, *recovery.ROUTES, *second_factor.ROUTES, *sessions.ROUTES, *api_keys.ROUTES)
"""Every handler of this feature."""
