"""People as they come over the wire and leave by it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from astrarium.civil.birth import Birth
from astrarium.service.births import Understood
from astrarium.service.labels import Line, Name, Notes, Tags

Accuracy = Literal["AA", "A", "B", "C", "DD", "X", "XX"]
"""How good a birth time is, by Rodden's rating: AA a birth record, A memory, B a biography, C told with caution, DD
conflicting sources, X a day without a time, XX no day."""


class PersonDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to keep: a name and a birth, in the words of a chart request.

    `relation` says who it is to the account's owner (`self`, `mother`, `client`), `accuracy` is the Rodden rating
    of the birth time.
    """

    name: Name
    birth: Birth
    relation: Line | None = None
    tags: Tags = ()
    notes: Notes = ""
    accuracy: Accuracy | None = None


class PersonChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be another: fields that are left out stay, `null` empties one."""

    name: Name | UnsetType = UNSET
    birth: Birth | UnsetType = UNSET
    relation: Line | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    accuracy: Accuracy | UnsetType | None = UNSET


class Person(Struct, frozen=True, kw_only=True):
    """A saved birth, as it was written and as it was understood.

    `version` counts the changes. `trashed_at` is there while it lies in the trash, from where it is purged after
    thirty days.
    """

    id: UUID
    name: str
    birth: Birth
    understood: Understood
    relation: str | None
    tags: tuple[str, ...]
    notes: str
    accuracy: Accuracy | None
    version: int
    created_at: datetime
    updated_at: datetime
    trashed_at: datetime | None


class SavedPerson(Person, frozen=True, kw_only=True):
    """The person as it was saved. `duplicates` are the account's others of that name who were born at that instant."""

    duplicates: tuple[UUID, ...] = ()


class PersonSummary(Struct, frozen=True, kw_only=True):
    """A saved birth in a list; `utc` is its instant, of a time that is not exact the middle of its window."""

    id: UUID
    name: str
    relation: str | None
    tags: tuple[str, ...]
    accuracy: Accuracy | None
    utc: str
    local: str
    known: Literal["exact", "window", "unknown"]
    place: str | None
    country: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    trashed_at: datetime | None
