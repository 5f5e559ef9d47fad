from operations.models.status import IncidentNote, Lookout, Outage
from operations.models.tally import Tally

__all__ = ["IncidentNote", "Lookout", "Outage", "Tally"]
