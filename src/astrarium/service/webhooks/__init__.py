"""Webhooks: what happens in an account, told to the addresses that its owner names (Standard Webhooks)."""
