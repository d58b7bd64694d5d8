"""Builders: each makes one of the tables in `src/astrarium/data/` from public sources: `python -m builders.NAME`."""
