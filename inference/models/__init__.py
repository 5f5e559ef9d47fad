"""The catalogue: which servers there are, and which models they have."""

from inference.models.endpoint import Endpoint
from inference.models.model import Model

__all__ = ["Endpoint", "Model"]
