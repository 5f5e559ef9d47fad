"""Every write of stories."""

from stories.services.releases import create_story, put_on_stage, save_version

__all__ = ["create_story", "put_on_stage", "save_version"]
