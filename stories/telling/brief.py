"""What the model that plays the cast is told of where a play stands: texts for a prompt template to put in place.

Secrets are those of whoever is present, and nobody else's: what is not handed in cannot be talked out of a model.
"""

from collections.abc import Iterable

from msgspec import Struct

from stories.book import Book
from stories.book.parts import words_in
from stories.format import Words
from stories.rules.proposals import told_proposals
from stories.state import PLAYER, State

_HEADS = {
    "en": {"wants": "wants", "fears": "fears", "secret": "secret, not to be given away lightly", "voice": "speaks",
           "mood": "mood", "bond": "standing with the player, of 100", "holds": "the player holds"},
    "zh-hans": {"wants": "想要", "fears": "害怕", "secret": "秘密（不轻易说）", "voice": "说话", "mood": "神情",
                "bond": "与玩家的情分（满分一百）", "holds": "玩家手里有"},
}  # fmt: skip


class Brief(Struct, frozen=True):
    """`proposals` are names with what they mean. Everything else is text, empty where there is nothing to say."""

    story: str
    player: str
    stakes: str
    scene: str
    goals: str
    cast: str
    holds: str
    hints: str
    proposals: tuple[tuple[str, str], ...]


def brief(book: Book, state: State, language: str, speaker: str = "") -> Brief:
    """For who plays `speaker`: of the others present what anybody sees, and nothing of what they hide. Without one, for
    whoever plays all of them.
    """
    file, scene = book.file, book.file.scenes[state.scene]
    heads = _HEADS[language if language in file.languages else file.languages[0]]

    def said(words: Words) -> str:
        return words_in(words, language, file)

    place = file.places.get(state.place)
    told = book.scenes[state.scene].text
    held = [said(file.items[name].name) for name, holder in state.items.items() if holder == PLAYER]
    return Brief(
        story=f"{said(file.title)}\n{said(file.about)}",
        player=said(file.player),
        stakes=_listed(f"{said(stake.matters)} / {said(stake.lost)}" for stake in file.stakes),
        scene="\n".join(
            filter(
                None,
                [
                    said(scene.title),
                    said(place.name) if place else "",
                    book.told(told.path, language, told.lines(state)),
                ],
            )
        ),
        goals=_listed(
            said(goal.text)
            for goal, done in zip(scene.goals, book.scenes[state.scene].goals, strict=True)
            if not done(state)
        ),
        cast="\n\n".join(
            _member(book, state, name, language, heads, inside=speaker in ("", name))
            for name, here in state.here.items()
            if here
        ),
        holds=f"{heads['holds']}: {', '.join(held)}" if held else "",
        hints="\n".join(filter(None, [said(file.prompt), said(scene.prompt)])),
        proposals=tuple(told_proposals(book, state, language)),
    )


def _member(book: Book, state: State, name: str, language: str, heads: dict[str, str], *, inside: bool) -> str:
    member, file = book.file.cast[name], book.file
    about = book.abouts[name]
    lines = [f"{words_in(member.name, language, file)}, {words_in(member.role, language, file)}"]
    lines.append(book.told(about.path, language, about.lines(state)))
    if not inside:
        return "\n".join(lines)
    for part in ("wants", "fears", "secret", "voice"):
        if words := words_in(getattr(member, part), language, file):
            lines.append(f"{heads[part]}: {words}")
    lines.append(f"{heads['mood']}: {state.moods[name]}; {heads['bond']}: {state.bonds[name]}")
    return "\n".join(lines)


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
