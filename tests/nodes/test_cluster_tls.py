"""A Redis Cluster that is spoken to under TLS alone, whose nodes go by the name that their certificate has."""

import datetime
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from accounts.cluster.place import place
from accounts.cluster.threaded import Threaded
from accounts.cluster.waiting import NobodyLeads
from accounts.scripts import Script
from chat.live import shelves
from config.services import processes
from tests import debian
from tests.nodes.redises import PASSWORD, port_with_bus

NAME, SLOTS = "localhost", 16_384
ONE_MORE = Script("return redis.call('INCR', KEYS[1])")


class Node:
    """That of Debian: the one that the tests have otherwise cannot speak TLS."""

    def __init__(self, program: str, certificate: Path, folder: Path) -> None:
        self.port, self.folder = port_with_bus(), folder
        lines = {
            "port": 0,
            "tls-port": self.port,
            "tls-cluster": "yes",
            "tls-replication": "yes",
            "tls-auth-clients": "no",
            "tls-cert-file": certificate,
            "tls-key-file": certificate.with_suffix(".key"),
            "tls-ca-cert-file": certificate,
            "cluster-enabled": "yes",
            "cluster-announce-hostname": NAME,
            "cluster-preferred-endpoint-type": "hostname",
            "requirepass": PASSWORD,
            "bind": "127.0.0.1",
            "dir": folder,
            "logfile": folder / "log",
        }
        folder.mkdir()
        (folder / "conf").write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        libraries = ":".join(str(path) for path in debian.folder_of("redis-server").glob("usr/lib/*-linux-gnu"))
        environ = os.environ | ({"LD_LIBRARY_PATH": libraries} if libraries else {})
        self.process = subprocess.Popen([program, folder / "conf"], env=environ)
        self.line: Any = redis.Redis(NAME, self.port, password=PASSWORD, ssl=True, ssl_ca_certs=str(certificate))
        assert processes.wait_until(self._answers, 10), (folder / "log").read_text()

    def stop(self) -> None:
        self.line.close()
        self.process.kill()
        self.process.wait(10)

    def agrees(self) -> bool:
        told = self.line.cluster("INFO")
        return (told["cluster_state"], told["cluster_known_nodes"]) == ("ok", "2")

    def _answers(self) -> bool:
        try:
            return bool(self.line.ping())
        except redis.RedisError:
            return False


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "node.key").write_bytes(private)
    (tmp_path / "node.pem").write_bytes(made.public_bytes(pem))
    return tmp_path / "node.pem"


@pytest.fixture
def nodes(certificate: Path, tmp_path: Path) -> Iterator[list[Node]]:
    program = debian.find("redis-server")
    assert program, "redis-server is not to be had: install Debian's package redis-server"
    nodes: list[Node] = []
    try:
        for number in range(2):
            nodes.append(node := Node(program, certificate, tmp_path / f"node-{number}"))
            node.line.cluster("ADDSLOTS", *range(SLOTS * number // 2, SLOTS * (number + 1) // 2))
            node.line.cluster("SET-CONFIG-EPOCH", number + 1)
        nodes[1].line.cluster("MEET", "127.0.0.1", nodes[0].port)
        assert processes.wait_until(lambda: all(node.agrees() for node in nodes), 30), "the nodes do not agree"
        yield nodes
    finally:
        for node in nodes:
            node.stop()


async def test_nodes_are_found_by_their_names_and_believed_by_their_certificate(
    nodes: list[Node], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"rediss+cluster://:{PASSWORD}@{NAME}:{nodes[0].port}"
    monkeypatch.setattr(settings, "REDIS_CLUSTER_URL", url)
    with pytest.raises(NobodyLeads):
        Threaded(place(url)).get("a")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    names = [f"name-{number}" for number in range(20)]
    beside = Threaded(place(url))
    for number, name in enumerate(names):
        beside.set(name, number)
    client = shelves.new_client()
    try:
        assert [int(await client.get(name)) for name in names] == list(range(20))
    finally:
        await client.aclose()
    try:
        assert [await shelves.run(ONE_MORE, [name], []) for name in names] == list(range(1, 21))
    finally:
        await shelves.close()
    assert all(node.line.dbsize() for node in nodes)
