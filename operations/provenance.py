"""What goes beside a release, and where that came from: an in-toto statement, signed where there is a key.

Everything is read from one commit, never from the folder that is worked in, so the same commit makes the same files
but for who made them, where and when. No network. Sources: in-toto Statement v1, SLSA Provenance v1.0, DSSE v1.
"""

import base64
import hashlib
import json
import platform
import re
import subprocess
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from operations.licences import FILE
from operations.supply import SHIPPED, bill_of, licence_lines, packages_in

STATEMENT, SIGNED, SUMS = "provenance.intoto.json", "provenance.dsse.json", "SHA256SUMS"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
BUILD_TYPE = "urn:dramatis:release:1"
BY_HAND = "urn:dramatis:builder:by-hand"


class ReleaseError(Exception):
    """One line for whoever releases."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of a checkout; `read` gives what a file had in it."""

    root: Path
    revision: str
    made_at: datetime

    @classmethod
    def of(cls, root: Path, name: str = "HEAD") -> "Commit":
        """Raises ReleaseError where there is no such commit."""
        told = _git(root, "show", "-s", "--format=%H %cI", f"{name}^{{commit}}").decode().split()
        return cls(root, told[0], datetime.fromisoformat(told[1]).astimezone(UTC))

    def read(self, path: str) -> bytes:
        return _git(self.root, "show", f"{self.revision}:{path}")

    def names(self, folder: str) -> list[str]:
        return _git(self.root, "ls-tree", "--name-only", self.revision, f"{folder}/").decode().splitlines()

    def archive(self, prefix: str) -> bytes:
        return _git(self.root, "archive", "--format=tar", f"--prefix={prefix}/", self.revision)


def make_release(
    commit: Commit, folder: Path, *, image: str = "", builder: str = BY_HAND, key: bytes | None = None
) -> dict[str, Any]:
    """Write all of it into `folder` and return the statement.

    `image`: `name@sha256:…`, one more thing that was made. `builder`: a URI of who made it. `key`: an Ed25519 private
    key in PEM; with it the statement is also written as a signed envelope. Raises ReleaseError.
    """
    private = None if key is None else _private(key)
    begun = datetime.now(UTC)
    version = tomllib.loads(commit.read("pyproject.toml").decode())["project"]["version"]
    made = dict(_files(commit, version))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (folder / name).write_bytes(content)
    told = _statement(commit, version, made, image=image, builder=builder, begun=begun)
    payload = json.dumps(told, indent=1, sort_keys=True).encode() + b"\n"
    made[STATEMENT] = payload
    (folder / STATEMENT).write_bytes(payload)
    if private is not None:
        made[SIGNED] = json.dumps(_envelope(payload, private), indent=1).encode() + b"\n"
        (folder / SIGNED).write_bytes(made[SIGNED])
    (folder / SUMS).write_text("".join(f"{_sha256(made[name])}  {name}\n" for name in sorted(made)))
    return told


def check_release(folder: Path, *, public: bytes | None = None) -> list[str]:
    """What is not as the statement and the checksums say; empty when all is. With `public`, an Ed25519 key in PEM, the
    statement has to be signed under it, word for word. Raises ReleaseError when there is nothing to compare with.
    """
    try:
        payload = (folder / STATEMENT).read_bytes()
        expected = {each["name"]: each["digest"]["sha256"] for each in json.loads(payload)["subject"]}
        summed = dict(line.split("  ")[::-1] for line in (folder / SUMS).read_text().splitlines())
    except (OSError, ValueError, KeyError, TypeError):
        raise ReleaseError(f"{folder} has no {STATEMENT} and {SUMS} that can be read") from None
    wrong = []
    for name, digest in [*((name, each) for name, each in expected.items() if "@" not in name), *summed.items()]:
        path = folder / name
        if not path.is_file() or _sha256(path.read_bytes()) != digest:
            wrong.append(f"{name} is not as it was made")
    # Anybody can add to the checksums: what may lie here the statement tells, which a key can sign.
    here = [path.name for path in folder.iterdir()]
    wrong += [f"{name} is not among the checksums" for name in here if name not in {*summed, SUMS}]
    wrong += [f"{name} is not in the statement" for name in here if name not in {*expected, STATEMENT, SIGNED, SUMS}]
    if public is not None and not _signed(folder, payload, _public(public)):
        wrong.append(f"{STATEMENT} is not signed under this key")
    return sorted(set(wrong))


