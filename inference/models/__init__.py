"""The catalogue: which servers there are, and which models they have. And how these count."""

from inference.models.calibration import Calibration
from inference.models.endpoint import Endpoint
from inference.models.model import Model

__all__ = ["Calibration", "Endpoint", "Model"]
