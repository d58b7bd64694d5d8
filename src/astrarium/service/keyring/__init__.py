"""Secrets that the service has to read back: sealed by keys that lie outside the database."""
