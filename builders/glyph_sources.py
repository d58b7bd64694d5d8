"""Which fonts the outlines come from, with the digest of each file, and which character stands for what."""

from typing import Final

SYMBOLS: Final = "noto-sans-symbols-symbols-{weight}-normal.woff"
SYMBOLS_2: Final = "noto-sans-symbols-2-symbols-400-normal.woff"
TEXT: Final = "inter-tight-latin-500-normal.woff"
WEIGHTS: Final = (200, 300, 400, 500, 600, 700)

FONTS_USED: Final = {
    "noto-sans-symbols-symbols-200-normal.woff": "91f2022c971cd5e4bb3fbfcc737d0e9f0d52a560da85c6fedbcf3157f9989edf",
    "noto-sans-symbols-symbols-300-normal.woff": "ffc43f1d3e1b7d23cab2317320dc3b605280187e471beedcec8d3cf6e7115033",
    "noto-sans-symbols-symbols-400-normal.woff": "7b79049c0f68316e24cd955df1ed6a314f2829662368ca116703f90a37dde507",
    "noto-sans-symbols-symbols-500-normal.woff": "bf273f9f7cb9f3a8215015f32b3b9281111de2c0a03660c187ed2384a7d37426",
    "noto-sans-symbols-symbols-600-normal.woff": "cf6af4acd7921e7ebe46ae26fb9b24f31e5cc8ce1a428d28ba7b66452f190409",
    "noto-sans-symbols-symbols-700-normal.woff": "3ade1be5f0dd69cb9e0a134e496d93eed5b121e8cd34851ce9adde756d2778fd",
    "noto-sans-symbols-2-symbols-400-normal.woff": "037f0debac96bfbae0376e70a419ddef2c0b17b12655396c89ac6d950ee2bca0",
    "inter-tight-latin-500-normal.woff": "4dd64e50b64fd1bfd517e7e4872bddeded0ecf771e8a236b3523f0e03d98d124",
}
"""File name to SHA-256."""

FROM_SYMBOLS: Final[dict[str, str]] = {
    "moon": "☽",
    "mercury": "☿",
    "venus": "♀",
    "earth": "♁",
    "mars": "♂",
    "jupiter": "♃",
    "saturn": "♄",
    "uranus": "♅",
    "neptune": "♆",
    "pluto": "♇",
    "chiron": "⚷",
    "lilith": "⚸",
    "north_node": "☊",
    "south_node": "☋",
    "ceres": "⚳",
    "pallas": "⚴",
    "juno": "⚵",
    "vesta": "⚶",
    "aries": "♈",
    "taurus": "♉",
    "gemini": "♊",
    "cancer": "♋",
    "leo": "♌",
    "virgo": "♍",
    "libra": "♎",
    "scorpio": "♏",
    "ophiuchus": "⛎",
    "sagittarius": "♐",
    "capricorn": "♑",
    "aquarius": "♒",
    "pisces": "♓",
    "conjunction": "☌",
    "opposition": "☍",
    "sextile": "⚹",
    "semisextile": "⚺",
    "quincunx": "⚻",
    "sesquiquadrate": "⚼",
}

FROM_SYMBOLS_2: Final[dict[str, str]] = {
    "astraea": "⯙",
    "hygiea": "⯚",
    "pholus": "⯛",
    "nessus": "⯜",
    "eris": "⯰",
    "sedna": "⯲",
    "haumea": "🝻",
    "makemake": "🝼",
    "gonggong": "🝽",
    "quaoar": "🝾",
}

CHARACTERS: Final = "".join(map(chr, range(0x20, 0x7F))) + "°′″±·–…"
