"""What can be said of a story without a player: whether all of it can be met, how plays go, and its graph. Pure."""

from stories.study.check import findings, paths_of
from stories.study.graph import Edge, edges, mermaid
from stories.study.simulate import Plays, simulate

__all__ = ["Edge", "Plays", "edges", "findings", "mermaid", "paths_of", "simulate"]
