"""The SVG writer."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.draw.svg import element, escape, number


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_survives_as_content_and_as_attribute_or_is_replaced(text):
    document = element("a", {"b": text}, escape(text))
    read = ET.fromstring(document.encode())  # encoding fails if a lone surrogate slipped through
    expected = "".join(
        c
        if c in "\t\n\r" or "\x20" <= c < "\ud800" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
        else "\ufffd"
        for c in text
    )
    assert (read.text or "") == expected.replace("\r\n", "\n").replace("\r", "\n")


def test_markup_in_text_stays_text():
    assert escape("<b>\"&'</b>") == "&lt;b&gt;&quot;&amp;'&lt;/b&gt;"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-0.001, "0"),
        (1000.0, "1000"),
        (12.3456, "12.35"),
        (999.999, "1000"),
        (0.5, "0.5"),
    ],
)
def test_numbers_are_short_and_never_minus_zero(value, written):
    assert number(value) == written


def test_an_element_without_content_closes_itself():
    assert element("g", {}) == "<g/>"
    assert element("g", {"x": 1}, "", "") == '<g x="1"/>'
