"""What a practice story looks at: the lines of the whole story, and of each scene."""

from collections.abc import Container, Mapping
from typing import NamedTuple

from stories.format import StoryFile
from stories.format.shape import Mark


class Looked(NamedTuple):
    """`scene` is empty for what is looked at from beginning to end."""

    scene: str
    mark: Mark


def rubric_of(file: StoryFile, seen: Container[str] | None = None) -> Mapping[str, Looked]:
    """By name, `scene.name` for those of a scene; of these only where `seen`, where that is given."""
    found = {name: Looked("", mark) for name, mark in file.rubric.items()}
    for scene, part in file.scenes.items():
        if seen is None or scene in seen:
            found |= {f"{scene}.{name}": Looked(scene, mark) for name, mark in part.rubric.items()}
    return found
