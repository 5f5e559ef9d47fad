"""What comes from the environment: read whole, refused by name, written down."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import dotenv
from config.dotenv import PROJECT
from config.env import Misconfigured, read
from config.variables import TABLE, VARIABLES, Variable
from tests.config.conftest import clean_environ

KEY = base64.b64encode(bytes(32)).decode()
WHOLE = {
    "ALLOWED_HOSTS": "dramatis.example",
    "DATABASE_URL": "postgresql://u:p@db.example:5432/dramatis",
    "REDIS_URL": "redis://:p@cache.example:6379/0",
    "SECRET_KEY": base64.b64encode(bytes(range(64))).decode(),
    "MASTER_KEYS": f"one:{KEY}",
}
REQUIRED = sorted(name for name, variable in VARIABLES.items() if variable.default is None)


def test_only_what_cannot_be_guessed_is_required() -> None:
    assert sorted(WHOLE) == REQUIRED
    assert read(WHOLE).PORT == 8000


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_one_is_named(name: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{name} is not set: ") as refused:
        read({**WHOLE, name: ""})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "eighty"),
        ("CORS_ORIGINS", "shop.test"),
        ("DATABASE_URL", "mysql://u:p@host/x"),
        ("REDIS_URL", "localhost:6379"),
        ("SECRET_KEY", "too-short-to-be-one"),
        ("MASTER_KEYS", "one:c2hvcnQ="),
        ("MASTER_KEYS", "not-base64"),
        ("FIRST_TOKEN_SECONDS", "-17"),
        ("FIRST_TOKEN_SECONDS", "soon"),
        ("HTTPS", "perhaps"),
        ("LOG_LEVEL", "LOUD"),
        ("OPENAI_BASE_URL", "localhost:11434"),
    ],
)
def test_a_wrong_one_is_named_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{name} ") as refused:
        read({**WHOLE, name: value})
    assert value not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_several_master_keys_keep_their_order() -> None:
    keys = read({**WHOLE, "MASTER_KEYS": f"new:{KEY}, old:{KEY}"}).MASTER_KEYS
    assert list(keys) == ["new", "old"]
    assert keys["new"] == bytes(32)


def manage(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=clean_environ(**environ),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_mistake_stops_the_start_with_one_line() -> None:
    done = manage("check", DJANGO_SETTINGS_MODULE="config.settings.production", **WHOLE | {"PORT": "0"})
    assert done.returncode == 1
    assert done.stderr == "Configuration: PORT must lie between 1 and 65535\n"


def test_production_passes_the_deployment_checklist() -> None:
    done = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        DJANGO_SETTINGS_MODULE="config.settings.production",
        **WHOLE,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(("nodes", "warned"), [("one:6379", True), ("one:6379,two:6379", False)])
def test_the_checklist_warns_of_a_cluster_behind_one_node(nodes: str, warned: bool) -> None:
    done = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        DJANGO_SETTINGS_MODULE="config.settings.production",
        **WHOLE | {"REDIS_CLUSTER_URL": f"redis+cluster://{nodes}"},
    )
    assert ("REDIS_CLUSTER_URL names one node" in done.stderr) is warned, done.stderr
    assert done.returncode == int(warned)


@pytest.mark.parametrize(("beside", "warned"), [({}, True), ({"DATABASE_DIRECT_URL": "postgres://x:x@one/x"}, False)])
def test_the_checklist_warns_of_two_beats_behind_a_pooler(beside: dict[str, str], warned: bool) -> None:
    done = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        DJANGO_SETTINGS_MODULE="config.settings.production",
        **WHOLE | {"DATABASE_POOLED": "1"} | beside,
    )
    assert ("a second beat would send everything twice" in done.stderr) is warned, done.stderr
    assert done.returncode == int(warned)


def test_a_cluster_that_cannot_be_read_stops_the_start() -> None:
    done = manage("check", DJANGO_SETTINGS_MODULE="config.settings.production",
                  **WHOLE | {"REDIS_CLUSTER_URL": "redis://one:6379"})  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Configuration: REDIS_CLUSTER_URL must look like redis+cluster://")


def test_production_makes_nothing_up(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("".join(f"{name}={value}\n" for name, value in WHOLE.items()))
    done = manage("check", DJANGO_SETTINGS_MODULE="config.settings.production", VAR_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "is not set" in done.stderr


def test_static_files_of_production_find_each_other(tmp_path: Path) -> None:
    """Collected under names with a hash, and every import, url() and reference led to one of them."""
    done = manage(
        "collectstatic",
        "--noinput",
        DJANGO_SETTINGS_MODULE="config.settings.production",
        **WHOLE | {"VAR_DIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "static").glob("css/*.*.css"))


def test_files_of_variables() -> None:
    assert dotenv.read(Path("/nowhere/env")) == {}
    assert dotenv.layered({"A": "", "B": "1"}, {"A": "2", "B": "3", "C": "4"}) == {"A": "2", "B": "1", "C": "4"}


def test_a_file_may_comment_quote_and_export(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# said\n\nA=1\nexport B = 'two words'\nC=\"x=y\"\nno sign\n")
    assert dotenv.read(path) == {"A": "1", "B": "two words", "C": "x=y"}


def documented(variable: Variable) -> str:
    """The row of docs/configuration.md."""
    default = variable.default
    if default is None:
        shown = "*required*"
    elif variable.name == "VAR_DIR":
        shown = "`var/` in the project"
    else:
        shown = f"`{default}`" if default else ""
    return f"| `{variable.name}` | {shown} | {variable.help} |"


def table() -> str:
    lines = []
    for title, variables in TABLE.items():
        lines += [f"### {title}", "", "| Name | Default | Meaning |", "| --- | --- | --- |"]
        lines += [*map(documented, variables), ""]
    return "\n".join(lines)


def test_every_variable_is_documented() -> None:
    """UPDATE_DOCS=1 writes the table anew."""
    path = PROJECT / "docs/configuration.md"
    head, begin, rest = path.read_text().partition("<!-- variables -->\n")
    shown, end, tail = rest.partition("<!-- /variables -->")
    if os.environ.get("UPDATE_DOCS"):
        path.write_text(f"{head}{begin}\n{table()}\n{end}{tail}")
    else:
        assert shown.strip() == table().strip()
