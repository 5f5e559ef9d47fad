"""A take-out, brought to this house and taken in: docs/takeout.md."""
