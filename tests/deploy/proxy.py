"""nginx as a site runs it: our template, filled in, on ports of its own and with a certificate nobody signed."""

import datetime
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.services import ports, processes

TEMPLATE = Path(__file__).parents[2] / "deploy" / "nginx" / "dramatis.conf.template"
HOST = "127.0.0.1"
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    # So that a test can tell which process answered.
    add_header X-Answered-By $upstream_addr always;
    include {folder}/dramatis.conf;
}}
"""


class Proxy:
    def __init__(self, program: str, folder: Path, upstreams: Sequence[int | str]) -> None:
        """`upstreams`: ports on loopback, or addresses with their port."""
        self.program, self.folder = program, folder
        self.http_port, self.https_port = ports.free_port(), ports.free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._write(upstreams)

    @property
    def origin(self) -> str:
        return f"https://{HOST}:{self.https_port}"

    @property
    def certificate(self) -> Path:
        return self.folder / "tls.crt"

    def check(self) -> str:
        """What `nginx -t` complains about; empty when it takes the file."""
        done = subprocess.run([*self._command(), "-t"], capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else done.stderr

    def start(self) -> "Proxy":
        self.process = subprocess.Popen(self._command(), stderr=(self.folder / "log").open("wb"))
        up = processes.wait_until(lambda: not ports.is_free(self.https_port), 10)
        assert up, (self.folder / "log").read_text()
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)

    def _command(self) -> list[str]:
        return [self.program, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", "stderr"]

    def _write(self, upstreams: Sequence[int | str]) -> None:
        _self_signed(self.folder)
        places = (each if isinstance(each, str) else f"{HOST}:{each}" for each in upstreams)
        servers = "".join(f"server {place} max_fails=1 fail_timeout=5s;\n" for place in places)
        (self.folder / "servers.conf").write_text(servers)
        (self.folder / "dramatis.conf").write_text(filled(self._names()))
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder))

    def _names(self) -> dict[str, str]:
        return {
            "SERVER_NAME": HOST,
            "SERVERS": str(self.folder / "servers.conf"),
            "CERTIFICATE": str(self.certificate),
            "CERTIFICATE_KEY": str(self.folder / "tls.key"),
            "HTTP_PORT": f"{HOST}:{self.http_port}",
            "HTTPS_PORT": f"{HOST}:{self.https_port}",
        }


def filled(names: Mapping[str, str]) -> str:
    """As the nginx image does it: the names that are known, and nothing else that begins with `$`."""
    return Template(TEMPLATE.read_text()).safe_substitute(names)


def _self_signed(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    begin = datetime.datetime.fromtimestamp(time.time() - 60, datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "tls.key").write_bytes(private)
