"""Backups: one file with everything that is in the database, and the way back."""
