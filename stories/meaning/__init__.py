"""What somebody typed as an action, where it clearly is one. Pure; in doubt it is talk, and talk changes nothing."""

from stories.meaning.meant import meant

__all__ = ["meant"]
