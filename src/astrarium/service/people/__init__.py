"""Saved births: the people whose charts somebody casts again and again."""
