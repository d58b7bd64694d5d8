import pytest

import astrarium
from astrarium.chart.receipt import table_digests
from astrarium.sky.bodies import BODIES
from astrarium.sky.house_systems import SYSTEMS
from astrarium.sky.zodiacs import list_zodiacs


def test_the_zodiacs_are_listed_with_their_boundaries_and_sources(client):
    items = client.get("/api/v1/zodiacs").json()["items"]
    assert [item["id"] for item in items] == [zodiac.id for zodiac in list_zodiacs()]
    iau13 = next(item for item in items if item["id"] == "iau13")
    assert len(iau13["signs"]) == len(iau13["starts"]) == 13
    assert "ophiuchus" in iau13["signs"]
    assert "Delporte" in iau13["source"]


def test_every_listed_zodiac_can_be_asked_for(client, cast):
    for item in client.get("/api/v1/zodiacs").json()["items"]:
        assert cast(None, zodiacs=[f"{item['id']}@{item['version']}"]).status_code == 200, item["id"]


def test_the_bodies_are_listed_in_their_public_order(client, cast):
    listed = client.get("/api/v1/bodies").json()
    assert [item["id"] for item in listed["items"]] == [body.id for body in BODIES]
    assert [one["body"] for one in cast().json()["positions"]] == listed["standard"]


def test_every_listed_house_system_can_be_asked_for(client, cast):
    listed = [item["id"] for item in client.get("/api/v1/houses").json()["items"]]
    assert listed == [system.id for system in SYSTEMS]
    for system in listed:
        assert cast(None, houses=system).json()["houses"]["system"] == system


def test_every_listed_set_of_aspects_can_be_asked_for(client, cast):
    for item in client.get("/api/v1/aspects").json()["items"]:
        named = {kind["id"] for kind in item["kinds"]}
        assert {aspect["aspect"] for aspect in cast(None, aspects=item["id"]).json()["aspects"]} <= named


def test_the_version_names_the_engine_and_every_table(client, cast):
    version = client.get("/api/v1/version").json()
    assert version == {"engine": astrarium.__version__, "api": "v1", "tables": table_digests()}
    assert cast().json()["receipt"]["tables"] == version["tables"]


@pytest.mark.parametrize("name", ["zodiacs", "bodies", "houses", "aspects", "version"])
def test_a_list_that_the_caller_has_already_is_304(client, name):
    first = client.get(f"/api/v1/{name}", headers={"Accept-Encoding": "gzip"})
    assert first.status_code == 200
    again = client.get(f"/api/v1/{name}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/api/v1/{name}", headers={"If-None-Match": '"sha256:0"'}).status_code == 200
