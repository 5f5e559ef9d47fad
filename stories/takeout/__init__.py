"""Stories in the take-out of whoever wrote them, and out of it again (docs/takeout.md)."""
