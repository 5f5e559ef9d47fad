"""Pages of the administration: the catalogue of models, versions of prompts, experiments."""

from inference.catalogue_admin import CalibrationAdmin, EndpointAdmin, ModelAdmin
from inference.experiment_admin import ExperimentAdmin
from inference.prompt_admin import PromptVersionAdmin

__all__ = ["CalibrationAdmin", "EndpointAdmin", "ExperimentAdmin", "ModelAdmin", "PromptVersionAdmin"]
