from typing import Any
def measure(stage: Any, rows: int) -> list[Any]:
    return []
