"""Pages of the administration: the catalogue of models, versions of prompts."""

from inference.catalogue_admin import EndpointAdmin, ModelAdmin
from inference.prompt_admin import PromptVersionAdmin

__all__ = ["EndpointAdmin", "ModelAdmin", "PromptVersionAdmin"]
