"""Whether a reply stays in its role: no machine speaks, nobody looks out from behind the mask or plays the player.

Patterns, names and the share of scripts; no model. A character that is a machine by its card may say so, though not
whose model it is.
"""

from collections.abc import Iterator

from moderation.filters.base import Context, Cost, Finding, Stage, Text
from moderation.filters.named import renamed
from moderation.filters.nameless import bound, nameless, names_of
from moderation.filters.puppets import plays
from moderation.filters.quick import Quick
from moderation.filters.refrains import shouts
from moderation.filters.statements import breaks_trait
from moderation.filters.tells import Tell, as_machine, as_writer
from moderation.filters.tongues import is_foreign, share_of_others
from moderation.filters.traits import goes_against
from moderation.filters.voices import ITSELF, MACHINE, NEVER, OF_PLAYER, OUTSIDE

__all__ = ["RoleFilter", "is_foreign"]

OTHER_SCRIPT = 0.35
_WIDE = str.maketrans(",;:!?()", "，；：！？（）")


class RoleFilter:
    name = "role"
    cost = Cost.LARGE
    stages = frozenset({Stage.OUTPUT})

    def look(self, text: Text, context: Context) -> list[Finding]:
        plain = text.folded.text.replace("’", "'")
        if text.chinese:  # the plain forms of these signs are the narrow ones
            plain = plain.translate(_WIDE)
        found = [
            self._match("role.machine", NEVER, plain, text, 0.95),
            None if context.artificial else self._match("role.machine", MACHINE, plain, text, 0.95),
            self._match("role.outside", OUTSIDE, plain, text, 0.9),
            self._itself(plain, text, context),
            *self._tells(plain, text, context),
            self._for_player(plain, text, context),
            self._language(text, context),
            self._traits(plain, text, context),
        ]
        return [finding for finding in found if finding is not None]

    def _match(self, rule: str, pattern: Quick, plain: str, text: Text, score: float) -> Finding | None:
        match = pattern.search(plain)
        return match and Finding(self.name, rule, score, text.folded.span(*match.span()))

    def _tells(self, plain: str, text: Text, context: Context) -> Iterator[Finding]:
        if not context.artificial and (tell := as_machine(plain, chinese=text.chinese)):
            yield self._told("role.machine", tell, text)
        whole = context.speaker.strip().lower()
        spoken = renamed(plain, whole, *whole.split()[-1:])
        if tell := as_writer(spoken.plain, chinese=text.chinese):
            yield self._told("role.outside", Tell(*spoken.between(tell.start, tell.end), tell.score), text)

    def _told(self, rule: str, tell: Tell, text: Text) -> Finding:
        return Finding(self.name, rule, tell.score, text.folded.span(tell.start, tell.end), note="signs together")

    def _itself(self, plain: str, text: Text, context: Context) -> Finding | None:
        whole = context.speaker.strip().lower()
        spoken = renamed(plain, whole, *whole.split()[-1:])
        match = ITSELF.search(spoken)
        if not match and context.player:
            spoken = renamed(plain, context.player.strip().lower())
            match = OF_PLAYER.search(spoken)
        return match and Finding(self.name, "role.outside", 0.8, text.folded.span(*spoken.span(match)))

    def _for_player(self, plain: str, text: Text, context: Context) -> Finding | None:
        place = plays(plain, context)
        return place and Finding(self.name, "role.player", 0.8, text.folded.span(*place))

    def _language(self, text: Text, context: Context) -> Finding | None:
        wanted = context.wanted or context.language[:2]
        if wanted not in {"en", "zh"}:
            return None
        others = share_of_others(text.raw, wanted)
        if others > OTHER_SCRIPT:
            return Finding(self.name, "role.language", min(1.0, others + 0.1))
        if wanted == "en" and is_foreign(text.folded.text):
            return Finding(self.name, "role.language", 0.8, note="Latin letters, but no English")
        return None

    def _traits(self, plain: str, text: Text, context: Context) -> Finding | None:
        if not context.traits:
            return None
        ours = nameless(plain, names_of(context.speaker))
        for trait in context.traits:
            plain_trait = bound(trait, context.speaker)
            if (
                goes_against(plain_trait, ours)
                or breaks_trait(trait, text.folded.text, speaker=context.speaker)
                or shouts(plain_trait, text.raw)
            ):
                return Finding(self.name, "role.traits", 0.7, note=trait)
        return None
