"""What the graph of a story shows: its scenes and endings, and what leads from one to another.

Made of the plain document, which need not make sense yet: whoever draws a story has not finished it.
"""

from collections.abc import Iterator
from typing import Any

PARTS = ("choices", "actions", "beats", "exits")


def outline_of(data: Any) -> list[dict[str, str]]:
    """Edges: from, to, and the path of what leads there. From "": in any scene."""
    if not isinstance(data, dict):
        return []
    found = list(_of_scene("", "", data))
    for name, scene in _mapping(data.get("scenes")).items():
        found += _of_scene(str(name), f"scenes.{name}.", scene)
    found += [
        {"from": "", "to": str(name), "by": f"endings.{name}"}
        for name, ending in _mapping(data.get("endings")).items()
        if isinstance(ending, dict) and ending.get("when") not in (None, False)
    ]
    return found


def _of_scene(start: str, path: str, scene: Any) -> Iterator[dict[str, str]]:
    if not isinstance(scene, dict):
        return
    for part in PARTS if start else ("actions",):
        for name, each in _mapping(scene.get(part)).items():
            by = f"{path}{part}.{name}"
            yield from _leading(start, by, each)
            roll = each.get("roll") if isinstance(each, dict) else None
            for result in ("passed", "failed"):
                yield from _leading(start, f"{by}.roll.{result}", _mapping(roll).get(result))


def _leading(start: str, by: str, branch: Any) -> Iterator[dict[str, str]]:
    to = branch.get("to") if isinstance(branch, dict) else None
    if isinstance(to, str) and to:
        yield {"from": start, "to": to, "by": by}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
