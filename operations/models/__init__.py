from operations.models.tally import Tally

__all__ = ["Tally"]
