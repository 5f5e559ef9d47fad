"""The one screen that `make run` ends in."""

from collections.abc import Mapping, Sequence
from typing import Any

STANDIN = """\
a stand-in on this machine: it speaks in character, but it is not a model.
             To connect a real one, stop this (Ctrl-C) and name its server:

               OPENAI_API_KEY=… make run                                                  OpenAI
               OPENAI_BASE_URL=http://127.0.0.1:11434/v1 CHAT_MODEL=llama3.2 make run     Ollama, or any other
"""


def screen(
    *, address: str, accounts: Sequence[Mapping[str, Any]], model: str, model_url: str | None, folders: Sequence[object]
) -> str:
    """`model_url` is None when the stand-in answers; `folders` hold what is kept, keys and settings first."""
    lines = ["", "  Dramatis is running", "", f"  Open       {address}", ""]
    for number, account in enumerate(accounts):
        head = "Accounts" if number == 0 else ""
        lines.append(f"  {head:10} {account['role']:10} {account['email']:24} {account['password']}")
    answers = STANDIN.rstrip() if model_url is None else f"{model} at {model_url}"
    lines += ["", f"  Answers    {answers}", ""]
    lines += [
        *(f"  {'' if number else 'Data':10} {folder}" for number, folder in enumerate(folders)),
        "  Mails      are printed here",
        "",
        "  Ctrl-C stops everything.",
        "",
    ]
    return "\n".join(lines)
