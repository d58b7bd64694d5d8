"""The door of webhooks: `announce` tells of a change, in the change's own transaction."""

from astrarium.service.webhooks.announcing import announce
from astrarium.service.webhooks.events import (
    AccountData,
    BatchData,
    ChangedChartData,
    ChangedPersonData,
    ChartData,
    ImportData,
    KeyData,
    LinkData,
    PersonData,
    RevokedKeyData,
    SecondFactorData,
    SharedChartData,
)

__all__ = [
    "AccountData",
    "BatchData",
    "ChangedChartData",
    "ChangedPersonData",
    "ChartData",
    "ImportData",
    "KeyData",
    "LinkData",
    "PersonData",
    "RevokedKeyData",
    "SecondFactorData",
    "SharedChartData",
    "announce",
]
