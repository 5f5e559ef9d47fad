"""Many people at a running server, by its address alone: `manage.py loadtest`. See docs/capacity.md."""
