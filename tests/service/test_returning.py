import pytest

from astrarium.service.web.returning import safe_path, sign_in_path


@pytest.mark.parametrize("path", ["/", "/account", "/chart?date=1990-05-17&place=London%2C+GB", "/a//b"])
def test_a_path_of_this_service_is_followed(path):
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "", "account", "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example",
        "/a\\..\\\\evil.example", "/\n//evil.example", "javascript:alert(1)", " //evil.example", "/ä", "/" + "a" * 2000,
    ],
)  # fmt: skip
def test_anything_else_leads_to_the_start(path):
    assert safe_path(path) == "/"
    assert safe_path(path, "/account") == "/account"


def test_signing_in_leads_back_to_the_page():
    assert sign_in_path("/") == "/account/sign-in"
    assert sign_in_path("/chart?a=1&b=2") == "/account/sign-in?next=%2Fchart%3Fa%3D1%26b%3D2"
