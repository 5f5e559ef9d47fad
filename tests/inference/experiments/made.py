"""Experiments as they are put together in the admin."""

from typing import Any

from inference.models import Endpoint, Experiment, ExperimentArm, Model, PromptVersion
from inference.prompts import shipped
from inference.services.prompts import write_version

NAME = "chat.reply"


def version(number: str, words: str = "You give the part of") -> PromptVersion:
    """A draft that says other words."""
    source = shipped().sources[NAME]
    text = source.text.replace(f"version: {source.version}", f"version: {number}")
    return write_version(name=NAME, text=text.replace("You write the part of", words))


def as_shipped(name: str = NAME) -> PromptVersion:
    return PromptVersion.objects.get(name=name, version=shipped().sources[name].version)


def of_prompts(*prompts: PromptVersion, **fields: Any) -> Experiment:
    made = Experiment.objects.create(name="Gentler rules", kind="prompt", **fields)
    for prompt in prompts or (as_shipped(), version("8.0.0")):
        ExperimentArm.objects.create(experiment=made, prompt=prompt)
    return made


def of_models(*names: str, **fields: Any) -> Experiment:
    made = Experiment.objects.create(name="A cheaper model", kind="model", **fields)
    for name in names:
        ExperimentArm.objects.create(experiment=made, model=name)
    return made


def offers(*names: str) -> list[Model]:
    at = Endpoint.objects.create(name="Somewhere", base_url="http://127.0.0.1:9/v1")
    return [Model.objects.create(name=name, endpoint=at, order=number) for number, name in enumerate(names)]
