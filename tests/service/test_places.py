def test_places_are_found_by_the_beginning_of_their_name(client):
    items = client.get("/api/v1/places?q=lond").json()["items"]
    assert items[0]["label"] == "London, England, GB"
    assert items[0]["zone"] == "Europe/London"
    assert len(items) == 10


def test_case_and_diacritics_do_not_matter(client):
    for written in ("łódź", "Lodz", "LODZ"):
        assert client.get("/api/v1/places", params={"q": written}).json()["items"][0]["country"] == "PL"


def test_limit_and_country_narrow_the_answer(client):
    items = client.get("/api/v1/places?q=london&limit=3&country=CA").json()["items"]
    assert 0 < len(items) <= 3
    assert {item["country"] for item in items} == {"CA"}


def test_an_unknown_country_is_a_problem(client, problem):
    problem(client.get("/api/v1/places?q=london&country=Atlantis"), 422, "unknown_country")


def test_nothing_found_is_an_empty_list(client):
    assert client.get("/api/v1/places?q=xyzzyqq").json() == {"items": []}


def test_what_is_found_can_be_cast_by_id_and_by_label(client, cast, birth):
    found = client.get("/api/v1/places?q=cambridge&country=GB").json()["items"][0]
    by_id = cast(birth | {"place": {"id": found["geoname_id"]}}).json()["place"]
    by_label = cast(birth | {"place": found["label"]}).json()["place"]
    assert by_id == by_label
    assert by_id["latitude"] == found["latitude"]


def test_hostile_text_finds_nothing_and_breaks_nothing(client):
    for text in ('"', "%", "_", "' OR 1=1 --", "a" * 200, "\u0000", "\U0001f30d", "*", "()", "NEAR/2"):
        assert client.get("/api/v1/places", params={"q": text}).status_code == 200, text
