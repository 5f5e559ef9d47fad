"""A collector of traces: OTLP over HTTP, all spans kept."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Told:
    name: str
    service: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    failed: str
    raw: str


class Collector:
    def __init__(self) -> None:
        self.spans: list[Told] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                collector.take(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Not to the tests' output."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/traces"

    def take(self, request: ExportTraceServiceRequest) -> None:
        for resource in request.resource_spans:
            [service] = [each.value.string_value for each in resource.resource.attributes if each.key == "service.name"]
            for scope in resource.scope_spans:
                for span in scope.spans:
                    attributes = {
                        each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in span.attributes
                    }
                    failed = span.status.message if span.status.code == 2 else ""
                    self.spans.append(
                        Told(
                            span.name, service, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(),
                            attributes, failed, str(span),
                        )
                    )  # fmt: skip

    def trace_with(self, name: str, within: float = 20, **attributes: Any) -> list[Told]:
        """All spans of the trace whose first span is this one, once that has come."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            for span in list(self.spans):
                if span.name == name and attributes.items() <= span.attributes.items():
                    return [each for each in self.spans if each.trace == span.trace]
            time.sleep(0.05)
        raise AssertionError(f"no {name} with {attributes} among {[span.name for span in self.spans]}")


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.server.serve_forever, daemon=True)
    thread.start()
    yield collector
    collector.server.shutdown()
    collector.server.server_close()
