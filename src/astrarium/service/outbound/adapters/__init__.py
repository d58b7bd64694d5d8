"""The ways out: HTTP by httpcore, names by the system's resolver."""
