"""What goes beside a release: out of one commit, the same each time, and noticed when it was changed."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.core.management import call_command
from django.core.management.base import CommandError

from config.dotenv import PROJECT
from operations.provenance import SHIPPED, SIGNED, STATEMENT, SUMS, Commit, ReleaseError, check_release, make_release

VERSION = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
DIGEST = "a" * 64


def git(root: Path, *arguments: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", "-C", str(root), *who, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small one with what a release is made of."""
    root = tmp_path / "checkout"
    (root / "deploy").mkdir(parents=True)
    shutil.copytree(PROJECT / "locks", root / "locks")
    for path in ("pyproject.toml", "deploy/Dockerfile"):
        shutil.copy(PROJECT / path, root / path)
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "All")
    return root


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_statement_names_what_was_made_and_out_of_what(checkout: Path, tmp_path: Path) -> None:
    revision = git(checkout, "rev-parse", "HEAD")
    # What is worked on beside the commit is in no file of it.
    (checkout / "locks/run.lock").write_text("")
    folder = tmp_path / "dist"
    make_release(Commit.of(checkout), folder, image=f"dramatis@sha256:{DIGEST}", builder="https://example.com/ci")
    told = json.loads((folder / STATEMENT).read_text())
    assert (told["_type"], told["predicateType"]) == (
        "https://in-toto.io/Statement/v1",
        "https://slsa.dev/provenance/v1",
    )
    subjects = {each["name"]: each["digest"]["sha256"] for each in told["subject"]}
    assert subjects.pop(f"dramatis@sha256:{DIGEST}") == DIGEST
    kinds = ("{}.lock", "sbom-{}.cdx.json", "licences-{}.txt")
    assert set(subjects) == {kind.format(lock) for kind in kinds for lock in SHIPPED} | {f"dramatis-{VERSION}.tar"}
    for name, digest in subjects.items():
        assert sha256(folder / name) == digest
    made = told["predicate"]["buildDefinition"]
    assert made["externalParameters"] == {"revision": revision, "version": VERSION}
    sources = {each.get("name") or each["uri"]: each.get("digest") for each in made["resolvedDependencies"]}
    assert sources.pop("source") == {"gitCommit": revision}
    for path in (PROJECT / "locks").iterdir():
        assert sources.pop(f"locks/{path.name}") == {"sha256": sha256(path)}
    bases = set(re.findall(r"^FROM (\S+)", (PROJECT / "deploy/Dockerfile").read_text(), re.M))
    assert set(sources) == {f"pkg:docker/{each.replace(':', '@')}" for each in bases}
    run = told["predicate"]["runDetails"]
    assert run["builder"] == {"id": "https://example.com/ci"}
    assert run["metadata"]["startedOn"] <= run["metadata"]["finishedOn"]
    with tarfile.open(folder / f"dramatis-{VERSION}.tar") as archive:
        assert f"dramatis-{VERSION}/locks/run.lock" in archive.getnames()
    checked = subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=folder, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_the_same_commit_makes_the_same_files(checkout: Path, tmp_path: Path) -> None:
    commit = Commit.of(checkout)
    for name in ("one", "other"):
        make_release(commit, tmp_path / name)
    files = {path.name for path in (tmp_path / "one").iterdir()} - {STATEMENT, SUMS}
    assert files
    for name in files:
        assert sha256(tmp_path / "one" / name) == sha256(tmp_path / "other" / name), name


def key_pair(folder: Path) -> tuple[Path, Path]:
    private = Ed25519PrivateKey.generate()
    paths = folder / "key.pem", folder / "public.pem"
    paths[0].write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    paths[1].write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return paths


