import threading

from django.db import connection

from characters.models import Character
from characters.services import release
from tests.characters.factories import a_character, edition
from tests.factories import UserFactory


def test_two_releases_at_once_get_two_numbers(committed):
    mira = a_character(UserFactory(), visibility="private")
    failed: list[BaseException] = []

    def publish() -> None:
        try:
            release(character=Character.objects.get(pk=mira.pk), editions={"en": edition()})
        except BaseException as error:  # told to the test below
            failed.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=publish) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failed
    assert sorted(mira.versions.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
