"""The table of events as the API tells it: each type with the JSON Schema of its data."""

from typing import Any, Final

import msgspec

from astrarium.service.webhooks.events import EVENTS, PATTERNS
from astrarium.service.webhooks.schemas import EventTypeInfo, EventTypes


def _schema(data: type[msgspec.Struct]) -> dict[str, Any]:
    """The schema of one struct; none of them holds another."""
    (schema,), definitions = msgspec.json.schema_components([data], ref_template="{name}")
    named: dict[str, Any] = definitions[schema["$ref"]]
    return named


EVENT_TYPES: Final = EventTypes(
    items=tuple(EventTypeInfo(name, event.told, _schema(event.data)) for name, event in EVENTS.items()),
    patterns=PATTERNS,
)
