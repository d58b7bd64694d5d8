"""The front door: `astrarium …`, every command of the house for a person at a terminal and for a script."""

from astrarium.cli.entry import main

__all__ = ["main"]
