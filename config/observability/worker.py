"""The numbers of a worker, counted over all of its processes: each writes into a folder that is new at every start."""

import os
import shutil
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from config.services import processes

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def make_folder(var_dir: Path) -> Path:
    """Before anything is counted: the library looks once whether there is one. Those of dead workers go."""
    all_of_them = var_dir / "metrics"
    for old in all_of_them.glob("worker-*"):
        if (pid := int(old.name.rpartition("-")[2])) == os.getpid() or not processes.command_of(pid):
            shutil.rmtree(old, ignore_errors=True)
    folder = all_of_them / f"worker-{os.getpid()}"
    folder.mkdir(parents=True)
    os.environ[FOLDER] = str(folder)
    return folder


def written() -> bytes:
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def serve(host: str, port: int) -> ThreadingHTTPServer:
    """`/metrics`, for the same visitors as that of a server process."""
    from config.observability.door import has_token, is_loopback

    class Metrics(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = has_token(self.headers.get("Authorization", "")) or is_loopback(self.client_address[0])
            found = allowed and self.path == "/metrics"
            body = written() if found else b"not here\n"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Not an event."""

    server = ThreadingHTTPServer((host, port), Metrics)
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
