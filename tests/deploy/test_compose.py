"""The image, and the services of one machine: what stands in the files, since building wants an engine."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from config.celery import app
from config.variables import VARIABLES
from tests.deploy.proxy import filled

DEPLOY = Path(__file__).parents[2] / "deploy"
SCHEMA = json.loads(Path(__file__).with_name("compose-spec.json").read_text())
OURS = ("migrate", "web", "worker", "embedder", "beat")
IMAGES_OWN = {"SERVER_NAME", "SERVERS", "CERTIFICATE", "CERTIFICATE_KEY", "HTTP_PORT", "HTTPS_PORT"}


@pytest.fixture
def services() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]


@pytest.fixture
def dockerfile() -> str:
    return (DEPLOY / "Dockerfile").read_text()


def test_the_file_is_what_compose_takes(services: dict[str, Any]) -> None:
    """By the specification's own schema, as compose reads it: anchors and merges resolved."""
    schema = jsonschema.Draft7Validator(SCHEMA)
    whole = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert [error.message for error in schema.iter_errors(whole)] == []
    whole["services"]["web"]["depend_on"] = []
    assert [error.message for error in schema.iter_errors(whole)]


def test_all_that_a_site_needs_is_there_and_what_looks_at_it_can_be_left_out(services: dict[str, Any]) -> None:
    watching = {name for name, each in services.items() if each.get("profiles") == ["observe"]}
    assert watching == {"prometheus", "grafana", "collector"}
    assert set(services) - watching == {*OURS, "postgres", "redis", "proxy"}
    assert services["postgres"]["image"].startswith("pgvector/pgvector:")
    assert services["proxy"]["image"].startswith("nginx:")


def test_ours_cannot_write_outside_their_folders(services: dict[str, Any]) -> None:
    for name in OURS:
        assert services[name]["read_only"], name
        assert services[name]["cap_drop"] == ["ALL"], name
        assert services[name]["tmpfs"] == ["/tmp"]


def test_the_ledger_outlives_containers(services: dict[str, Any], dockerfile: str) -> None:
    [place] = re.findall(r"ERASURE_LEDGER=(\S+)/", dockerfile)
    for name in OURS:
        assert f"ledger:{place}" in services[name]["volumes"], name
    assert f'"{place}"' in dockerfile


def test_what_services_wait_for_says_when_it_is_there(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for other, state in service.get("depends_on", {}).items():
            assert other in services, name
            if state["condition"] == "service_healthy":
                assert "healthcheck" in services[other] or other == "web", f"{name} waits for {other}"
    assert set(services["web"]["depends_on"]) == {"postgres", "redis", "migrate"}


def test_every_queue_is_worked_on(services: dict[str, Any]) -> None:
    commands = [str(service.get("command", "")) for service in services.values()]
    taken = {queue for command in commands for queue in re.findall(r"-Q (\S+)", command)}
    assert taken == {queue.name for queue in app.conf.task_queues}


def test_the_proxy_is_given_all_that_its_file_asks_for(services: dict[str, Any]) -> None:
    given = services["proxy"]["environment"]
    assert set(given) == IMAGES_OWN
    assert "${" not in filled(dict.fromkeys(given, "there"))


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is(dockerfile: str) -> None:
    final = dockerfile.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", final, re.M)
    assert "HEALTHCHECK" in final
    assert "/healthz" in final
    assert "pip install" not in final, "what builds is not in what runs"


def test_the_image_sets_settings_that_exist(dockerfile: str) -> None:
    final = dockerfile.rpartition("\nFROM ")[2]
    [line] = re.findall(r"^ENV (.+?)(?<!\\)$", final, re.M | re.S)
    told = set(re.findall(r"([A-Z_]+)=", line))
    assert told - {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "DJANGO_SETTINGS_MODULE"} <= set(VARIABLES)
