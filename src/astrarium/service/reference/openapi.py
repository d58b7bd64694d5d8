"""The API's own description: OpenAPI 3.1 from the routes themselves, completed with what their types do not say."""

import re
from collections.abc import Iterator
from copy import deepcopy
from inspect import cleandoc
from typing import Any, Final, TypeGuard, get_args, get_origin

import msgspec
from litestar import Litestar, Request, Router
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import License, Tag

from astrarium import __version__
from astrarium.service.http.described import describe
from astrarium.service.permissions import EVERYONE, PERMISSIONS
from astrarium.service.reference.examples import BODIES as EXAMPLES

PATH: Final = "/api/v1"
_DOCUMENT: Final = "/openapi.json"

_GENERIC: Final = re.compile(r"(?P<outer>\b[A-Z]\w*?)_(?:[\w.]*\.)?(?P<inner>\w+)_$")
"""How a generic struct is called: by what it is of, by Litestar with its module."""

_REQUEST_ID: Final = {
    "description": "The caller's own id where one was sent, else a new one; the log and problems quote it.",
    "schema": {"type": "string"},
}

_SCHEMES: Final = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, `ast_…`, with the scope that the route asks for.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "astrarium",
        "description": "The cookie of `POST /sessions`; over HTTPS its name begins with `__Host-`. Whatever changes "
        "something carries the session's `csrf_token` as `X-CSRF-Token`.",
    },
}

DESCRIPTION: Final = """
True-sidereal astrology: charts in named, versioned zodiacs side by side.

Names are snake_case, instants ISO 8601 with `Z`, angles degrees, distances astronomical units. A failure is
`application/problem+json` with a stable `code`; every answer carries `X-Request-Id`. Unknown fields and unknown query
parameters are refused. Answers of at least 1 KB are compressed as `Accept-Encoding` allows.
"""

TAGS: Final = (
    Tag("charts", "Cast charts."),
    Tag("batches", "Send a file of births, and fetch a chart for each."),
    Tag("saved charts", "Keep charts: cast again at each reading, and compared with what they were."),
    Tag("account", "Begin an account, change it, end it."),
    Tag("sessions", "Sign in and out, and see where one is signed in."),
    Tag("API keys", "What programs send instead of a session."),
    Tag("sharing", "Links that show a saved chart to whoever has them."),
    Tag("people", "Keep births: whose, when, where, and how surely."),
    Tag("live", "Be told what happens, as it happens."),
    Tag("notifications", "What the account is told until it has read it."),
    Tag("jobs", "What is done for the account in the background."),
    Tag("webhooks", "Have an address of your own told what happens."),
    Tag("batch", "Send several requests at once."),
    Tag("admin", "What support and administrators see of the service at work."),
    Tag("reference", "What a request may name."),
    Tag("operations", "For supervisors and load balancers."),
)


