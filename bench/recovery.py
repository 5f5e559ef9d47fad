"""How much is lost and how long it takes (RPO, RTO): a site in use, its ends, and its way back.

    python -m bench.recovery --lines 200000 --seconds 30

A scratch site with its own Postgres, filled with lines sealed as people's are, is talked to all the time. Meanwhile a
backup is taken (`manage.py backup`) and a base backup, and Postgres archives its log. Somebody deletes every line; some
seconds later everything is killed. Then it is brought back three times, each into nothing: from the backup; to the
moment before the lines were deleted; and as far as the archive goes, as when the disk is lost. Each counts until
`/readyz` says yes.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx
import psycopg

from bench.servers import OTHER_CORE, PYTHON, SERVER_CORE, Stage, scratch_folder
from config.services import LocalServices, place, ports, processes
from config.services.place import Identity

TALKERS = 20
MODEL = "sim-ttft0-tps40-n100"
ARCHIVE_SECONDS = 10  # a segment of the log is archived at the latest after so long
TEXT = (
    "*sets a bowl down* You came by the river road, then. Nobody takes that one after dark, not since the bridge. " * 3
)
KEYS = "b1:" + "A" * 43 + "="
DELETED = "delete from chat_message"
READY_SECONDS = 60


def manage(environ: Mapping[str, str], *arguments: str) -> tuple[float, str]:
    """Seconds, and what it said. Raises SystemExit with its error."""
    begun = time.monotonic()
    done = subprocess.run(
        [PYTHON, "-W", "ignore", "manage.py", *arguments],
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"manage.py {arguments[0]}: {(done.stderr + done.stdout)[-2000:]}")
    return time.monotonic() - begun, done.stdout


def say(step: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {step}", file=sys.stderr, flush=True)


class Cluster:
    """A folder of Postgres beside the one that is used: a base backup with what brings it further."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.identity, self.port = home, Identity.current(), ports.free_port()
        self.binaries, parts = place.postgres_binaries(self.identity), urlsplit(url)
        self.url = urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{self.port}"))
        named = {"PGHOST": parts.hostname or "", "PGPORT": str(parts.port), "PGUSER": parts.username or ""}
        self.environ = os.environ | named | {"PGPASSWORD": unquote(parts.password or "")}

    def run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.binaries / program), *arguments], env=self.environ, cwd=self.home, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            **self.identity.options,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{program}: {processes.tail(self.home / 'log', 5)}")

    @contextmanager
    def from_base(self, base: Path, archive: Path, *, until: datetime | None) -> Iterator[str]:
        """The base backup in a folder of its own, brought to that moment or as far as the archive goes: its address."""
        data = self.home / f"restored-{self.port}"
        shutil.copytree(base, data, copy_function=shutil.copy)
        for path in (data, *data.rglob("*")):
            self.identity.own(path)
        data.chmod(0o700)
        told = [f"restore_command = 'cp {archive}/%f %p'", "recovery_target_action = 'promote'"]
        if until is not None:
            told += [f"recovery_target_time = '{until.isoformat()}'", "recovery_target_inclusive = 'on'"]
        with (data / "postgresql.auto.conf").open("a") as file:
            file.write("\n".join(["", *told, "archive_mode = 'off'", ""]))
        (data / "recovery.signal").touch()
        options = (
            "-c max_connections=200 -c dynamic_shared_memory_type=mmap -c listen_addresses=127.0.0.1"
            f" -c unix_socket_directories='' -c port={self.port}"
        )
        self.run(
            "pg_ctl", "start", "-s", "-w", "-t", "600", "-D", str(data), "-l", str(self.home / "log"), "-o", options
        )
        try:
            yield self.url
        finally:
            self.run("pg_ctl", "stop", "-s", "-w", "-m", "immediate", "-D", str(data))
            shutil.rmtree(data)


def ask(url: str, statement: str) -> Any:
    with psycopg.connect(url, autocommit=True) as line:
        return line.execute(statement).fetchone()[0]  # type: ignore[index]


def ids_of(url: str) -> set[str]:
    with psycopg.connect(url) as line:
        return {str(row[0]) for row in line.execute("select id from chat_message")}


def ready_after(stage: Stage, **environ: str) -> float:
    """Seconds until a fresh process of the product says that it is ready."""
    begun = time.monotonic()
    command = [PYTHON, "-m", "config.server", "--port", "PORT"]
    with stage.server("back", command, core=SERVER_CORE, path="/healthz", **environ) as server:
        while time.monotonic() - begun < READY_SECONDS:
            if httpx.get(f"http://127.0.0.1:{server.port}/readyz").status_code == 200:
                return time.monotonic() - begun
            time.sleep(0.05)
    raise SystemExit("it is not ready")


