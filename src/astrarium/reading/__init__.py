"""Texts composed from a chart: what a person reads, for the page, the command line and every other way out."""
