"""Forms that Django turns away before a view has seen them: in words, with the limit."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def sent(*args: Any, **options: Any) -> Any:
    """With the guard of forms on duty: it is the first to read one."""
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("card-import"))
    return client.post(reverse("card-import"), *args, **options)


@pytest.mark.parametrize(
    ("form", "limit", "said"),
    [
        ({f"field-{number}": "" for number in range(501)}, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, "at most 500"),
        (
            {"cards": [SimpleUploadedFile("a.json", b"{}")] * 11},
            settings.DATA_UPLOAD_MAX_NUMBER_FILES,
            "At most 10 files",
        ),
        ({"about": "x" * 3_000_000}, settings.DATA_UPLOAD_MAX_MEMORY_SIZE, "At most 2 MB can be sent at once."),
    ],
)
def test_too_much_at_once_is_told(form: dict[str, Any], limit: int, said: str) -> None:
    page = sent(form)
    assert page.status_code == 413
    assert said in page.content.decode()
    told = sent(form, headers={"accept": "application/json"}).json()["error"]
    assert (told["code"], told["limit"]) == ("too_large", limit)


def test_what_is_no_form_at_all_stays_a_bad_request() -> None:
    page = sent(b"no boundary", content_type="multipart/form-data; boundary=")
    assert page.status_code == 400
    assert "That request was not understood" in page.content.decode()
