"""How fast the product is, as ratios to programs measured in the same run. `python -m bench`; docs/performance.md."""
