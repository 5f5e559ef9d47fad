"""Forms that Django turns away before a view has seen them: in words, with the limit."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.html import escape

from accounts.middleware import came_from

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


BIG = {"about": "x" * 3_000_000}


def test_a_refusal_leads_back_to_the_form_it_came_from() -> None:
    form = "http://testserver/create/import/?all=1&tag=x"
    page = sent(BIG, headers={"referer": form}).content.decode()
    assert f'href="{escape(form)}" data-back' in page
    assert page.count("button--lead") == 1
    assert "返回" in sent(BIG, headers={"referer": form, "accept-language": "zh-CN"}).content.decode()


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_a_refusal_leads_to_no_other_place(referer: str) -> None:
    told = sent(BIG, headers={"referer": referer}).content.decode()
    assert "data-back" not in told
    assert told.count("button--lead") == 1


def test_a_page_that_is_refused_does_not_lead_to_itself() -> None:
    request = RequestFactory().get("/create/?all", headers={"referer": "http://testserver/create/?all"})
    assert came_from(request) == ""
    assert came_from(RequestFactory().post("/create/?all", headers={"referer": "http://testserver/create/?all"}))


def test_what_is_no_form_at_all_stays_a_bad_request() -> None:
    page = sent(b"no boundary", content_type="multipart/form-data; boundary=")
    assert page.status_code == 400
    assert "That request was not understood" in page.content.decode()
