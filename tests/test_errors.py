import pytest

from astrarium.errors import as_sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no date", "No date."),
        ("Why?", "Why?"),
        ("`instant` says", "`instant` says."),
        ("“X” is not", "“X” is not."),
        ("Choose one:", "Choose one:"),
        ("", ""),
    ],
)
def test_sentences_begin_and_end_as_sentences(text, sentence):
    assert as_sentence(text) == sentence
