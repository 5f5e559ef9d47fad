"""What the parts of a turn cost, beside the least that each could do. They inform; no goal hangs on them."""

import hashlib
import json
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from bench.report import Line
from bench.servers import PYTHON, SERVER_CORE, Stage, pinned

ROUNDS, SECONDS = 9, 0.02
SAID = (
    "*sets a bowl down* “You came by the river road, then. Nobody takes that one after dark, not since the bridge. "
    "Sit. Eat. Then tell me who is following you, and why you think that I would not notice.” "
) * 3
CHINESE = (
    "她把碗放下，看着门外的雨。“你是走河边那条路来的吧？天黑以后没有人走那条路了。坐下，先吃，再告诉我谁在跟着你。”" * 4
)


def measure(stage: Stage) -> list[Line]:
    """In a process of its own, on the servers' core."""
    return told_by(stage, "bench.small")


def told_by(stage: Stage, module: str, *arguments: str) -> list[Line]:
    done = subprocess.run(
        [PYTHON, "-m", module, *arguments],
        env=stage.environ,
        stdout=subprocess.PIPE,
        check=True,
        preexec_fn=partial(pinned, SERVER_CORE),
    )
    return [Line(**json.loads(line)) for line in done.stdout.splitlines()]


def tell(lines: list[Line]) -> None:
    for line in lines:
        print(json.dumps(asdict(line)))


def beside(name: str, ours: Callable[[], Any], baseline: str, theirs: Callable[[], Any]) -> Line:
    """Microseconds a call, in turns, so that a busy machine is unjust to both."""
    works = (ours, theirs)
    counts = [calls_in(work, SECONDS) for work in works]
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, count, taken in zip(works, counts, times, strict=True):
            start = time.process_time()
            for _ in range(count):
                work()
            taken.append((time.process_time() - start) / count * 1e6)
    return Line("", name, median(times[0]), "µs", baseline, median(times[1]))


def calls_in(work: Callable[[], Any], seconds: float) -> int:
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        work()
        count += 1
    return count


def lines() -> list[Line]:
    import django

    django.setup()
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from accounts.blindindex import terms
    from accounts.encryption import Cipher, Place
    from chat import protocol
    from chat.prompts import Persona, PromptContext, Said, Sheet, build_prompt

    cipher, aes = Cipher(uuid4(), bytes(32)), AESGCM(bytes(32))
    rows = [uuid4() for _ in range(40)]
    sealed = [cipher.seal(SAID, Place("message", row)) for row in rows]
    nonce = bytes(12)
    raw = [aes.encrypt(nonce, SAID.encode(), row.bytes) for row in rows]
    branch = tuple(
        Said(id=row, role="player" if at % 2 else "character", speaker="Mira", text=SAID) for at, row in enumerate(rows)
    )
    context = PromptContext(
        sheet=Sheet(uuid4(), "en", "Mira", description=SAID * 3, personality=SAID, examples=SAID),
        persona=Persona("You", SAID),
        branch=branch,
    )
    chat = f'{{"type":"chat","content":"{SAID}","client_id":"{uuid4()}"}}'
    chunk = protocol.AiChunk(message_id=uuid4(), seq=17, content=" river")
    plain = {"type": "ai_chunk", "message_id": str(chunk.message_id), "seq": 17, "content": " river"}
    secret = bytes(32)

    def open_all() -> list[str]:
        return [cipher.open(blob, Place("message", row)) for blob, row in zip(sealed, rows, strict=True)]

    def open_raw() -> list[str]:
        return [aes.decrypt(nonce, blob, row.bytes).decode() for blob, row in zip(raw, rows, strict=True)]

    def as_dicts() -> list[dict[str, str]]:
        return [{"role": said.role, "content": f"{said.speaker}: {said.text}"} for said in branch]

    def hashed_words(text: str) -> list[bytes]:
        return [
            hashlib.blake2b(word.encode(), key=secret, digest_size=4).digest()
            for word in set(re.findall(r"\w+", text.casefold()))
        ]

    def decoded() -> tuple[str, UUID]:
        frame = json.loads(chat)
        return frame["content"], UUID(frame["client_id"])

    return [
        beside("prompt of 40 messages", lambda: build_prompt(context), "a list of dicts", as_dicts),
        beside("opening 40 messages", open_all, "AES-GCM alone", open_raw),
        beside(
            "sealing one message",
            lambda: cipher.seal(SAID, Place("message", rows[0])),
            "AES-GCM alone",
            lambda: aes.encrypt(nonce, SAID.encode(), rows[0].bytes),
        ),
        beside("blind index, English", lambda: terms(SAID, secret), "keyed hash a word", lambda: hashed_words(SAID)),
        beside(
            "blind index, Chinese", lambda: terms(CHINESE, secret), "keyed hash a run", lambda: hashed_words(CHINESE)
        ),
        beside("decoding a chat frame", lambda: protocol.decode(chat), "json and UUID", decoded),
        beside("encoding a chunk frame", lambda: protocol.encode(chunk), "json", lambda: json.dumps(plain)),
    ]


if __name__ == "__main__":
    tell(lines())
