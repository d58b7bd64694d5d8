"""The form of a person: what was typed, field by field as text, and the person that it describes."""

from typing import Final

import msgspec
from msgspec import UNSET

from astrarium.civil.birth import Birth
from astrarium.service.birth_tables import TAG_SEPARATOR, tags_of
from astrarium.service.charts import service as charts
from astrarium.service.charts.service import ChartForm
from astrarium.service.people.schemas import Person, PersonChange, PersonDraft
from astrarium.service.web.posted import EmptyField, Posted, filled

ACCURACIES: Final = {
    "": "Not rated",
    "AA": "AA: from the birth record",
    "A": "A: from memory",
    "B": "B: from a biography",
    "C": "C: told with caution",
    "DD": "DD: sources contradict each other",
    "X": "X: the day without a time",
    "XX": "XX: not even the day",
}
"""Rodden's rating of a birth time, in words."""
RELATIONS: Final = ("self", "mother", "father", "partner", "child", "sibling", "friend", "client")
"""What is offered while a relation is typed; any other word will do."""


class PersonForm(msgspec.Struct, frozen=True):
    """What was typed. `birth` holds the name too, as the form of a chart does."""

    birth: ChartForm
    relation: str = ""
    tags: str = ""
    notes: str = ""
    accuracy: str = ""


def of_posted(posted: Posted) -> PersonForm:
    """The form as it was sent, with the choice taken over that a remedy's button stands for."""
    return PersonForm(
        birth=charts.changed(charts.of_fields(posted.fields), posted.text("take")),
        relation=posted.text("relation"),
        tags=posted.text("tags"),
        notes=posted.text("notes").replace("\r\n", "\n"),
        accuracy=posted.text("accuracy"),
    )


def of_person(person: Person) -> PersonForm:
    """The form that somebody would have filled in for a person."""
    return PersonForm(
        birth=birth_form(person),
        relation=person.relation or "",
        tags=TAG_SEPARATOR.join(person.tags),
        notes=person.notes,
        accuracy=person.accuracy or "",
    )


def birth_form(person: Person) -> ChartForm:
    """The form of the chart of a person."""
    return charts.form_of(person.birth, place_of(person), person.understood.utc, person.name)


def place_of(person: Person) -> str:
    """Where a person was born, as it was understood."""
    place = person.understood.place
    return ", ".join(filter(None, (place.name, place.region, place.country)))


def draft_of(form: PersonForm) -> PersonDraft:
    """The person to keep.

    Raises `EmptyField`, `MissingTime`, and `InvalidBody` in the API's words; the birth is the engine's to judge.
    """
    return filled(PersonDraft, **_fields(form), birth=_wire(charts.birth_of(form.birth)))


def change_of(form: PersonForm, person: Person) -> PersonChange:
    """What the form makes another of `person`; a birth whose fields were left alone stays as it was written."""
    is_same = form.birth == birth_form(msgspec.structs.replace(person, name=form.birth.name))
    fields = _fields(form)
    asked = filled(PersonDraft, **fields, birth={})
    return PersonChange(
        name=asked.name,
        birth=UNSET if is_same else charts.birth_of(form.birth),
        relation=asked.relation,
        tags=asked.tags,
        notes=asked.notes,
        accuracy=asked.accuracy,
    )


def _fields(form: PersonForm) -> dict[str, object]:
    if not form.birth.name:
        raise EmptyField("name")
    return {
        "name": form.birth.name,
        "relation": form.relation or None,
        "tags": tags_of(form.tags) or None,
        "notes": form.notes or None,
        "accuracy": form.accuracy or None,
    }


def _wire(birth: Birth) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(birth)
    return {name: value for name, value in fields.items() if value is not None}
