"""The door of webhooks: `announce` tells of a change, in the change's own transaction."""

from astrarium.service.webhooks.announcing import announce
from astrarium.service.webhooks.endpoints import reseal
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
from astrarium.service.webhooks.tending import purge, wake_forgotten

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
    "purge",
    "reseal",
    "wake_forgotten",
]
