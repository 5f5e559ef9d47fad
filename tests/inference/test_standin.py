"""The stand-in as other tests rely on it: records, refusals, schema filling, speed."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from config.services.ports import free_port
from inference.standin.behaviours import CATALOGUE
from inference.standin.http import Request
from inference.standin.record import BYTES_EACH, Records
from inference.standin.schema import Filler
from tests.inference.support import ROOT, Connect, StandinProcess, ask, read, wait_until_open


async def get(standin: StandinProcess, path: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{standin.port}{path}", headers=headers) as answer:
            return answer.status, await answer.text()


async def test_requests_are_found_by_what_they_hold_in_any_script(connect: Connect, standin: StandinProcess):
    mark = uuid4().hex
    await read(connect(), ask("ok-300tps-n2", f"{mark} 灯笼"))
    assert len(await standin.requests(contains=mark)) == 1
    assert len(await standin.requests(contains=f"{mark} 灯笼")) == 1
    assert await standin.requests(contains=mark, model="other") == []
    entry = (await standin.requests(contains=mark, limit="1"))[0]
    assert (entry["status"], entry["pieces"], entry["finished"], entry["disconnected"]) == (200, 2, True, False)
    assert await standin.requests(contains=mark, after=str(entry["id"])) == []


async def test_a_foreign_host_name_is_refused(standin: StandinProcess):
    status, _ = await get(standin, "/standin/requests", Host="rebound.example.com")
    assert status == 403


async def test_what_it_cannot_do_is_answered_with_a_clear_501(standin: StandinProcess):
    async with aiohttp.ClientSession() as session:
        for path in ("audio/translations",):
            async with session.post(f"{standin.url}/{path}", json={"input": "x"}) as answer:
                assert answer.status == 501
                assert (await answer.json())["error"]["code"] == "not_implemented"


async def test_models_are_listed_and_strangers_are_404(standin: StandinProcess):
    status, text = await get(standin, "/v1/models")
    assert status == 200
    assert "understudy" in [model["id"] for model in json.loads(text)["data"]]
    assert (await get(standin, "/v1/nonsense"))[0] == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"messages":[]}', b'{"messages":[1]}', b'{"messages":"x"}']
)
async def test_a_bad_request_is_told_so(standin: StandinProcess, body: bytes):
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{standin.url}/chat/completions", data=body) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"]["type"] == "invalid_request_error"


async def test_a_request_in_pieces_and_two_in_one_are_read(standin: StandinProcess):
    reader, writer = await asyncio.open_connection("127.0.0.1", standin.port)
    wire = b"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for byte in wire:
        writer.write(bytes([byte]))
        await writer.drain()
    writer.write(wire + wire.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    answers = await asyncio.wait_for(reader.read(), 20)
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    writer.close()


async def test_a_stamped_stream_says_when_each_token_was_sent(connect: Connect):
    text = await read(connect(), ask("sim-ttft50-tps200-n20-stamp"))
    stamps = [int(stamp) for stamp in text.replace("T", "").split()]
    assert len(stamps) == 20
    assert stamps == sorted(stamps)
    assert 0.07e6 < stamps[-1] - stamps[0] < 5e6


async def test_forty_streams_of_forty_tokens_a_second_are_nothing(connect: Connect):
    model, began = connect(), time.monotonic()
    texts = await asyncio.gather(*(read(model, ask("sim-ttft0-tps40-n40", f"s{i}")) for i in range(40)))
    assert len(set(texts)) == 1
    assert time.monotonic() - began < 10, "one after the other they take forty"


def test_records_are_bounded_in_number_and_size():
    records = Records(10)
    request = Request("POST", "/v1/chat/completions", {}, {}, b"")
    for i in range(30):
        records.add(request, {"model": "m", "messages": [{"role": "user", "content": f"n{i}"}]})
    assert [entry.id for entry in records.find({})] == list(range(21, 31))
    for _ in range(10):
        records.add(request, {"messages": "x" * (BYTES_EACH * 4)})
    assert len(records.find({})) == 2
    silent = Records(0)
    assert silent.add(request, {}).id == 1
    assert silent.find({}) == []


def test_it_demands_its_key_and_stops_at_once():
    port = free_port()
    command = [sys.executable, "-m", "inference.standin", "--port", str(port), "--api-key", "k"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    try:
        wait_until_open(port, process)
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"GET /standin/requests HTTP/1.0\r\nHost: localhost\r\n\r\n")
            assert raw.recv(100).startswith(b"HTTP/1.1 401")
    finally:
        process.terminate()
    assert process.wait(3) == 0


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "integer", "minimum": 3, "maximum": 5}}, "required": ["a"]},
        {"type": "array", "minItems": 3, "maxItems": 3, "uniqueItems": True, "items": {"type": "integer"}},
        {"anyOf": [{"type": "null"}, {"type": "string", "minLength": 8}]},
        {"type": "string", "enum": ["x", "y"]},
        {"type": "string", "format": "date"},
        {"type": "string", "pattern": "^[a-z]{4}$"},
        {"allOf": [{"type": "object", "properties": {"a": {"const": 1}}}, {"required": ["a"]}]},
        {
            "$ref": "#/$defs/node",
            "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
        },
        {"type": ["null", "number"], "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"type": "object", "required": ["free"]},
    ],
)
def test_a_schema_gets_an_instance(schema: dict[str, Any]):
    assert accepts(schema, Filler(schema, lambda name: name or "text", seed=3).fill(), schema)


def accepts(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    import re

    if "$ref" in schema:
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        return accepts(target, value, root)
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "null": type(None),
    }
    kind = schema.get("type", [])
    kind = kind if isinstance(kind, list) else [kind]
    checks = [
        not kind or any(isinstance(value, kinds[one]) for one in kind),
        "enum" not in schema or value in schema["enum"],
        "const" not in schema or value == schema["const"],
        all(accepts(part, value, root) for part in schema.get("allOf", [])),
        "anyOf" not in schema or any(accepts(part, value, root) for part in schema["anyOf"]),
    ]
    if isinstance(value, dict):
        checks += [name in value for name in schema.get("required", [])]
        properties = schema.get("properties", {})
        checks += [accepts(properties[name], value[name], root) for name in value if name in properties]
    if isinstance(value, list):
        checks += [schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 99)]
        checks += [not schema.get("uniqueItems") or len(set(map(str, value))) == len(value)]
    if isinstance(value, str):
        checks += [len(value) >= schema.get("minLength", 0), bool(re.search(schema.get("pattern", ""), value))]
    if isinstance(value, int | float) and not isinstance(value, bool):
        checks += [value >= schema.get("minimum", value), value <= schema.get("maximum", value)]
        checks += [value > schema.get("exclusiveMinimum", value - 1), value < schema.get("exclusiveMaximum", value + 1)]
    return all(checks)


def test_every_behaviour_is_documented_in_the_help():
    shown = subprocess.run(
        [sys.executable, "-m", "inference.standin", "--help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for pattern, what, _ in CATALOGUE:
        assert pattern in shown
        assert what in shown
