from voice.models.clip import Clip
from voice.models.recording import Recording

__all__ = ["Clip", "Recording"]
