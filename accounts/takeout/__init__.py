"""Everything that is held of somebody, as one archive for them: docs/takeout.md."""
