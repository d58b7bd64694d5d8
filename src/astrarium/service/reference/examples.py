"""Bodies that work, by operation, for the API's description; a test sends each of them."""

from typing import Any, Final

_ADA: Final = {"name": "Ada", "birth": {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}}
_UNKNOWN_TIME: Final = {"birth": {"date": "1952-03-11", "time": None, "place": "Cambridge, GB"}}
_NEWTON: Final = {
    "name": "Isaac Newton",
    "birth": {
        "date": {"date": "1642-12-25", "calendar": "julian"},
        "time": {"from": "01:00", "to": "02:00"},
        "place": {"latitude": 52.8073, "longitude": -0.6273, "name": "Woolsthorpe", "country": "GB"},
    },
    "zodiacs": ["iau13", "sidereal:lahiri"],
    "houses": "porphyry",
}

BODIES: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "cast_one": {
        "A birth": {"value": _ADA},
        "An unknown time": {"value": _UNKNOWN_TIME},
        "An old calendar, a window of time and bare coordinates": {"value": _NEWTON},
    },
    "cast_many": {"Two births": {"value": {"charts": [_ADA, _UNKNOWN_TIME]}}},
}
