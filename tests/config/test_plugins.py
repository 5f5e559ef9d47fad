"""Packages that add something: the example in docs/examples is built, installed and used for real."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from inference import plugins
from inference.providers.kinds import OURS, UnknownKind, class_of
from inference.providers.kinds import problem_of as of_provider
from moderation.added import problem_of as of_filter
from stories.expressions.statements import problem_of as of_effect
from tests.stack import Server, StandIn, stack_environ

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(240)
EXAMPLE = ROOT / "docs/examples/dramatis-example"

USE = """
import asyncio, json, os, sys
import django
django.setup()
from inference.base import ChatRequest, Line
from inference.models import Endpoint
from inference.plugins import all_plugins
from inference.providers.kinds import aclose_all, provider_of
from inference.providers.lanes import Endpoint as Address
from moderation.filters.base import Stage
from moderation.overlay import merged
from moderation.chain import Chain
from moderation.weights import default_chain
from stories.expressions.compiled import effects
from stories.expressions.names import Names
from stories.state import State

async def asked(url):
    gateway = provider_of("gateway", Address(base_url=url, key="k-1"))
    answer = await gateway.complete(ChatRequest("understudy", (Line("user", "Good evening from the gateway"),)))
    await aclose_all()
    return answer.text, gateway.headers

text, headers = asyncio.run(asked(sys.argv[1]))
endpoint = Endpoint(name="g", kind="gateway", base_url=sys.argv[1])
endpoint.full_clean(validate_unique=False, validate_constraints=False)
rule = {"name": "shouting", "finding": "shouting", "action": "queue"}
chain = Chain(default_chain().filters, merged({"rules": [rule]}, version="t"))
verdict = chain.run("GET OUT OF MY HOUSE NOW", Stage.INPUT)
[halve] = effects("halve(hope)", Names({"counter": frozenset({"hope"})}))
change = halve.changes(State(scene="s", counters={"hope": 7}))
print(json.dumps({
    "plugins": [[str(each), each.problem] for each in all_plugins()],
    "text": text, "key": headers.get("X-Api-Key"), "authorization": headers.get("Authorization"),
    "label": endpoint.get_kind_display(), "action": verdict.action, "asked": list(verdict.asked),
    "change": [change.part, change.name, change.value], "touches": halve.touches,
}))
"""


def installed(source: Path, target: Path, scratch: Path) -> None:
    """As `pip install` does it, from a copy: building writes beside the source."""
    copy = scratch / source.name
    shutil.copytree(source, copy)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(target), str(copy)], check=True, capture_output=True, timeout=120)


def written(target: Path, package: str, modules: dict[str, str], entries: str) -> None:
    """A package as it lies once it is installed: its modules, and what says its name and entry points."""
    for name, code in modules.items():
        (target / f"{name}.py").write_text(dedent(code))
    told = target / f"{package.replace('-', '_')}-2.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 2.0\n")
    (told / "entry_points.txt").write_text(dedent(entries))


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    installed(EXAMPLE, target, tmp_path_factory.mktemp("source"))
    return target


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each way to be unusable, beside an effect and a filter that fail when they are asked."""
    target = tmp_path_factory.mktemp("broken")
    modules = {
        "broken_import": "raise RuntimeError('no such library')",
        "broken_exit": "import sys; sys.exit(3)",
        "broken_parts": """
            from moderation.filters.base import EVERYWHERE, Cost
            from stories.events import Set
            from stories.expressions.statements import Order

            class Failing:
                name, cost, stages = "failing", Cost.TINY, EVERYWHERE
                def look(self, text, context):
                    raise ValueError(text.raw)

            class Nameless:
                pass

            TROUBLE = Order((("counter",),), "counters", lambda name: lambda state: 1 / 0)
            STRAY = Order((("counter",),), "counters", lambda name: lambda state: Set("flags", "won", True))
            GAIN = TROUBLE
            """,
    }
    entries = """
        [dramatis.providers]
        gone = broken_import:Vendor
        quits = broken_exit:Vendor
        openai = broken_parts:Nameless
        nothing = broken_parts:Nameless
        [dramatis.filters]
        failing = broken_parts:Failing
        nameless = broken_parts:Nameless
        [dramatis.story_effects]
        gain = broken_parts:GAIN
        trouble = broken_parts:TROUBLE
        stray = broken_parts:STRAY
        """
    written(target, "broken-package", modules, entries)
    written(target, "second-package", {}, "[dramatis.story_effects]\ntrouble = broken_parts:TROUBLE\n")
    return target