def _files(commit: Commit, version: str) -> Iterator[tuple[str, bytes]]:
    yield f"dramatis-{version}.tar", commit.archive(f"dramatis-{version}")
    licences = commit.read(FILE).decode()
    for lock in SHIPPED:
        text = commit.read(f"locks/{lock}.lock")
        packages = packages_in(text.decode(), licences)
        bill = bill_of(packages, version=version, made_at=commit.made_at)
        yield f"{lock}.lock", text
        yield f"sbom-{lock}.cdx.json", json.dumps(bill, indent=1).encode() + b"\n"
        yield f"licences-{lock}.txt", "".join(f"{each}\n" for each in licence_lines(packages)).encode()


def _statement(
    commit: Commit, version: str, made: Mapping[str, bytes], *, image: str, builder: str, begun: datetime
) -> dict[str, Any]:
    subjects = [{"name": name, "digest": {"sha256": _sha256(content)}} for name, content in sorted(made.items())]
    if image:
        found = re.fullmatch(r"(\S+)@sha256:([0-9a-f]{64})", image)
        if not found:
            raise ReleaseError("an image is named by its digest: name@sha256:…")
        subjects.append({"name": image, "digest": {"sha256": found[2]}})
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects,
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {"revision": commit.revision, "version": version},
                "internalParameters": {"python": platform.python_version(), "system": platform.platform()},
                "resolvedDependencies": list(_dependencies(commit)),
            },
            "runDetails": {
                "builder": {"id": builder},
                "metadata": {
                    "invocationId": f"urn:uuid:{uuid.uuid4()}",
                    "startedOn": begun.isoformat(timespec="seconds"),
                    "finishedOn": datetime.now(UTC).isoformat(timespec="seconds"),
                },
            },
        },
    }


def _dependencies(commit: Commit) -> Iterator[dict[str, Any]]:
    """The commit, all of its locks, and the images that ours is built from."""
    yield {"uri": "git+.", "name": "source", "digest": {"gitCommit": commit.revision}}
    for path in commit.names("locks"):
        yield {"name": path, "digest": {"sha256": _sha256(commit.read(path))}}
    for base in sorted(set(re.findall(r"^FROM (\S+)", commit.read("deploy/Dockerfile").decode(), re.M))):
        name, _colon, tag = base.partition(":")
        yield {"uri": f"pkg:docker/{name}@{tag or 'latest'}"}


def _private(key: bytes) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(key, password=None)
    except TypeError:
        raise ReleaseError("the key is encrypted: openssl pkey -in it -out one that is not") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ReleaseError("the key cannot be read: an Ed25519 private key in PEM is wanted") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise ReleaseError("the key is no Ed25519 key: openssl genpkey -algorithm ed25519")
    return private


def _public(key: bytes) -> Ed25519PublicKey:
    try:
        public = load_pem_public_key(key)
    except (ValueError, UnsupportedAlgorithm):
        raise ReleaseError("the key cannot be read: an Ed25519 public key in PEM is wanted") from None
    if not isinstance(public, Ed25519PublicKey):
        raise ReleaseError("the key is no Ed25519 public key")
    return public


def _envelope(payload: bytes, private: Ed25519PrivateKey) -> dict[str, Any]:
    signature = base64.b64encode(private.sign(_encoded(payload))).decode()
    return {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [
            {"keyid": hashlib.sha256(private.public_key().public_bytes_raw()).hexdigest(), "sig": signature}
        ],
    }


def _signed(folder: Path, payload: bytes, public: Ed25519PublicKey) -> bool:
    try:
        told = json.loads((folder / SIGNED).read_bytes())
        [signature] = told["signatures"]
        public.verify(base64.b64decode(signature["sig"]), _encoded(payload))
        return bool(base64.b64decode(told["payload"]) == payload and told["payloadType"] == PAYLOAD_TYPE)
    except (OSError, ValueError, KeyError, TypeError, InvalidSignature):
        return False


def _encoded(payload: bytes) -> bytes:
    """What DSSE signs."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise ReleaseError("git is missing") from None
    if done.returncode:
        raise ReleaseError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip().splitlines()[-1:]}")
    return done.stdout
