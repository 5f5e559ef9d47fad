"""Alerts and dashboards name what is measured, and the alerts fire when they should."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import config.observability.requests
import config.observability.tasks  # noqa: F401  # a worker's metrics
from tests import debian
from tests.observability.told import families, series

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
BOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
NAME = re.compile(r"\b(?:dramatis|process|python)_[a-z_]+\b")
COMMON = {"severity", "service", "model", "queue"}


@pytest.fixture
def promtool() -> str:
    found = debian.find("promtool")
    assert found, "promtool is not to be had: install Debian's package prometheus"
    return found


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((PROMETHEUS / "rules.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_the_rules_are_sound_and_fire(promtool: str) -> None:
    for command in (["check", "rules", "rules.yaml"], ["test", "rules", "rules.test.yaml"],
                    ["check", "config", "--syntax-only", "prometheus.yaml"]):  # fmt: skip
        done = subprocess.run([promtool, *command], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_rule_names_what_is_measured(db: None) -> None:
    known = series()
    for rule in rules():
        assert set(NAME.findall(rule["expr"])) <= known, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["action"], rule["alert"]
    named = {name for rule in rules() for name in re.findall(r"`(dramatis_[a-z_]+)`", rule["annotations"]["action"])}
    assert named <= known | set(families())


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_a_board_names_what_is_measured(path: Path, db: None) -> None:
    board, known = json.loads(path.read_text()), series()
    assert board["uid"] == path.stem
    for panel in board["panels"]:
        for target in panel["targets"]:
            named = set(NAME.findall(target["expr"]))
            assert named, panel["title"]
            assert named <= known, panel["title"]
            # `rate` of what goes up and down, or no `rate` of what only goes up, draws nonsense.
            counted = {name for name in named if name.endswith(("_total", "_bucket", "_sum", "_count"))}
            if counted - {"dramatis_redis_evicted_keys_total"}:
                assert re.search(r"\b(?:rate|increase)\(", target["expr"]), panel["title"]


def test_all_that_is_measured_is_on_a_board_and_on_the_page(db: None) -> None:
    ours = {name for name in families() if name.startswith("dramatis_")}
    boards = "".join(path.read_text() for path in BOARDS)
    page = (ROOT / "docs" / "observing.md").read_text()
    assert {name for name in ours if name not in boards} == set()
    assert {name for name in ours if f"`{name}`" not in page} == set()
    told = set(re.findall(r"^\| `(dramatis_[a-z_]+)`", page, re.M))
    assert told == ours


def test_what_the_autoscaler_goes_by_is_measured(db: None) -> None:
    scaling = (ROOT / "deploy" / "kubernetes" / "base" / "scaling.yaml").read_text()
    asked = set(NAME.findall(scaling))
    assert asked
    assert asked <= series()
