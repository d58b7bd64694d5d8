import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ADA = "/chart?name=Ada&date=1990-05-17&time=12%3A30&place=London%2C+GB"
SPRINGFIELD = "/chart?date=1990-05-17&time=12%3A30&place=Springfield"
MORNING = "/chart?name=Ada&date=1990-05-17&from=08%3A00&to=12%3A00&place=London%2C+GB"
PAGES = [
    "/",
    ADA,
    SPRINGFIELD,
    "/chart?date=1990-05-17&place=London%2C+GB",
    MORNING,
    "/api/docs",
    "/api/docs/errors",
    "/nowhere",
]


def fill_in(page, date="1990-05-17", time="12:30", place="London, GB"):
    """Fill in the form and send it; an empty time is one not known, `None` leaves the time as it stands."""
    page.get_by_label("Date of birth").fill(date)
    if time:
        page.get_by_label("Time", exact=True).fill(time)
    elif time is not None:
        page.get_by_role("radio", name="Not known").check()
    page.get_by_label("Place of birth").fill(place)
    page.get_by_role("button", name="Cast the chart").click()


def suggestions(page):
    return page.locator("place-suggestions").get_by_role("option")


@pytest.mark.parametrize("scripts", [False, True])
def test_the_form_gives_a_chart_with_and_without_scripts(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts)
    fill_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Birth chart")
    expect(page.get_by_role("row", name="Sun").first).to_contain_text("Taurus")
    assert page.url.endswith("/chart?date=1990-05-17&time=12%3A30&place=London%2C+GB")


def test_an_ambiguous_place_is_settled_by_a_click_without_scripts(open_page):
    page = open_page("/", java_script_enabled=False)
    fill_in(page, place="Springfield")
    expect(page.get_by_role("alert")).to_contain_text("places are called “Springfield”")
    page.get_by_role("link", name="Springfield, Illinois, US").click()
    expect(page.locator(".lead")).to_contain_text("Springfield, Illinois, US")


def test_an_unknown_time_needs_no_clock(open_page):
    page = open_page("/")
    fill_in(page, time="")
    expect(page.locator(".lead")).to_contain_text("time unknown")
    expect(page.get_by_role("heading", name="Houses")).to_have_count(0)


def test_a_time_between_two_gives_shares_without_scripts(open_page):
    page = open_page("/", java_script_enabled=False)
    page.get_by_role("radio", name="Roughly").check()
    page.get_by_label("from", exact=True).fill("08:00")
    page.get_by_label("to", exact=True).fill("12:00")
    fill_in(page, time=None)
    shares = page.get_by_role("region", name="What stays open between 08:00 and 12:00")
    expect(shares).to_contain_text("Cancer 47 %, Gemini 37 %, Leo 16 %")
    expect(shares.get_by_role("heading", name="Houses")).to_be_visible()
    assert page.url.endswith("/chart?date=1990-05-17&from=08%3A00&to=12%3A00&place=London%2C+GB")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_pieces_of_a_strip_lie_within_it_and_their_glyphs_within_them(open_page, width):
    page = open_page(MORNING, viewport={"width": width, "height": 900})
    for strip in page.locator(".strip").all():
        edges = strip.bounding_box()
        pieces = [piece.bounding_box() for piece in strip.locator("rect").all()]
        assert sum(piece["width"] for piece in pieces) == pytest.approx(edges["width"], abs=3.0 * len(pieces))
        for mark in strip.locator("use, text").all():
            box = mark.bounding_box()
            middle = box["x"] + box["width"] / 2
            assert any(
                piece["x"] <= middle <= piece["x"] + piece["width"] and box["width"] <= piece["width"] + 4
                for piece in pieces
            )


def test_the_time_fields_follow_the_choice_without_scripts(open_page):
    page = open_page("/", java_script_enabled=False)
    exact, start = page.locator("#time"), page.locator("#from")
    expect(exact).to_be_visible()
    expect(start).to_be_hidden()
    page.get_by_role("radio", name="Roughly").check()
    expect(exact).to_be_hidden()
    expect(start).to_be_visible()


def test_a_place_is_suggested_and_taken_with_the_keyboard_alone(open_page):
    page = open_page("/")
    field = page.get_by_role("combobox", name="Place of birth")
    field.press_sequentially("springfield, il")
    option = suggestions(page).first
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_value("Springfield, Illinois, US")
    expect(page.get_by_role("listbox", name="Places")).to_be_hidden()
    page.get_by_label("Date of birth").fill("1990-05-17")
    page.get_by_label("Time", exact=True).fill("12:30")
    page.get_by_role("button", name="Cast the chart").click()
    expect(page.locator(".lead")).to_contain_text("Springfield, Illinois, US")
    assert "place_id=4250542" in page.url


def test_suggestions_close_on_escape_and_a_changed_text_forgets_the_id(open_page):
    page = open_page("/")
    field = page.get_by_role("combobox", name="Place of birth")
    field.press_sequentially("lond")
    suggestions(page).first.click()
    assert page.locator("[name=place_id]").input_value() == "2643743"
    field.press("End")
    field.press_sequentially("x")
    assert page.locator("[name=place_id]").input_value() == ""
    field.fill("par")
    expect(suggestions(page).first).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox", name="Places")).to_be_hidden()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_its_window(open_page, path):
    page = open_page(path)
    for width in (320, 360, 390, 540, 768, 960, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_one_wheel_is_shown_at_a_time_and_told_to_screen_readers(open_page):
    for width, shown, hidden in (
        (390, ".wheel-narrow", ".wheel-wide"),
        (1280, ".wheel-wide", ".wheel-narrow"),
    ):
        page = open_page(ADA, viewport={"width": width, "height": 900})
        expect(page.locator(shown)).to_be_visible()
        expect(page.locator(hidden)).to_be_hidden()
        expect(page.get_by_role("img", name="Birth chart of Ada")).to_have_count(1)


@pytest.mark.parametrize("path", PAGES)
def test_all_text_has_the_contrast_that_the_guidelines_ask_for(open_page, poor_contrasts, path):
    page = open_page(path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert poor_contrasts(page) == [], scheme


def test_every_field_has_a_label_and_focus_is_visible(open_page):
    page = open_page("/")
    page.locator("details.more").evaluate("node => { node.open = true }")
    unlabelled = page.locator("input:not([type=hidden]), select").evaluate_all(
        "nodes => nodes.filter((node) => node.labels.length === 0).map((node) => node.name)"
    )
    assert unlabelled == []
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()


def test_the_printed_chart_has_its_wheel_and_no_form(open_page):
    page = open_page(ADA)
    page.emulate_media(media="print")
    expect(page.locator(".wheel-wide")).to_be_visible()
    expect(page.locator(".change")).to_be_hidden()
