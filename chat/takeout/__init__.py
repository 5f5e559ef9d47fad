"""Talks in the take-out of whoever had them, and out of it again (docs/takeout.md)."""
