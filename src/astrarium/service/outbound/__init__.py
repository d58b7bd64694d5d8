"""Outbound calls: all that the service asks of the outside, with limits, breakers, counts and an address guard."""
