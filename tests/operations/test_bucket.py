"""Backups in a bucket of S3: a real server of its protocol, moto's, over the network."""

import hashlib
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from operations.backups.names import DATABASE, KEYS, MANIFEST, STAMP
from operations.backups.places import bucket as buckets
from operations.backups.places import folder_at, place_at
from operations.backups.taking import all_backups, prune, take
from tests.chat.stage import Stage
from tests.factories import UserFactory
from tests.operations.test_drill import empty_database, manage
from tests.stack import Process, Server, stack_environ

__all__ = ["empty_database"]
BUCKET, PREFIX = "kept-elsewhere", "dramatis/one"


class Moto(Process):
    name = "moto"
    ready_path = "/moto-api/"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "moto.server", "-H", self.host, "-p", str(self.port)]


@pytest.fixture(scope="module")
def moto(django_db_setup: None) -> Iterator[Moto]:
    process = Moto()
    process.start()
    yield process
    process.kill()


@pytest.fixture
def s3(moto: Moto, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Any:
    """A client of an empty bucket, which the settings name."""
    told = {
        "AWS_ENDPOINT_URL_S3": moto.base_url,
        "AWS_ACCESS_KEY_ID": "site",
        "AWS_SECRET_ACCESS_KEY": "a secret",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings.BACKUP_DIR = f"s3://{BUCKET}/{PREFIX}"
    settings.BACKUP_KEYS = {"k1": bytes(32)}
    settings.ERASURE_LEDGER = str(tmp_path / "erasures.jsonl")
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield client
    for key in keys_in(client):
        client.delete_object(Bucket=BUCKET, Key=key)
    client.delete_bucket(Bucket=BUCKET)


def keys_in(client: Any) -> list[str]:
    return [found["Key"] for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]


def body_of(client: Any, key: str) -> bytes:
    return client.get_object(Bucket=BUCKET, Key=key)["Body"].read()


async def test_a_backup_goes_to_a_bucket_and_comes_back_from_it(
    server: Server, s3: Any, empty_database: str, tmp_path: Path
) -> None:
    stage = Stage(server)
    said = await (await stage.play("script-30")).turn("I am Alice.")
    await stage.close()
    address = manage("backup", database=_database(), place=tmp_path).stdout.strip()
    name = address.rpartition("/")[2]
    assert address == f"s3://{BUCKET}/{PREFIX}/{name}"
    assert set(keys_in(s3)) == {f"{PREFIX}/{name}/{file}" for file in (DATABASE, KEYS, MANIFEST)}
    email = stage.players[0].user.email.encode()
    assert not [key for key in keys_in(s3) if email in body_of(s3, key) or said.text.encode() in body_of(s3, key)]
    assert "whole" in manage("verify", address, database=_database(), place=tmp_path).stdout
    done = manage("restore", database=empty_database, place=tmp_path)  # the newest one
    assert "whole and sound" in done.stdout, done.stderr + done.stdout
    with psycopg.connect(empty_database) as line:
        assert line.execute("select 1 from chat_message where id = %s", [said.message_id]).fetchone()


def _database() -> str:
    return stack_environ()["DATABASE_URL"]


def test_one_that_was_changed_there_is_told(committed: None, s3: Any) -> None:
    UserFactory()
    folder = take()
    call_command("verify", str(folder))
    key = f"{PREFIX}/{folder.name}/{KEYS}"
    s3.put_object(Bucket=BUCKET, Key=key, Body=body_of(s3, key)[:-1] + b"x")
    with pytest.raises(CommandError, match=f"{KEYS} is not as it was written"):
        call_command("verify", str(folder))


def test_large_files_go_in_parts_and_arrive_as_they_were(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "PART", 5 * 1024 * 1024)  # the smallest that S3 takes
    pieces = [bytes([number]) * 1_500_000 for number in range(9)]
    folder = place_at(f"s3://{BUCKET}/{PREFIX}").begin("20260301T000000Z")
    with folder.create("large") as file:
        for piece in pieces:
            file.write(piece)
    whole = b"".join(pieces)
    assert s3.head_object(Bucket=BUCKET, Key=f"{PREFIX}/{folder.name}/large")["ETag"].strip('"').endswith("-3")
    with folder.open("large") as read:
        assert hashlib.file_digest(read, "sha256").digest() == hashlib.sha256(whole).digest()
    assert folder.size("large") == len(whole)


def test_of_one_that_breaks_off_nothing_is_left(s3: Any) -> None:
    folder = place_at(f"s3://{BUCKET}/{PREFIX}").begin("20260301T000000Z")
    with pytest.raises(TypeError), folder.create("half") as file:
        file.write("no bytes")
    assert keys_in(s3) == []
    assert not s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads")
    assert folder.size("half") is None


def test_old_ones_go_as_from_a_disk(s3: Any, settings: Any) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    settings.BACKUP_DAYS, settings.KEYS_BACKUP_DAYS = 35, 7
    for days, files in {40: 3, 10: 3, 4: 1, 3: 3, 0: 1}.items():
        name = (now - timedelta(days=days)).strftime(STAMP)
        for file in (DATABASE, KEYS, MANIFEST)[:files]:  # without a manifest: killed, or being taken
            s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/{name}/{file}", Body=b"")
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/another/site.txt", Body=b"")
    assert prune(now) == ["20260225T000000Z", "20260120T000000Z", f"20260219T000000Z/{KEYS}"]
    left = {key.removeprefix(f"{PREFIX}/").partition("/")[0] for key in keys_in(s3)}
    assert left == {"20260219T000000Z", "20260226T000000Z", "20260301T000000Z", "another"}


def test_one_that_is_deleted_for_a_part_only_is_an_unfinished_one(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "20260301T000000Z"
    for file in (DATABASE, KEYS, MANIFEST):
        s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}/{name}/{file}", Body=b"")
    place = place_at(f"s3://{BUCKET}/{PREFIX}")
    [folder] = place.finished()
    delete = type(folder).delete

    def once(folder: Any, file: str) -> None:
        monkeypatch.setattr(type(folder), "delete", gone)
        delete(folder, file)

    def gone(folder: Any, file: str) -> None:
        raise ConnectionError

    monkeypatch.setattr(type(folder), "delete", once)
    with pytest.raises(ConnectionError):
        folder.delete_all()
    assert place.finished() == []
    assert [left.name for left in place.unfinished()] == [name]


def test_two_of_one_second_share_no_file(committed: None, s3: Any) -> None:
    second = datetime(2026, 3, 1, 2, 20, tzinfo=UTC)
    later, first, other = take(second + timedelta(milliseconds=1)), take(second), take(second)
    assert len(keys_in(s3)) == 9
    other.delete_all()
    call_command("verify", str(first))
    assert [each.name for each in all_backups()] == [first.name, later.name]


def test_what_is_not_there_is_told_in_one_line(s3: Any, settings: Any) -> None:
    with pytest.raises(CommandError, match=r"has no manifest\.json"):
        call_command("verify", f"s3://{BUCKET}/{PREFIX}/20260301T000000Z")
    settings.BACKUP_DIR = "s3://nobodys"
    with pytest.raises(CommandError, match=r"s3://nobodys.*NoSuchBucket"):
        call_command("restore")
    with pytest.raises(CommandError, match="names no bucket"):
        call_command("verify", "s3:///x")


def test_no_log_holds_who_we_are(s3: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token-of-a-role")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # which has read who we are
    caplog.set_level(logging.DEBUG)
    with place_at(f"s3://{BUCKET}/{PREFIX}").begin("20260301T000000Z").create("some") as file:
        file.write(b"sealed")
    told = f"{caplog.text}{[each.__dict__ for each in caplog.records]}"
    assert "token-of-a-role" not in told
    assert "a secret" not in told


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "operations.backups.places.bucket", raising=False)
    monkeypatch.delattr("operations.backups.places.bucket")
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(Exception, match=r"requirements-s3\.txt is not installed"):
        folder_at("s3://kept/one")
