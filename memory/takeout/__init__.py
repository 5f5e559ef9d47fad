"""What characters know of people, in their take-out, and out of it again (docs/takeout.md)."""
