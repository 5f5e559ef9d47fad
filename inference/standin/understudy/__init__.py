from inference.standin.prompt import Prompt
from inference.standin.steps import Steps


def speak(prompt: Prompt) -> Steps:
    yield "…"


def drafts(prompt: Prompt):
    return lambda name: name or "text"
