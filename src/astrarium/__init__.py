"""Astrarium: true-sidereal astrology, from a birth date to the chart of the real sky."""

__version__ = "0.1.0"
