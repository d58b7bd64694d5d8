"""The pages of accounts: forms that need no script, each led on by 303 so that nothing is sent twice."""

from typing import Final

from astrarium.service.accounts.pages import (
    account,
    api_keys,
    beginning,
    ending,
    entering,
    recovery,
    second_factor,
)

ROUTES: Final = (
    *entering.ROUTES,
    *beginning.ROUTES,
    *recovery.ROUTES,
    *account.ROUTES,
    *second_factor.ROUTES,
    *api_keys.ROUTES,
    *ending.ROUTES,
)
"""Every page of this feature."""