class Document(OpenAPIRenderPlugin):
    """Serves the description as JSON at one path and keeps Litestar's further pages away."""

    def __init__(self) -> None:
        super().__init__(path=_DOCUMENT, media_type=MediaType.JSON)
        self._encoded: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The document, made at the first call."""
        if self._encoded is None:
            self._encoded = msgspec.json.encode(completed(openapi_schema, request.app))
        return self._encoded

    def receive_router(self, router: Router) -> None:
        """Drop the index and the catch-all page that Litestar adds around the document."""
        router.routes[:] = [route for route in router.routes if route.path == PATH + _DOCUMENT]
        router.opt["permission"] = EVERYONE


def configuration() -> OpenAPIConfig:
    """How Litestar derives the description."""
    return OpenAPIConfig(
        title="Astrarium",
        version=__version__,
        description=cleandoc(DESCRIPTION),
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        tags=list(TAGS),
        path=PATH,
        render_plugins=[Document()],
        use_handler_docstrings=True,
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
    )


def description_of(application: Litestar) -> dict[str, Any]:
    """The whole description of a running application."""
    return completed(application.openapi_schema.to_schema(), application)


def completed(schema: dict[str, Any], application: Litestar) -> dict[str, Any]:
    """Litestar's description with what it leaves out.

    The structs are described by msgspec, which knows their docstrings, bounds and closed field lists; operations get
    the first line of their docstring as a summary; charts are also MessagePack; every answer has a request id.
    """
    schema = deepcopy(schema)
    _, structs = msgspec.json.schema_components(
        _structs(application), ref_template="#/components/schemas/{name}"
    )
    charts = structs["BulkRequest"]["properties"]["charts"]
    charts["items"] = {"$ref": "#/components/schemas/ChartRequest"}
    charts["maxItems"] = application.state.settings.bulk_limit
    schema["components"] = {
        "schemas": {name: structs[name] for name in sorted(structs)},
        "headers": {"RequestId": _REQUEST_ID},
        "securitySchemes": _SCHEMES,
    }
    handlers = {handler.handler_name: handler for handler in _handlers(application)}
    for methods in schema["paths"].values():
        for method, operation in methods.items():
            handler = handlers[operation["operationId"]]
            describe(operation, method, handler)
            operation["security"] = _security(handler.opt["permission"])
            _complete(operation, is_chart="charts" in operation["tags"])
    described: dict[str, Any] = _plainly_named(schema)
    return described


def _security(permission: str) -> list[dict[str, list[str]]]:
    """The credentials that a route takes: none, a session, or a key too."""
    if permission == EVERYONE:
        return []
    by_session: dict[str, list[str]] = {"session": []}
    return [by_session] if PERMISSIONS[permission].scope is None else [{"key": []}, by_session]


def _complete(operation: dict[str, Any], *, is_chart: bool) -> None:
    summary, _, rest = operation.get("description", "").partition("\n")
    operation["summary"] = summary.rstrip(".")
    operation["description"] = rest.strip() or summary
    if not operation["deprecated"]:
        del operation["deprecated"]
    if examples := EXAMPLES.get(operation["operationId"]):
        operation["requestBody"]["content"]["application/json"]["examples"] = examples
    operation["responses"].get("204", {}).pop("content", None)
    for status, answer in operation["responses"].items():
        answer["headers"] = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
        if status == "200":
            answer["description"] = "The answer."
            if is_chart:
                answer["content"]["application/vnd.msgpack"] = answer["content"]["application/json"]


def _plainly_named(node: Any) -> Any:  # noqa: ANN401  (a part of the document)
    """The same part, where what is generic is called as a reader would: `PageOfPerson`."""
    if isinstance(node, list):
        return [_plainly_named(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        _plain_name(name): _plain_name(value) if name == "$ref" else _plainly_named(value)
        for name, value in node.items()
    }


def _plain_name(name: str) -> str:
    return _GENERIC.sub(r"\g<outer>Of\g<inner>", name)


def _handlers(application: Litestar) -> Iterator[HTTPRouteHandler]:
    """The routes that are described."""
    for route in application.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.resolve_include_in_schema():
                yield handler


def _structs(application: Litestar) -> list[type[msgspec.Struct]]:
    """Every struct that the described routes take or give, by name."""
    found: dict[str, type[msgspec.Struct]] = {}
    for handler in _handlers(application):
        fields = [handler.parsed_return_field, handler.parsed_data_field]
        annotations = [inner.annotation for field in fields if field for inner in (field, *field.inner_types)]
        annotations += [answer.data_container for answer in (handler.responses or {}).values()]
        found |= {
            str(kind) if get_args(kind) else kind.__name__: kind for kind in annotations if is_struct(kind)
        }
    return list(found.values())


def is_struct(kind: object) -> TypeGuard[type[msgspec.Struct]]:
    """Whether a type annotation is one of our structs, be it a generic one of something: `Page[Person]`."""
    kind = get_origin(kind) or kind
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
