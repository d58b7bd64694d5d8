"""Accounts: how people and programs are known to the service, and what they sign in with."""
