"""The page that takes talks from elsewhere: without scripts, for scripts, for a visitor."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.guests import BACKEND
from characters.models import Character
from chat.models import Import
from chat.services import imports
from tests.chat import exported
from tests.chat.brought import talks_of
from tests.chat.stage import mira


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_the_page_without_scripts(alice, bob):
    client, address = browser(alice), reverse("talk-import")
    files = [SimpleUploadedFile("a.jsonl", exported.sillytavern()), SimpleUploadedFile("b.json", b"")]
    page = client.post(address, {"files": files}, follow=True).content.decode()
    assert "b.json: The file is empty." in page
    assert "Being looked through" in page
    row = Import.objects.get()
    imports.look(row.pk)
    page = client.get(address).content.decode()
    assert "1 talk, 5 lines." in page
    assert "1 talk with Seraphina goes to" in page
    for path in ("import-take", "import-cancel", "import-report"):
        method = browser(bob).get if path == "import-report" else browser(bob).post
        assert method(reverse(path, args=[row.pk])).status_code == 404
    mine = mira("script-5", name="Mine")
    Character.objects.filter(pk=mine.pk).update(owner=alice)
    client.post(reverse("import-take", args=[row.pk]), {"whom-0": str(mine.pk)})
    assert "Being taken in: 0 of 1 talks" in client.get(address).content.decode()
    imports.run(row.pk)
    assert "1 talk is here now." in client.get(address).content.decode()
    [talk] = talks_of(row)
    assert talk.cast.get().character_id == mine.pk
    page = client.get(reverse("import-report", args=[row.pk])).content.decode()
    assert reverse("talk", args=[talk.pk]) in page
    assert "1 remark of the program itself was left out." in page


def test_what_scripts_are_told(alice):
    client, address, part = browser(alice), reverse("talk-import"), {"X-Part": "file", "Accept": "application/json"}
    told = client.post(address, {"files": SimpleUploadedFile("a.json", exported.agnai())}, headers=part)
    assert told.json() == {"id": str(Import.objects.get().pk)}
    again = client.post(address, {"files": SimpleUploadedFile("b.json", exported.agnai())}, headers=part)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "brought_before")
    assert client.post(address, headers=part).status_code == 400
    piece = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece
    assert "data-at-work" in piece


def test_a_visitor_becomes_a_guest(db):
    client = Client()
    assert client.get(reverse("talk-import")).status_code == 200
    client.post(reverse("talk-import"), {"files": SimpleUploadedFile("a.jsonl", exported.sillytavern())})
    assert Import.objects.get().owner.is_guest
