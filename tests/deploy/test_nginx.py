"""The proxy's file, in front of real processes."""

import asyncio
import http.client
import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from accounts.oversize import MB
from config.bodies import MOST
from tests import debian
from tests.chat.stage import Stage
from tests.deploy.proxy import HOST, TEMPLATE, Proxy
from tests.deploy.test_kubernetes import FOLDER as KUBERNETES
from tests.stack import Server

BEHIND_A_PROXY = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "ALLOWED_HOSTS": HOST,
    "TRUSTED_PROXY_COUNT": 1,
}
TALKS = 16


@pytest.fixture
def nginx() -> str:
    found = debian.find("nginx")
    assert found, "nginx is not to be had: install Debian's package nginx"
    return found


@pytest.fixture
def start_proxy(nginx: str, tmp_path: Path) -> Iterator[Callable[..., Proxy]]:
    proxies: list[Proxy] = []

    def start(*ports: int) -> Proxy:
        proxies.append(Proxy(nginx, tmp_path, ports))
        assert proxies[-1].check() == ""
        return proxies[-1].start()

    yield start
    for proxy in proxies:
        proxy.stop()


def trusting(proxy: Proxy) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    context.check_hostname = False
    return context


@pytest.fixture
def mirror() -> Iterator[int]:
    """The port of a server that answers with the headers it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Not to the tests' output."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_what_visitors_say_of_themselves_is_not_believed(start_proxy: Callable[..., Proxy], mirror: int) -> None:
    proxy = start_proxy(mirror)
    line = http.client.HTTPSConnection(HOST, proxy.https_port, context=trusting(proxy), timeout=10)
    line.request("GET", "/", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"})
    told = json.load(line.getresponse())
    line.close()
    assert (told["x-forwarded-for"], told["x-forwarded-proto"]) == (HOST, "https")
    assert told["host"] == f"{HOST}:{proxy.https_port}"


def test_what_the_product_takes_comes_through() -> None:
    [most] = re.findall(r"client_max_body_size (\d+)m;", TEMPLATE.read_text())
    [ingress] = re.findall(r"proxy-body-size: (\d+)m", (KUBERNETES / "example" / "ingress.yaml").read_text())
    assert min(int(most), int(ingress)) * MB > MOST


def test_http_leads_to_https_but_for_probes(start_proxy: Callable[..., Proxy], mirror: int) -> None:
    proxy = start_proxy(mirror)
    answers = {}
    for path in ("/talks/?page=2", "/healthz"):
        line = http.client.HTTPConnection(HOST, proxy.http_port, timeout=10)
        line.request("GET", path)
        answer = line.getresponse()
        answers[path] = (answer.status, answer.headers["Location"])
        line.close()
    assert answers == {"/talks/?page=2": (308, f"https://{HOST}/talks/?page=2"), "/healthz": (200, None)}


async def test_a_talk_keeps_its_process_and_goes_on_when_that_is_gone(
    start_proxy: Callable[..., Proxy], start_server: Callable[..., Server]
) -> None:
    servers = {server.port: server for server in (start_server(**BEHIND_A_PROXY), start_server(**BEHIND_A_PROXY))}
    proxy = start_proxy(*servers)
    stage = Stage(next(iter(servers.values())))
    player = await stage.player()
    talks = [await stage.talk(player, "script-10") for _number in range(TALKS)]

    async def process_of(talk: object) -> int:
        address = f"wss://{HOST}:{proxy.https_port}/ws/chat/{talk}/"
        cookie = {"Cookie": f"sessionid={player.cookie}"}
        async with connect(address, origin=proxy.origin, additional_headers=cookie, ssl=trusting(proxy)) as line:
            ready = json.loads(await asyncio.wait_for(line.recv(), 20))
            assert ready["type"] == "ready"
            assert line.response is not None
            # After a process that failed comes the one that answered.
            return int(line.response.headers["X-Answered-By"].rpartition(":")[2])

    first = {talk.pk: await process_of(talk.pk) for talk in talks}
    assert set(first.values()) == set(servers), "all talks lie with one process"
    assert {talk.pk: await process_of(talk.pk) for talk in talks} == first

    gone = first[talks[0].pk]
    servers[gone].kill()
    [left] = set(servers) - {gone}
    assert {await process_of(talk.pk) for talk in talks} == {left}
