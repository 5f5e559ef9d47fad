"""The catalogue: which servers there are, which models they have, and how these count. Versions of prompts,
and experiments with them.
"""

from inference.models.calibration import Calibration
from inference.models.endpoint import Endpoint
from inference.models.experiment import Experiment, ExperimentArm
from inference.models.model import Model
from inference.models.prompt_version import PromptMove, PromptVersion

__all__ = ["Calibration", "Endpoint", "Experiment", "ExperimentArm", "Model", "PromptMove", "PromptVersion"]
