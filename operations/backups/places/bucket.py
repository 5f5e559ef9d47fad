"""Backups in a bucket of S3, or of anything that speaks its protocol. Needs requirements-s3.txt.

Who we are, the region and another server's address are read as all programs of AWS read them: `AWS_ACCESS_KEY_ID`,
`AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL_S3`, or the role of the machine. Files are sealed before they
leave, so what the bucket itself encrypts is beside that. There is no renaming: a backup without a manifest, which is
written last, is unfinished.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import cached_property
from io import BufferedReader
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from operations.backups.errors import BackupError
from operations.backups.names import FINISHED, MANIFEST

PART = 64 * 1024 * 1024  # bytes; S3 takes 10,000 parts, so files of up to 625 GiB
MISSING = {"NoSuchKey", "404"}
_PATIENT = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=10, read_timeout=60)


@contextmanager
def _named(address: str) -> Iterator[None]:
    """What S3 refuses is told in one line, with where that was."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise BackupError(f"{address}: {error}") from error


class _InBucket:
    def __init__(self, bucket: str, prefix: str) -> None:
        self.bucket, self.prefix = bucket, prefix

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    @cached_property
    def client(self) -> Any:
        with _named(str(self)):
            return boto3.client("s3", config=_PATIENT)

    def _keys(self) -> Iterator[str]:
        """Of all objects below, without the prefix."""
        inside = f"{self.prefix}/" if self.prefix else ""
        with _named(str(self)):
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=inside):
                for found in page.get("Contents", ()):
                    yield found["Key"].removeprefix(inside)


class BucketFolder(_InBucket):
    @property
    def name(self) -> str:
        return self.prefix.rpartition("/")[2]

    @contextmanager
    def create(self, file: str) -> Iterator["Upload"]:
        upload = Upload(self.client, self._of(file))
        try:
            yield upload
            upload.complete()
        except BaseException:
            upload.abort()
            raise

    @contextmanager
    def open(self, file: str) -> Iterator[BufferedReader]:
        try:
            body = self.client.get_object(**self._of(file))["Body"]
        except ClientError as error:
            missing = error.response["Error"]["Code"] in MISSING
            raise BackupError(f"{self} has no {file}" if missing else f"{self}: {error}") from None
        except BotoCoreError as error:
            raise BackupError(f"{self}: {error}") from error
        with body, _named(str(self)):
            yield BufferedReader(body)

    def size(self, file: str) -> int | None:
        try:
            return int(self.client.head_object(**self._of(file))["ContentLength"])
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise BackupError(f"{self}: {error}") from error

    def delete(self, file: str) -> None:
        with _named(str(self)):
            self.client.delete_object(**self._of(file))

    def delete_all(self) -> None:
        """The manifest first: what is left where this ends midway is unfinished, not broken."""
        for file in sorted(self._keys(), key=lambda file: file != MANIFEST):
            self.delete(file)

    def _of(self, file: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": f"{self.prefix}/{file}"}


class Bucket(_InBucket):
    def begin(self, name: str) -> BucketFolder:
        return self._folder(name)

    def finish(self, folder: BucketFolder) -> BucketFolder:
        return folder

    def finished(self) -> list[BucketFolder]:
        return [self._folder(name) for name, files in sorted(self._backups().items()) if MANIFEST in files]

    def unfinished(self) -> list[BucketFolder]:
        return [self._folder(name) for name, files in sorted(self._backups().items()) if MANIFEST not in files]

    def _folder(self, name: str) -> BucketFolder:
        return BucketFolder(self.bucket, f"{self.prefix}/{name}".strip("/"))

    def _backups(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key in self._keys():
            name, _slash, file = key.partition("/")
            if file and fnmatch(name, FINISHED):
                found.setdefault(name, set()).add(file)
        return found


class Upload:
    """A file in parts. What is not completed is no object; aborted, its parts are gone."""

    def __init__(self, client: Any, target: dict[str, str]) -> None:
        self._client, self._target, self._waiting = client, target, bytearray()
        self._parts: list[dict[str, Any]] = []
        with self._told():
            self._id = client.create_multipart_upload(**target)["UploadId"]

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) >= PART:
            self._send(bytes(self._waiting[:PART]))
            del self._waiting[:PART]
        return len(data)

    def complete(self) -> None:
        if self._waiting or not self._parts:
            self._send(bytes(self._waiting))
        with self._told():
            self._client.complete_multipart_upload(
                **self._target, UploadId=self._id, MultipartUpload={"Parts": self._parts}
            )

    def abort(self) -> None:
        try:
            self._client.abort_multipart_upload(**self._target, UploadId=self._id)
        except (BotoCoreError, ClientError):
            pass  # the reason why it ended is told; a rule of the bucket takes parts away that are left

    def _send(self, part: bytes) -> None:
        number = len(self._parts) + 1
        with self._told():
            tag = self._client.upload_part(**self._target, UploadId=self._id, PartNumber=number, Body=part)["ETag"]
        self._parts.append({"PartNumber": number, "ETag": tag})

    def _told(self) -> Any:
        return _named("s3://{Bucket}/{Key}".format(**self._target))
