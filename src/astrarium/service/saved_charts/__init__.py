"""Saved charts: a birth and settings under a name, cast again whenever they are read."""
