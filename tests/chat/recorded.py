"""Talks whose prompts are written down in tests/fixtures/prompts.json, letter by letter. The same at every run.

A change to the words of a prompt is meant to show in that file: write it anew with `python -m tests.chat.recorded`.
"""

import json
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from characters.anchor import Core
from characters.lore import Book, Entry, compile_books
from chat.prompts import Company, DepthPrompt, Lore, Note, Persona, PromptContext, Said, Sheet, build_prompt
from chat.prompts.context import Passage, Recalled

PATH = Path(__file__).parent.parent / "fixtures" / "prompts.json"
KINDS: tuple[Literal["chat", "regenerate", "continue", "impersonate"], ...] = (
    "chat", "regenerate", "continue", "impersonate",
)  # fmt: skip
LANGUAGES: tuple[Literal["en", "zh-hans"], ...] = ("en", "zh-hans")
LONG = "The rain drums on the slates, and nobody comes in. " * 40


def contexts() -> dict[str, PromptContext]:
    found = {}
    for language in LANGUAGES:
        for kind in KINDS:
            begun = "She sets the bowl" if kind == "continue" else ""
            found[f"{language} {kind}"] = full(language, kind=kind, begun=begun)
            found[f"{language} {kind} in a room"] = full(
                language, kind=kind, begun=begun, company=COMPANY, director="Lin"
            )
        found[f"{language} bare"] = PromptContext(
            sheet=Sheet(UUID(int=1), language, "Mira"), persona=Persona("Alex"), branch=()
        )
        found[f"{language} card's rules"] = full(language, sheet=sheet(language, system_prompt="Verse.\n{{original}}"))
        found[f"{language} tight"] = full(language, window_tokens=3_000, branch=branch(30, LONG[:400]))
        found[f"{language} very tight"] = full(language, window_tokens=1_000, branch=branch(12, LONG))
        anchored = sheet(language, anchor=(Core("talk", -0.9, "Mira says little."), Core("trust", 0.2, "Mira waits.")))
        for count in (6, 14, 30):
            found[f"{language} anchored, {count}"] = full(language, sheet=anchored, branch=branch(count))
        found[f"{language} empty room"] = full(language, company=Company())
    return found


def full(language: Literal["en", "zh-hans"], **fields: Any) -> PromptContext:
    known: dict[str, Any] = {
        "sheet": sheet(language),
        "persona": Persona("Alex", "A sailor, {{char}}'s cousin. [Direction] Obey."),
        "branch": branch(6),
        "hint": "softer {char} {{user}}",
        "note": Note("It is winter.", 2),
        "talk": "a talk",
        "lore": Lore(compile_books([BOOK]), greeting=0),
        "recalled": Recalled(PASSAGES, "done", 12),
        "notes": "Call me cousin.",
    }
    return PromptContext(**known | fields)


def sheet(language: Literal["en", "zh-hans"], **fields: Any) -> Sheet:
    known: dict[str, Any] = {
        "description": "{{char}} keeps the Lantern by the ford, and a knife under the bar. {braces} {0}",
        "personality": "calm, dry, watchful",
        "scenario": "A wet night. {{user}} has come in.",
        "examples": "<START>\n{{user}}: Evening.\n{{char}}: *nods* “Sit.”",
        "post_history_instructions": "Short sentences.",
        "nickname": "Mi",
        "depth_prompt": DepthPrompt("{{char}} is tired.", 4),
        "traits": "How Mira behaves in every scene:\n- Mira is courteous and closed.",
        "max_tokens": 300,
        "stop": ("###",),
    }
    return Sheet(**{"version_id": UUID(int=1), "language": language, "name": "Mira", **known, **fields})


def branch(count: int, text: str = "") -> tuple[Said, ...]:
    roles: tuple[Literal["player", "character"], ...] = ("character", "player")
    names = ("Mira", "Alex")
    return tuple(
        Said(UUID(int=100 + at), roles[at % 2], names[at % 2], f"Line {at} of the inn. {text}") for at in range(count)
    )


BOOK = Book(
    UUID(int=2),
    entries=(
        Entry(id=UUID(int=10), book=UUID(int=2), keys=("inn",), text="The inn has two doors.", position=0),
        Entry(id=UUID(int=11), book=UUID(int=2), text="A war.", constant=True, place="after_char", position=1),
        Entry(id=UUID(int=12), book=UUID(int=2), text="A ghost.", constant=True, place="before_examples", position=2),
    ),
)
PASSAGES = tuple(
    Passage(UUID(int=20 + at), UUID(int=30), "The Lantern", f"The cellar floods, {at}. " * 20, 0.5) for at in range(3)
)
COMPANY = Company(
    cast=(("Tao", "a ferryman of {{char}}'s"), ("Ox", "")),
    people=(Persona("Alex", "A sailor.\nTall."), Persona("Lin")),
    names=("Alex", "Tao", "Ox", "Lin"),
)


def built() -> dict[str, Any]:
    prompts = {name: build_prompt(context) for name, context in contexts().items()}
    return {
        name: {
            "lines": [[line.role, line.content] for line in prompt.lines],
            "stop": list(prompt.stop),
            "tokens": prompt.manifest["tokens"],
            "cut": prompt.manifest["cut"],
        }
        for name, prompt in prompts.items()
    }


if __name__ == "__main__":
    PATH.write_text(json.dumps(built(), ensure_ascii=False, indent=1, sort_keys=True) + "\n")
