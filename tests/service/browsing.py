"""A browser without scripts: it shows one page at a time, and sends the forms that are on it."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode


class Forms(HTMLParser):
    """The forms of a page: where they go, and what they hold before anybody types."""

    def __init__(self, text):
        super().__init__()
        self.forms = []
        self.select = None
        self.area = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.forms.append((given["action"], given.get("method", "get"), []))
        elif not self.forms or (tag in {"input", "select", "textarea"} and "name" not in given):
            return
        elif tag == "input" and (given["type"] not in {"checkbox", "radio"} or "checked" in given):
            self.forms[-1][2].append((given["name"], given.get("value", "")))
        elif tag == "select":
            self.select = given["name"]
            self.forms[-1][2].append((self.select, None))
        elif tag == "option" and self.select:
            fields = self.forms[-1][2]
            if "selected" in given or fields[-1][1] is None:
                fields[-1] = (self.select, given["value"])
        elif tag == "textarea":
            self.area = given["name"]
            self.forms[-1][2].append((self.area, ""))

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None

    def handle_data(self, data):
        if self.area:
            name, before = self.forms[-1][2][-1]
            self.forms[-1][2][-1] = (name, before + (data if before else data.removeprefix("\n")))


class Browser:
    """Somebody at a browser, on one page at a time; `page` is the answer that is shown."""

    def __init__(self, client, cookies=()):
        self.client = client
        self.cookies = dict(cookies)
        self.page = None

    def request(self, method, path, **choices):
        headers = {"Accept": "text/html", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        headers |= choices.pop("headers", {})
        self.client.cookies.clear()
        answer = self.client.request(method, path, headers=headers, follow_redirects=False, **choices)
        for header in answer.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            if "Max-Age=0" in header:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = rest.partition(";")[0].strip('"')
        return answer

    def open(self, path):
        self.page = self.request("GET", path)
        while self.page.status_code == 303:
            self.page = self.request("GET", self.page.headers["location"])
        return self

    @staticmethod
    def forms_of(page):
        return Forms(page.text).forms

    @property
    def forms(self):
        return self.forms_of(self.page)

    def form(self, action):
        found = [fields for at, method, fields in self.forms if at == action and method == "post"]
        assert found, f"no form to {action} on {self.page.url}"
        return found[0]

    def press(self, action, **typed):
        """Send a form as it stands with what was typed, and go where that leads; lists are boxes that are ticked."""
        fields = [(name, value) for name, value in self.form(action) if name not in typed]
        for name, value in typed.items():
            fields += [(name, one) for one in (value if isinstance(value, list) else [value])]
        self.sent = self.page = self.request(
            "POST",
            action,
            content=urlencode(fields),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        if self.page.status_code == 303:
            self.open(self.page.headers["location"])
        return self

    def upload(self, action, name, content, **typed):
        """Send a form with a file in it, as `press` sends one without."""
        fields = dict(self.form(action)) | typed
        fields.pop(name, None)
        parts = [(key, (None, value)) for key, value in fields.items()]
        self.page = self.request("POST", action, files=[*parts, (name, ("file", content))])
        if self.page.status_code == 303:
            self.open(self.page.headers["location"])
        return self

    @property
    def path(self):
        return self.page.url.raw_path.decode()

    @property
    def words(self):
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page.text)).split())

    def fault(self, field):
        found = re.search(rf'<div class="fault" id="{field}-fault">(.*?)</div>', self.page.text, re.DOTALL)
        assert found, self.words
        assert f'aria-describedby="{field}-fault' in self.page.text or field == "token"
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split())
