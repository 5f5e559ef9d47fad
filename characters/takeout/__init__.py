"""What people make, in their take-out, and out of it again (docs/takeout.md)."""
