from operations import figures_admin  # noqa: F401  it registers itself
