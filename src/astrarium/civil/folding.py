"""Place names without case, diacritics and punctuation: what is typed and what is stored meet as the same key."""

import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark (NFKD and casefold leave them alone),
# by the base letter that people type instead: Latin first, then the Arabic-script letters that differ by
# keyboard and not by sound (Persian and Urdu yeh and kaf, alef maksura, heh variants).
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ƚ": "l",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ı": "i",
        "ɨ": "i",
        "ĸ": "k",
        "ƙ": "k",
        "ɓ": "b",
        "ɗ": "d",
        "ɖ": "d",
        "ɣ": "g",
        "ǥ": "g",
        "ɛ": "e",
        "ǝ": "e",
        "ə": "e",
        "ɔ": "o",
        "ɵ": "o",
        "ʉ": "u",
        "ƴ": "y",
        "ƶ": "z",
        "ʒ": "z",
        "ی": "ي",
        "ى": "ي",
        "ې": "ي",
        "ک": "ك",
        "ہ": "ه",
        "ھ": "ه",
        "ە": "ه",
        "ۀ": "ه",
        "ـ": "",
    }
)

# Signs that stand inside a word and are left out when people type it: apostrophes of every kind and the modifier
# letters that transliterations use for glottal stops, soft signs and the like.
_SILENT = dict.fromkeys(map(ord, "'’‘‛`´ʹʺʻʼʽʾʿˈˊˋ՚״׳\u00ad\u200b\u200c\u200d\u2060\ufeff"), "")

# Combining marks that are decoration on a letter. The marks of other scripts (Indic and Thai vowel signs, the voicing
# of kana) make another letter and stay.
_DECORATION = (
    (0x0300, 0x036F),  # Latin, Greek, Cyrillic
    (0x0483, 0x0487),  # Old Cyrillic
    (0x0591, 0x05C7),  # Hebrew points
    (0x0610, 0x061A),  # Arabic signs
    (0x064B, 0x065F),  # Arabic vowels, hamza, madda
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x0730, 0x074A),  # Syriac points
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)


def fold(text: str) -> str:
    """Bring a name to its key: lower case, no diacritics, words parted by single spaces.

    Apostrophes vanish (`Xi'an` is `xian`), every other sign parts words (`Saint-Étienne` is `saint etienne`), letters
    without a decomposition go to the letter people type for them (`Łódź` is `lodz`, `Ærø` is `aero`). Scripts stay
    what they are. Folding a key again changes nothing.

    Args:
        text: any text, control characters and lone surrogates included.

    Returns:
        The key; empty where the text holds neither letter nor digit.
    """
    if text.isascii():
        return _words(text.lower().translate(_SILENT))
    previous = None
    while text != previous:
        previous, text = text, _fold_once(text)
    return text


def _fold_once(text: str) -> str:
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.translate(_SILENT)).casefold())
    bare = "".join(letter for letter in letters if not _is_decoration(letter))
    return _words(unicodedata.normalize("NFC", bare.translate(_LETTERS).translate(_SILENT)))


def _is_decoration(letter: str) -> bool:
    code = ord(letter)
    return any(first <= code <= last for first, last in _DECORATION)


def _words(text: str) -> str:
    # Marks (M*) that survived belong to their word; letters and digits are L* and N*.
    return " ".join(
        "".join(
            sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in text
        ).split()
    )