def ran(code: str, *arguments: str, path: Path) -> subprocess.CompletedProcess[str]:
    environ = stack_environ(PYTHONPATH=f"{path}:{ROOT}", DJANGO_SETTINGS_MODULE="config.settings.test")
    command = [sys.executable, "-W", "ignore", "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_the_example_adds_a_provider_a_filter_and_an_effect(example: Path, standin: StandIn) -> None:
    standin.clear()
    done = ran(USE, standin.model_url, path=example)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["plugins"] == [
        ["dramatis.providers gateway of dramatis-example 0.1", ""],
        ["dramatis.filters example of dramatis-example 0.1", ""],
        ["dramatis.story_effects halve of dramatis-example 0.1", ""],
    ]
    assert told["text"]
    assert (told["key"], told["authorization"], told["label"]) == ("k-1", None, "Our gateway")
    assert (told["action"], "example:shouting" in told["asked"]) == ("queue", True)
    assert (told["change"], told["touches"]) == (["counters", "hope", 3], "counters.hope")
    assert "from the gateway" in json.dumps(standin.requests())


FAILING = """
import json
import django
django.setup()
from inference.plugins import all_plugins
from moderation.filters.base import Stage
from moderation.weights import default_chain
from stories.expressions.compiled import effects
from stories.expressions.names import Names
from stories.state import State
names, state = Names({"counter": frozenset({"hope"})}), State(scene="s", counters={"hope": 7})
print(json.dumps({
    "problems": {f"{each.name} {each.package}": each.problem for each in all_plugins()},
    "action": default_chain().run("Private words.", Stage.INPUT).action,
    "changes": [effects(f"{one}(hope)", names)[0].changes(state) for one in ("trouble", "stray")],
}))
"""


def test_what_cannot_be_used_is_left_out_by_name_and_what_fails_later_does_nothing(broken: Path) -> None:
    done = ran(FAILING, path=broken)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["problems"] == {
        "gone broken-package": "RuntimeError: no such library",
        "nothing broken-package": "it is no subclass of inference.providers.served.Served",
        "openai broken-package": "the product has a protocol of that name",
        "quits broken-package": "SystemExit: 3",
        "failing broken-package": "",
        "nameless broken-package": "what it makes lacks name, cost, stages, look",
        "gain broken-package": "stories have that word already",
        "stray broken-package": "",
        "trouble broken-package": "",
        "trouble second-package": "broken-package has one of that name",
    }
    assert (told["action"], told["changes"]) == ("allow", [None, None])
    said = done.stdout + done.stderr
    assert "plugin_left_out" in said
    assert "Private words" not in said


def test_a_server_starts_with_them_and_says_what_it_left_out(
    start_server: Callable[..., Server], example: Path, broken: Path
) -> None:
    server = start_server(PYTHONPATH=f"{example}:{broken}")
    log = server.log.read_text()
    assert "dramatis.providers gone of broken-package 2.0" in log
    checked = ran("import sys; from django.core.management import execute_from_command_line as run; run(sys.argv)",
                  "check", path=broken)  # fmt: skip
    assert checked.returncode == 0
    assert "dramatis.providers quits of broken-package 2.0 is left out: SystemExit: 3" in checked.stderr


def test_an_endpoint_whose_package_is_gone_is_no_openai_server() -> None:
    with pytest.raises(UnknownKind, match="gateway"):
        class_of("gateway")
    assert [class_of(kind).__name__ for kind in OURS] == ["OpenAICompatible", "Anthropic", "Gemini"]


def test_without_packages_nothing_is_added() -> None:
    assert plugins.all_plugins() == []


@pytest.mark.parametrize(
    ("check", "name", "value"),
    [(of_provider, "x" * 41, object), (of_filter, "a", 7), (of_effect, "has", 7), (of_effect, "No Word", 7)],
)
def test_what_is_wrong_with_each_is_said(check: Any, name: str, value: Any) -> None:
    assert check(name, value)
