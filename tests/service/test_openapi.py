import re
from pathlib import Path

import msgspec
import pytest

from astrarium.chart.structs import Chart, ChartRequest
from astrarium.service.problems import KINDS
from astrarium.service.reference import outline

API_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"


@pytest.fixture(scope="module")
def document(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for part in node.values():
            yield from references(part)
    elif isinstance(node, list):
        for part in node:
            yield from references(part)


def test_it_is_openapi_3_1_and_every_reference_resolves(document):
    assert document["openapi"].startswith("3.1")
    for reference in references(document):
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_every_route_of_the_api_is_described_and_documented(app, document):
    routes = {
        (method.lower(), re.sub(r":\w+}", "}", route.path))
        for route in app.routes
        for method in route.methods
        if route.path.startswith("/api/v1/")
        and method != "OPTIONS"
        and not route.path.endswith("openapi.json")
    }
    assert {(method, path) for path, method, _ in operations(document)} == routes
    page = API_PAGE.read_text("utf-8")
    for method, path in routes:
        assert f"| `{method.upper()} {path}` |" in page


def test_the_page_documents_no_route_that_does_not_exist(document):
    described = {f"{method.upper()} {path}" for path, method, _ in operations(document)}
    assert (
        set(re.findall(r"^\| `([A-Z]+ /api/v1/[^`]+)`", API_PAGE.read_text("utf-8"), re.MULTILINE))
        == described
    )


def test_every_operation_says_what_it_does_and_which_problems_it_has(document):
    for path, _, operation in operations(document):
        assert operation["summary"], path
        assert operation["tags"][0] in {tag["name"] for tag in document["tags"]}
        assert "500" in operation["responses"]
        for status, answer in operation["responses"].items():
            assert answer["headers"]["X-Request-Id"]
            if int(status) < 400 or (path.endswith("/ready") and status == "503"):
                continue
            content = answer["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            codes = re.findall(r"^- `(\w+)`", answer["description"], re.MULTILINE)
            assert codes
            assert {KINDS[code].status for code in codes} == {int(status)}


def test_operation_ids_are_unique(document):
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))


def test_the_described_request_and_chart_are_the_librarys(document):
    for kind in (ChartRequest, Chart):
        (_,), described = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
        for name, schema in described.items():
            assert document["components"]["schemas"][name] == msgspec.json.decode(msgspec.json.encode(schema))


def test_requests_are_closed_to_unknown_fields(document):
    for name in ("ChartRequest", "Birth", "CalendarDate", "TimeWindow", "PlaceReference", "BulkRequest"):
        assert document["components"]["schemas"][name]["additionalProperties"] is False


def test_charts_are_described_as_messagepack_too(document):
    for path in ("/api/v1/charts", "/api/v1/charts/bulk"):
        assert set(document["paths"][path]["post"]["responses"]["200"]["content"]) == {
            "application/json",
            "application/vnd.msgpack",
        }


def test_the_page_for_reading_shows_every_operation_shape_and_code(client, document):
    page = client.get("/api/docs").text
    for path, method, operation in operations(document):
        assert f'id="{operation["operationId"]}"' in page
        assert f'<span class="method">{method.upper()}</span> <code>{path}</code>' in page
    for name in document["components"]["schemas"]:
        assert f'id="object-{name}"' in page
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    errors = client.get("/api/docs/errors").text
    for code in KINDS:
        assert f'id="{code}"' in errors


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/errors"])
def test_the_pages_need_no_script_and_nothing_from_elsewhere(client, path):
    page = client.get(path).text
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="https?://(?!www\.geonames\.org/)', page)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "maxLength": 60}, "text, at most 60 characters"),
        ({"type": "integer", "minimum": 1, "maximum": 50}, "integer, 1 to 50"),
        ({"type": ["string", "null"]}, "text or null"),
        ({"enum": [0, 1]}, "0 or 1"),
        ({"const": "geocentric"}, '"geocentric"'),
        ({"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Place"}]}, "text or Place"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Cusp"}}, "list of Cusp"),
        ({"type": "array", "prefixItems": [{}, {}]}, "2 numbers"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "object of text by id"),
        ({"type": "object"}, "object"),
        ({}, "anything"),
    ],
)
def test_types_in_words(schema, words):
    assert outline.type_words(schema) == words


def test_every_shape_has_a_name_of_its_own(document):
    """Two structs of one name are told apart by their modules, which is no name for a public contract."""
    assert not [name for name in document["components"]["schemas"] if "." in name or "_" in name]
