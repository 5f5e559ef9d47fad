"""All templates of one moment: what is shipped, and what operators put in its place."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from inference.prompts.assemble import Assembled, Occasion, assembled
from inference.prompts.check import check
from inference.prompts.compiled import Compiled, compiled
from inference.prompts.problems import Problem, Unfit
from inference.prompts.problems import reason as _
from inference.prompts.read import read
from inference.prompts.source import Source


class Shelf:
    """Never changes; what was rendered once for an occasion is ready from then on."""

    def __init__(self, sources: Iterable[Source]) -> None:
        found: dict[str, Source] = {}
        for source in sources:
            if source.name in found:
                raise Unfit(
                    [
                        Problem(
                            source.where,
                            1,
                            "",
                            _("%(name)s is also %(where)s", name=source.name, where=found[source.name].where),
                        )
                    ]
                )
            found[source.name] = source
        self.sources: Mapping[str, Source] = MappingProxyType(found)
        profiles = [profile for source in found.values() for profile in source.profiles]
        # Whoever names a model names its family: only those that make a difference are told apart.
        self._families = {profile.family for profile in profiles}
        self._environments = {profile.environment for profile in profiles}
        self._compiled: dict[tuple[str, Occasion], Compiled] = {}

    def template(self, name: str, occasion: Occasion) -> Compiled:
        """In the template's own language where it has none of the occasion's. KeyError where there is none."""
        language, family, environment = occasion
        languages = self.sources[name].languages
        told_apart = Occasion(
            language if language in languages else languages[0],
            family if family in self._families else "",
            environment if environment in self._environments else "",
        )
        known = self._compiled.get((name, told_apart))
        if known is None:
            whole = assembled(self.sources, name, told_apart)
            known = self._compiled[name, told_apart] = compiled(whole, told_apart.family)
        return known

    def with_these(self, others: Iterable[Source]) -> "Shelf":
        """These in place of what has their names."""
        return Shelf({**self.sources, **{source.name: source for source in others}}.values())

    def problems(self, against: "Shelf | None" = None) -> list[Problem]:
        return sorted({problem for name in self.sources for problem in self.problems_of(name, against)})

    def problems_of(self, name: str, against: "Shelf | None" = None) -> list[Problem]:
        """`against` is what the product ships: its code knows no other inputs, blocks and phrases."""
        return check(self.sources, name, against.contract(name) if against and name in against.sources else None)

    def contract(self, name: str) -> Assembled:
        return assembled(self.sources, name, Occasion(self.sources[name].languages[0]))


def read_folder(folder: Path) -> list[Source]:
    """Every template in it. Raises Unfit."""
    return [read(path.read_text("utf-8"), f"{path.parent.parent.name}/{path.parent.name}/{path.name}")
            for path in sorted(folder.glob("*.yaml"))]  # fmt: skip


def family_of(model: str) -> str:
    """ "anthropic/claude-sonnet-4" → "claude": the letters a model's own name begins with."""
    own = model.rpartition("/")[2].casefold()
    return own[: next((at for at, letter in enumerate(own) if not letter.isalpha()), len(own))]
