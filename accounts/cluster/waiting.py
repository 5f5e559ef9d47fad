"""What tells that a node is gone or does not lead any more, and how long somebody is asked who does."""

from redis import exceptions

GONE = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ClusterDownError,
    exceptions.ReadOnlyError,
    OSError,  # with TimeoutError
)
LOOK_SECONDS = 0.5  # for each node that is asked who leads
AGAIN_SECONDS = 0.1  # whoever finds a node gone just after a look learns nothing by another


class NobodyLeads(exceptions.ConnectionError):
    """No node is known to lead the slot of a key, or none answers who does."""