def measure(lines: int, seconds: float, folder: Path) -> dict[str, Any]:
    services = LocalServices(folder / "var", given={})
    with ExitStack() as stack:
        stack.callback(services.destroy)
        given = stack.enter_context(services.attached())
        url, postgres = given["DATABASE_URL"], services.service("postgres")
        outside = postgres.identity.folder(postgres.home.parent / "outside")
        archive, base = postgres.identity.folder(outside / "archive"), outside / "base"
        with psycopg.connect(url, autocommit=True) as line:
            line.execute("alter system set archive_mode = on")
            line.execute(
                f"alter system set archive_command = 'cp %p {archive}/%f.part && mv {archive}/%f.part {archive}/%f'"
            )
            line.execute(f"alter system set archive_timeout = {ARCHIVE_SECONDS}")
        postgres.stop()
        postgres.start()
        say("an empty site")
        stage = Stage(services.variables(), folder)
        stage.environ |= {
            "BACKUP_DIR": str(folder / "backups"),
            "BACKUP_KEYS": KEYS,
            "ERASURE_LEDGER": str(folder / "erasures.jsonl"),
        }
        url = stage.environ["DATABASE_URL"]
        manage(stage.environ, "migrate", "--verbosity", "0")
        sessions = folder / "sessions.jsonl"
        filling = [PYTHON, "-m", "bench.recovery", "fill", str(lines)]
        filled = subprocess.run(filling, env=stage.environ, capture_output=True, check=True, text=True)
        sessions.write_text(filled.stdout)
        say("it has lines")
        found: dict[str, Any] = {"MiB of the database": ask(url, "select pg_database_size(current_database())") / 2**20}
        stack.enter_context(stage.upstream())
        server = stack.enter_context(
            stage.server("site", [PYTHON, "-m", "config.server", "--port", "PORT"], core=SERVER_CORE, path="/healthz")
        )
        talk = ["loadtest", "soak", "--url", f"http://127.0.0.1:{server.port}", "--sessions", str(sessions)]
        talking = subprocess.Popen(
            [PYTHON, "-W", "ignore", "manage.py", *talk, "--seconds", "3600", "--no-soundness"],
            env=stage.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        stack.callback(talking.kill)
        before = ask(url, "select count(*) from chat_message")
        if not processes.wait_until(lambda: ask(url, "select count(*) from chat_message") > before + TALKERS, 300):
            raise SystemExit("nobody talks")
        say("people talk")
        begun = time.monotonic()
        beside = Cluster(outside, url)
        beside.run("pg_basebackup", "-D", str(base), "-X", "stream", "-c", "fast")
        found["base backup, s"] = time.monotonic() - begun
        taken_at = datetime.now(UTC)
        found["backup, s"], told = manage(stage.environ, "backup")
        backup = Path(told.split()[0])
        found["backup, MiB"] = sum(path.stat().st_size for path in backup.iterdir()) / 2**20
        found["lines said meanwhile"] = ask(url, "select count(*) from chat_message") - before
        found["verify of the backup, s"], _told = manage(stage.environ, "verify", str(backup))
        time.sleep(seconds)
        kept, moment = ids_of(url), datetime.now(UTC)
        ask(url, f"with gone as ({DELETED} returning 1) select count(*) from gone")
        time.sleep(ARCHIVE_SECONDS + 2)  # people talk on, and the log is archived
        after = ids_of(url) - kept
        server.child.kill()
        talking.kill()
        killed_at = datetime.now(UTC)
        postgres.kill()
        say("everything is killed")
        found |= from_backup(stage, folder, backup, taken_at)
        found |= to_the_moment(stage, outside, url, base, archive, moment, kept, after)
        found |= as_far_as_it_goes(stage, outside, url, base, archive, killed_at)
    return found


def from_backup(stage: Stage, folder: Path, backup: Path, taken_at: datetime) -> dict[str, Any]:
    """Into an empty Postgres, which is made meanwhile. It compares all counts, and looks whether all agrees."""
    begun = time.monotonic()
    fresh = LocalServices(folder / "fresh", given={})
    try:
        with fresh.attached() as variables:
            empty = {name: variables[name] for name in ("DATABASE_URL", "REDIS_URL")}
            restored, said = manage(stage.environ | empty, "restore", str(backup))
            assert "whole and sound" in said
            ready_after(stage, **empty)
            rto = time.monotonic() - begun
            newest = ask(empty["DATABASE_URL"], "select max(id::text) from chat_message")
    finally:
        fresh.destroy()
    return {
        "from the backup: restore and its checks, s": restored,
        "from the backup: until it is ready (RTO), s": rto,
        "from the backup: newest line in it, s after the command began": (said_at(newest) - taken_at).total_seconds(),
    }


def to_the_moment(
    stage: Stage, outside: Path, url: str, base: Path, archive: Path, moment: datetime, kept: set[str], after: set[str]
) -> dict[str, Any]:
    begun = time.monotonic()
    with Cluster(outside, url).from_base(base, archive, until=moment + timedelta(milliseconds=1)) as there:
        environ = stage.environ | {"DATABASE_URL": there}
        manage(environ, "erasure", "apply-ledger")
        verified, _told = manage(environ, "verify")
        ready_after(stage, DATABASE_URL=there)
        rto = time.monotonic() - begun
        back = ids_of(there)
    return {
        "to a moment: until it is ready (RTO), s": rto,
        "to a moment: of it verify, s": verified,
        "to a moment: lines missing": len(kept - back),
        "to a moment: lines of later": len(after & back),
    }


def as_far_as_it_goes(
    stage: Stage, outside: Path, url: str, base: Path, archive: Path, killed_at: datetime
) -> dict[str, Any]:
    """The disk is lost with what was not archived yet."""
    begun = time.monotonic()
    with Cluster(outside, url).from_base(base, archive, until=None) as there:
        last = ask(there, "select coalesce(pg_last_xact_replay_timestamp(), now())")
        manage(stage.environ | {"DATABASE_URL": there}, "erasure", "apply-ledger")
        ready_after(stage, DATABASE_URL=there)
        rto = time.monotonic() - begun
    return {
        "the disk is lost: until it is ready (RTO), s": rto,
        "the disk is lost: what was said in the last (RPO), s": (killed_at - last).total_seconds(),
    }


def said_at(message_id: str) -> datetime:
    return datetime.fromtimestamp(int(message_id.replace("-", "")[:12], 16) / 1000, UTC)


def fill(lines: int) -> None:
    """TALKERS people with a talk each, and so many lines in all, sealed as what they say is. Prints their sessions."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    import django

    django.setup()

    from accounts import plans
    from accounts.encryption import Place, cipher_for
    from accounts.ids import uuid7
    from accounts.models import User
    from accounts.people import create_people
    from bench.talks import session_of
    from characters.models import Character, CharacterVersion
    from chat.models import Conversation, Message
    from chat.services.conversations import start_conversation

    people = create_people([User(is_guest=True, plan_id=plans.UNLIMITED) for _ in range(TALKERS)], language="en")
    character = Character.objects.create(owner=people[0], visibility="public")
    version = CharacterVersion.objects.create(
        character=character, number=1, language="en", name="Mira", greetings=["Evening."], generation={"model": MODEL}
    )
    for user in people:
        talk = start_conversation(owner=user, character=character, version=version)
        cipher, parent = cipher_for(talk.key_id), talk.head_id
        rows = []
        for number in range(lines // TALKERS):
            fresh = uuid7()
            who = {"role": "player", "author_id": user.pk} if number % 2 == 0 else {"role": "character"}
            body = cipher.seal(f"{number}: {TEXT}", Place("message", fresh))
            rows.append(Message(id=fresh, conversation=talk, parent_id=parent, speaker="Mira", body=body, **who))
            parent = fresh
        Message.objects.bulk_create(rows, batch_size=2_000)
        Conversation.objects.filter(pk=talk.pk).update(head_id=parent)
        print(json.dumps({"conversation_id": str(talk.pk), "session_cookie": session_of(user)}))


def main() -> None:
    if sys.argv[1:2] == ["fill"]:
        fill(int(sys.argv[2]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=200_000, help="that are there before anybody talks")
    parser.add_argument("--seconds", type=float, default=30.0, help="of talking between the backups and the accident")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with scratch_folder() as folder:
        os.sched_setaffinity(0, {OTHER_CORE, SERVER_CORE})
        found = measure(options.lines, options.seconds, folder)
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:60} {value:,.1f}" if isinstance(value, float) else f"{name:60} {value:,}")


if __name__ == "__main__":
    main()
