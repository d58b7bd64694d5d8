"""A browser without scripts, at the pages of accounts."""

import pytest

PASSWORD = "a wren in the wych elm"
OTHER = "a thrush under the hawthorn"
EMAIL = "ada@stars.example"
CHART = "/chart?date=1990-05-17&time=12%3A30&place=London%2C+GB"


@pytest.fixture
def browser(service, mailbox_of_all, browsing):
    """Somebody at a browser of their own, who has no account yet."""

    class Browser(browsing.Browser):
        def __init__(self, client=service, letters=mailbox_of_all):
            super().__init__(client)
            self.letters = letters

        def begin(self, email=EMAIL, password=PASSWORD):
            self.open("/account/register").press("/account/register", email=email, password=password)
            token = self.letters.token_for(email)
            self.open(f"/account/verify?token={token}").press("/account/verify", password=password)
            assert "you are signed in" in self.words
            return self

        def sign_in(self, email=EMAIL, password=PASSWORD, path="/account/sign-in"):
            return self.open(path).press("/account/sign-in", email=email, password=password)

    return Browser


@pytest.fixture
def ada(browser):
    return browser().begin()
