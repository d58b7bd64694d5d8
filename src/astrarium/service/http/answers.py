"""What a route may answer besides success, for its documentation: codes grouped by their status."""

from collections import defaultdict
from typing import Final

from litestar.openapi.datastructures import ResponseSpec

from astrarium.service.problems import MEDIA_TYPE, Problem, kind_of

_EVERYWHERE = (
    "internal_error",
    "service_unavailable",
    "database_busy",
    "database_unreachable",
    "database_timeout",
    "database_contention",
)
_OF_QUERIES = ("unknown_parameter", "invalid_parameter")
_OF_BODIES = (
    "unknown_parameter",
    "malformed_json",
    "body_too_large",
    "unsupported_media_type",
    "invalid_body",
)


UNCHANGED: Final = {
    304: ResponseSpec(None, description="The caller's copy is still right (`If-None-Match`).")
}


def of_query(*codes: str) -> dict[int, ResponseSpec]:
    """The problems of a route that takes query parameters, and `codes` of its own."""
    return _grouped((*_OF_QUERIES, *codes, *_EVERYWHERE))


def of_body(*codes: str) -> dict[int, ResponseSpec]:
    """The problems of a route that takes a JSON body, and `codes` of its own."""
    return _grouped((*_OF_BODIES, *codes, *_EVERYWHERE))


def of_nothing(*codes: str) -> dict[int, ResponseSpec]:
    """The problems of a route that takes neither, and `codes` of its own."""
    return _grouped(("unknown_parameter", *codes, *_EVERYWHERE))


def _grouped(codes: tuple[str, ...]) -> dict[int, ResponseSpec]:
    by_status = defaultdict(list)
    for code in codes:
        by_status[kind_of(code).status].append(code)
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            media_type=MEDIA_TYPE,
            description="\n".join(f"- `{code}`: {kind_of(code).title}" for code in grouped),
        )
        for status, grouped in sorted(by_status.items())
    }
