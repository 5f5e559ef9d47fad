"""A gateway that speaks OpenAI's protocol, and wants the key in a header of its own."""

from typing import Any

from inference.base import ChatRequest
from inference.providers.lanes import Endpoint
from inference.providers.openai_compatible import OpenAICompatible


class Gateway(OpenAICompatible):
    label = "Our gateway"

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        if endpoint.key:
            del self.headers["Authorization"]
            self.headers["X-Api-Key"] = endpoint.key

    def body(self, request: ChatRequest) -> dict[str, Any]:
        """It counts by who asks, and is told nothing else of them."""
        return super().body(request) | {"metadata": {"from": "dramatis"}}
