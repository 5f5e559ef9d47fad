"""Idempotency-Key: a POST that is sent again gets the first answer, and nothing is done twice.

The request runs in one transaction with the row that remembers its answer: both are there, or neither is. A second
one that comes while the first still runs waits at the unique constraint until the first is through.
"""

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.utils import OperationalError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from accounts.encryption import Place, cipher_for, cipher_of, key_id_of
from accounts.errors import Busy, Invalid, ProductError
from accounts.models import IdempotentRequest, User

HEADER = "Idempotency-Key"
SHAPE = re.compile(r"[!-~]{1,100}")
KEPT = timedelta(hours=24)
WAIT = "10s"
TABLE = IdempotentRequest._meta.db_table
REPEATED_HEADERS = ("Content-Type", "Location", "ETag")


class Replayed(Exception):
    """There is an answer already."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


class KeyReused(ProductError):
    code = "idempotency_key_reused"
    status = 422
    message = _("This Idempotency-Key was used for another request.")


class StillRunning(Busy):
    code = "still_running"
    message = _("The first request with this Idempotency-Key is still being answered.")


def begin(request: Request, user: User) -> IdempotentRequest:
    """Inside a transaction. Raises Replayed, KeyReused, StillRunning or Invalid."""
    key, fingerprint = _key_of(request, user), _fingerprint(request)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")  # our own words
            row, first = IdempotentRequest.objects.get_or_create(
                user=user, key=key, defaults={"fingerprint": fingerprint}
            )
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    except OperationalError as error:
        raise StillRunning from error
    if first:
        return row
    if row.fingerprint != fingerprint:
        raise KeyReused
    raise Replayed(_answer_of(row))


def claim(request: Request, user: User) -> tuple[IdempotentRequest, bool]:
    """For a handler that keeps the promise itself, by the row's id: the row, and whether this is the first request.

    The answer is not remembered. Delete the row when the request was refused. Raises KeyReused or Invalid.
    """
    key, fingerprint = _key_of(request, user), _fingerprint(request)
    row, first = IdempotentRequest.objects.get_or_create(user=user, key=key, defaults={"fingerprint": fingerprint})
    if row.fingerprint != fingerprint:
        raise KeyReused
    return row, first


def remember(row: IdempotentRequest, response: HttpResponse) -> None:
    """Sealed: an answer may hold a secret that is shown once."""
    row.status = response.status_code
    row.headers = {name: response[name] for name in REPEATED_HEADERS if name in response}
    row.body = cipher_of(row.user).seal(response.content.decode(), Place(TABLE, row.pk))
    row.save(update_fields=["status", "headers", "body"])


def _key_of(request: Request, user: User) -> str:
    """The key; what it named long ago is forgotten."""
    key = request.headers[HEADER]
    if SHAPE.fullmatch(key) is None:
        raise Invalid(_("An Idempotency-Key has 1 to 100 printable signs."), field=HEADER, limit=100)
    IdempotentRequest.objects.filter(user=user, key=key, created_at__lt=timezone.now() - KEPT).delete()
    return key


def _answer_of(row: IdempotentRequest) -> HttpResponse:
    sealed = bytes(row.body)
    body = cipher_for(key_id_of(sealed)).open(sealed, Place(TABLE, row.pk))
    response = HttpResponse(body.encode(), status=row.status)
    for name, value in row.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _fingerprint(request: Request) -> str:
    """Of what is asked, not of how it was packed: the boundary of a form differs each time."""
    asked = json.dumps(_plain(request.data), sort_keys=True, cls=JSONEncoder)
    return hashlib.sha256(f"{request.method} {request.get_full_path()} {asked}".encode()).hexdigest()


def _plain(data: Any) -> Any:
    if hasattr(data, "lists"):
        return {name: [_plain(each) for each in values] for name, values in data.lists()}
    if isinstance(data, UploadedFile):
        digest = hashlib.sha256()
        for chunk in data.chunks():
            digest.update(chunk)
        data.seek(0)
        return [data.name, digest.hexdigest()]
    return data
