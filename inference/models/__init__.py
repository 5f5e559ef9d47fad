"""The catalogue: which servers there are, and which models they have. Versions of prompts, and their moves."""

from inference.models.endpoint import Endpoint
from inference.models.model import Model
from inference.models.prompt_version import PromptMove, PromptVersion

__all__ = ["Endpoint", "Model", "PromptMove", "PromptVersion"]
