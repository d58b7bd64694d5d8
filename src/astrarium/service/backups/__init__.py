"""Backups that are made by themselves: every night, the last seven kept."""
