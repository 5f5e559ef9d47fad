"""The manifests: what they are by Kubernetes' schemas, and that their parts know each other."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from config.celery import app
from config.variables import VARIABLES

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
OTHERS = {"ClusterIssuer", "ExternalSecret", "SecretStore", "Kustomization", "PodMonitor"}  # not Kubernetes' own
KUBERNETES = "1.34"
SECRET = {"SECRET_KEY", "MASTER_KEYS", "DATABASE_URL", "REDIS_URL", "METRICS_TOKEN"}


@cache
def documents(folder: str) -> tuple[dict[str, Any], ...]:
    names = sorted((FOLDER / folder).glob("*.yaml"))
    return tuple(each for name in names for each in yaml.safe_load_all(name.read_text()))


def every(kind: str) -> list[dict[str, Any]]:
    return [each for each in documents("base") if each["kind"] == kind]


def pods() -> Iterator[dict[str, Any]]:
    for each in [*every("Deployment"), *every("Job")]:
        yield each["spec"]["template"]


def named(each: dict[str, Any]) -> str:
    return f"{each['kind']} {each['metadata']['name']}"


@pytest.mark.parametrize("folder", ["base", "example"])
def test_every_manifest_is_what_kubernetes_takes(folder: str) -> None:
    checked = [each for each in documents(folder) if each["kind"] not in OTHERS]
    assert checked
    for each in checked:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)


@pytest.mark.parametrize("folder", ["base", "example"])
def test_every_file_is_applied(folder: str) -> None:
    [whole] = [each for each in documents(folder) if each["kind"] == "Kustomization"]
    files = {path.name for path in (FOLDER / folder).glob("*.yaml")} - {"kustomization.yaml"}
    assert {name for name in whole["resources"] if not name.startswith("..")} == files


def test_what_selects_finds_and_what_is_named_exists() -> None:
    labels = [pod["metadata"]["labels"] for pod in pods() if "metadata" in pod]
    for each in [*every("Service"), *every("PodDisruptionBudget"), *every("Deployment")]:
        selector = each["spec"]["selector"]
        wanted = selector.get("matchLabels", selector)
        assert any(wanted.items() <= found.items() for found in labels), named(each)
    deployments = {each["metadata"]["name"] for each in every("Deployment")}
    for each in every("HorizontalPodAutoscaler"):
        assert each["spec"]["scaleTargetRef"]["name"] in deployments, named(each)
    claims = {each["metadata"]["name"] for each in every("PersistentVolumeClaim")}
    for pod in pods():
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        asked = {volume["persistentVolumeClaim"]["claimName"] for volume in volumes.values() if len(volume) == 2
                 and "persistentVolumeClaim" in volume}  # fmt: skip
        assert asked <= claims
        for container in pod["spec"]["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} == set(volumes)


def test_web_says_how_it_is_is_spread_and_goes_one_at_a_time() -> None:
    [web] = [each["spec"] for each in every("Deployment") if each["metadata"]["name"] == "web"]
    pod = web["template"]["spec"]
    [container] = pod["containers"]
    asked = {name: container[name]["httpGet"]["path"] for name in ("livenessProbe", "readinessProbe")}
    assert asked == {"livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    for name in ("web", "beat"):
        [each] = [each["spec"]["template"] for each in every("Deployment") if each["metadata"]["name"] == name]
        [apart] = each["spec"]["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
        found = apart["podAffinityTerm"]["labelSelector"]["matchLabels"].items()
        assert found <= each["metadata"]["labels"].items(), name
    budgets = {each["metadata"]["name"]: each["spec"]["maxUnavailable"] for each in every("PodDisruptionBudget")}
    assert budgets == {"web": 1, "worker": 1}
    assert [each["metadata"]["name"] for each in every("Job")] == ["migrate"]
    closed = [each["spec"] for each in every("NetworkPolicy") if set(each["spec"]) == {"podSelector", "policyTypes"}]
    assert [set(each["policyTypes"]) for each in closed] == [{"Ingress", "Egress"}], "what nobody names is closed"


def test_no_pod_has_more_rights_than_it_needs() -> None:
    for pod in pods():
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"]
        assert not spec["automountServiceAccountToken"]
        for container in spec["containers"]:
            rights = container["securityContext"]
            assert rights["readOnlyRootFilesystem"]
            assert not rights["allowPrivilegeEscalation"]
            assert rights["capabilities"] == {"drop": ["ALL"]}
            assert "limits" in container["resources"]


def test_settings_exist_and_none_of_them_is_a_secret() -> None:
    [settings] = every("ConfigMap")
    assert set(settings["data"]) <= set(VARIABLES)
    assert not set(settings["data"]) & SECRET


def test_every_queue_has_a_worker_and_a_scale() -> None:
    taken = set()
    for each in every("Deployment"):
        args = each["spec"]["template"]["spec"]["containers"][0].get("args", [])
        if "-Q" in args:
            taken |= set(args[args.index("-Q") + 1].split(","))
    assert taken == {queue.name for queue in app.conf.task_queues}
    scaled = {
        metric["external"]["metric"]["selector"]["matchLabels"]["queue"]
        for each in every("HorizontalPodAutoscaler")
        for metric in each["spec"]["metrics"]
        if metric["type"] == "External"
    }
    assert scaled == taken


def test_a_pod_has_longer_than_the_product_needs_to_leave() -> None:
    [web] = [each for each in every("Deployment") if each["metadata"]["name"] == "web"]
    spec = web["spec"]["template"]["spec"]
    before = int(spec["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][-1])
    assert spec["terminationGracePeriodSeconds"] > before + float(VARIABLES["DRAIN_SECONDS"].default or 0)


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not here to render it")
def test_the_example_is_rendered_with_one_name_for_the_site() -> None:
    done = subprocess.run(
        ["kubectl", "kustomize", str(FOLDER / "example")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rendered = {named(each): each for each in yaml.safe_load_all(done.stdout)}
    assert len(rendered) == len(documents("base")) + len(documents("example")) - 2
    probes = json.dumps(rendered["Deployment web"]["spec"]["template"]["spec"]["containers"])
    hosts = rendered["ConfigMap dramatis"]["data"]["ALLOWED_HOSTS"]
    assert probes.count(hosts) == 3
    assert {each["spec"]["rules"][0]["host"] for name, each in rendered.items() if name == "Ingress web"} == {hosts}
