from voice.models.clip import Clip

__all__ = ["Clip"]