def test_whatever_was_changed_is_named_and_another_key_is_none(checkout: Path, tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    private, public = key_pair(tmp_path)
    make_release(Commit.of(checkout), folder, key=private.read_bytes())
    assert check_release(folder, public=public.read_bytes()) == []
    (tmp_path / "stranger").mkdir()
    _private, stranger = key_pair(tmp_path / "stranger")
    assert check_release(folder, public=stranger.read_bytes()) == [f"{STATEMENT} is not signed under this key"]
    with (folder / "sbom-run.cdx.json").open("a") as file:
        file.write(" ")
    (folder / "another.txt").touch()
    assert check_release(folder) == [
        "another.txt is not among the checksums",
        "another.txt is not in the statement",
        "sbom-run.cdx.json is not as it was made",
    ]
    # A statement that was made to fit is not the one that was signed.
    told = json.loads((folder / STATEMENT).read_text())
    told["predicate"]["runDetails"]["builder"]["id"] = "https://example.com/somebody"
    (folder / STATEMENT).write_text(json.dumps(told))
    assert f"{STATEMENT} is not signed under this key" in check_release(folder, public=public.read_bytes())
    (folder / SIGNED).unlink()
    assert f"{SIGNED} is not as it was made" in check_release(folder)


def test_a_file_that_nobody_signed_is_named_whatever_the_checksums_say(checkout: Path, tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    private, public = key_pair(tmp_path)
    make_release(Commit.of(checkout), folder, key=private.read_bytes())
    (folder / "install.sh").write_text("anything")
    with (folder / SUMS).open("a") as sums:
        sums.write(f"{sha256(folder / 'install.sh')}  install.sh\n")
    assert check_release(folder, public=public.read_bytes()) == ["install.sh is not in the statement"]


PEM = Encoding.PEM, PrivateFormat.PKCS8


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (b"no key", "cannot be read"),
        (Ed25519PrivateKey.generate().private_bytes(*PEM, BestAvailableEncryption(b"secret")), "is encrypted"),
        (generate_private_key(SECP256R1()).private_bytes(*PEM, NoEncryption()), "no Ed25519 key"),
    ],
    ids=["no PEM", "encrypted", "of another kind"],
)
def test_a_key_that_cannot_sign_is_said_before_anything_is_written(
    key: bytes, said: str, checkout: Path, tmp_path: Path
) -> None:
    with pytest.raises(ReleaseError, match=said):
        make_release(Commit.of(checkout), tmp_path / "dist", key=key)
    assert not (tmp_path / "dist").exists()


def test_a_key_that_is_missing_or_not_public_is_said(checkout: Path, tmp_path: Path) -> None:
    folder, missing = str(tmp_path / "dist"), tmp_path / "missing"
    with pytest.raises(CommandError, match="No such file"):
        call_command("release", folder, key=missing)
    make_release(Commit.of(checkout), Path(folder))
    for key, said in ((missing, "No such file"), (Path(folder, SUMS), "an Ed25519 public key")):
        with pytest.raises(CommandError, match=said):
            call_command("release", folder, check=True, public_key=key)


def test_what_cannot_be_released_is_said(checkout: Path, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="by its digest"):
        make_release(Commit.of(checkout), tmp_path / "dist", image="dramatis:latest")
    with pytest.raises(ReleaseError, match="git show"):
        Commit.of(checkout, "nothing-of-that-name")
    with pytest.raises(ReleaseError, match="can be read"):
        check_release(tmp_path / "nowhere")


def test_the_command_releases_this_checkout(tmp_path: Path) -> None:
    if not (PROJECT / ".git").exists():
        pytest.skip("this is no checkout")
    out, folder = StringIO(), tmp_path / "dist"
    call_command("release", str(folder), stdout=out)
    assert git(PROJECT, "rev-parse", "HEAD") in out.getvalue()
    call_command("release", str(folder), check=True, stdout=out)
    assert "all as it was made" in out.getvalue()
    (folder / "run.lock").write_text("changed")
    with pytest.raises(CommandError, match="not what was released"):
        call_command("release", str(folder), check=True, stdout=out, stderr=StringIO())


@pytest.fixture
def dockerfile() -> str:
    return (PROJECT / "deploy/Dockerfile").read_text()


def test_an_image_says_what_it_was_made_from_and_holds_its_bill(dockerfile: str) -> None:
    final = dockerfile.rpartition("\nFROM ")[2]
    labels: Any = re.findall(r"org\.opencontainers\.image\.(\w+)=(\S+)", final)
    assert dict(labels) == {
        "title": '"Dramatis"',
        "licenses": '"MIT"',
        "version": "$VERSION",
        "revision": "$REVISION",
        "created": "$CREATED",
    }
    assert 'ARG REVISION="" VERSION="" CREATED=""' in final
    assert "manage.py sbom > sbom.cdx.json" in dockerfile
    dry = subprocess.run(["make", "--dry-run", "image"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert f"--build-arg VERSION={VERSION} " in dry
    assert re.search(r"--build-arg REVISION=[0-9a-f]{40} ", dry)
    assert "--build-arg CREATED=" in dry


def test_no_image_is_made_of_what_no_commit_has(checkout: Path, tmp_path: Path) -> None:
    shutil.copy(PROJECT / "Makefile", checkout)
    docker = tmp_path / "bin/docker"
    docker.parent.mkdir()
    docker.write_text('#!/bin/sh\necho "asked for: $*"\n')
    docker.chmod(0o755)
    path = f"{docker.parent}:{os.environ['PATH']}"

    def make_image() -> subprocess.CompletedProcess[str]:
        command = ["make", "--no-print-directory", "-C", str(checkout), "image"]
        return subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, check=False)

    refused = make_image()
    assert refused.returncode
    assert "commit them" in refused.stderr
    assert "asked for" not in refused.stdout
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "--message", "More")
    made = make_image()
    assert made.returncode == 0, made.stderr
    assert f"REVISION={git(checkout, 'rev-parse', 'HEAD')}" in made.stdout
