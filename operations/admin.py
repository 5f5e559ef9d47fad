from operations import figures_admin, status_admin  # noqa: F401  they register themselves
