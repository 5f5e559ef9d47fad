"""Pages of the administration: the catalogue of models, versions of prompts."""

from inference.catalogue_admin import CalibrationAdmin, EndpointAdmin, ModelAdmin
from inference.prompt_admin import PromptVersionAdmin

__all__ = ["CalibrationAdmin", "EndpointAdmin", "ModelAdmin", "PromptVersionAdmin"]
