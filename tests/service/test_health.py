import pytest
from litestar.testing import TestClient

from astrarium.service.app import create_app


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
@pytest.mark.parametrize("kind", ["live", "ready"])
def test_a_running_service_lives_and_is_ready(client, prefix, kind):
    answer = client.get(f"{prefix}/health/{kind}")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("status", ["starting", "stopping"])
def test_a_service_that_starts_or_stops_lives_but_is_not_ready(status, settings_of):
    application = create_app(settings_of())
    with TestClient(application) as client:
        application.state.health = status
        assert client.get("/health/live").status_code == 200
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()) == (503, {"status": status})


def test_the_first_chart_is_cast_before_the_first_request(settings_of):
    application = create_app(settings_of())
    with TestClient(application):
        assert application.state.health == "ok"
    assert application.state.health == "stopping"
