import base64
import os
import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.encryption import (
    Cipher,
    CipherCache,
    Place,
    cipher_for,
    cipher_of,
    ciphers,
    destroy_key,
    key_id_of,
    make_data_key,
    new_data_key,
    rewrap,
    unwrap,
)
from accounts.errors import ContentLost
from accounts.ids import uuid7
from accounts.models import DataKey, Purpose

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=2_000)
tables = st.sampled_from(["chat_message", "accounts_persona", "memory_memory", "a", ""])
ids = st.uuids()


def a_cipher() -> Cipher:
    return Cipher(uuid7(), os.urandom(32))


@given(text, tables, ids)
def test_what_was_sealed_opens_at_its_place(said, table, row):
    cipher = a_cipher()
    blob = cipher.seal(said, Place(table, row))
    assert cipher.open(blob, Place(table, row)) == said
    assert cipher.open(memoryview(blob), Place(table, row)) == said
    assert key_id_of(blob) == cipher.key_id
    assert len(blob) == 1 + 16 + 12 + len(said.encode()) + 16


@given(text, st.tuples(tables, ids), st.tuples(tables, ids))
def test_a_value_moved_to_another_place_does_not_open(said, here, there):
    if here == there:
        return
    cipher = a_cipher()
    with pytest.raises(ContentLost):
        cipher.open(cipher.seal(said, Place(*here)), Place(*there))


@given(text, ids, st.data())
def test_a_flipped_bit_anywhere_does_not_open(said, row, data):
    cipher, place = a_cipher(), Place("chat_message", row)
    blob = bytearray(cipher.seal(said, place))
    at = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[at // 8] ^= 1 << at % 8
    with pytest.raises(ContentLost):
        cipher.open(bytes(blob), place)


@given(st.binary(max_size=100), ids)
def test_any_other_bytes_do_not_open(blob, row):
    with pytest.raises(ContentLost):
        a_cipher().open(blob, Place("chat_message", row))


def test_another_key_with_the_same_id_does_not_open():
    key_id, place = uuid7(), Place("chat_message", uuid7())
    blob = Cipher(key_id, os.urandom(32)).seal("psst", place)
    with pytest.raises(ContentLost):
        Cipher(key_id, os.urandom(32)).open(blob, place)


def test_the_same_text_is_sealed_differently_each_time():
    cipher, place = a_cipher(), Place("chat_message", uuid7())
    assert len({cipher.seal("the same", place) for _ in range(50)}) == 50


def test_a_cipher_does_not_show_its_key():
    secret = b"k" * 32
    assert "kkkk" not in repr(Cipher(uuid7(), secret))


def test_a_wrapped_key_opens_for_its_owner_alone():
    owner, stranger = uuid7(), uuid7()
    key = make_data_key(owner, Purpose.USER)
    assert unwrap(key.pk, owner, key.kek_id, key.wrapped).key_id == key.pk
    with pytest.raises(ContentLost):
        unwrap(key.pk, stranger, key.kek_id, key.wrapped)
    with pytest.raises(ContentLost):
        unwrap(uuid7(), owner, key.kek_id, key.wrapped)


def test_a_missing_master_key_names_its_id_and_nothing_more():
    key = make_data_key(uuid7(), Purpose.USER)
    with pytest.raises(ImproperlyConfigured, match="MASTER_KEYS lacks the key lost"):
        unwrap(key.pk, key.owner_id, "lost", key.wrapped)


def test_the_database_never_holds_a_data_key_in_the_clear(alice):
    cipher = cipher_of(alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM accounts_datakey")
        assert all(cipher._secret not in bytes(wrapped) for (wrapped,) in cursor.fetchall())


def test_a_destroyed_key_opens_nothing_and_keeps_no_bytes(alice):
    key = DataKey.objects.get(owner=alice)
    place = Place("accounts_persona", uuid7())
    blob = cipher_for(key.pk).seal("forget me", place)
    destroy_key(key)
    destroy_key(key)
    row = DataKey.objects.get(pk=key.pk)
    assert bytes(row.wrapped) == b""
    assert row.destroyed_at is not None
    with pytest.raises(ContentLost):
        cipher_for(key_id_of(blob))


def test_a_key_handed_over_opens_for_the_new_owner_and_not_for_the_old(alice, bob):
    key = new_data_key(alice, Purpose.CONVERSATION)
    place = Place("chat_message", uuid7())
    blob = cipher_for(key.pk).seal("ours now", place)
    rewrap(key, bob)
    ciphers.clear()
    row = DataKey.objects.get(pk=key.pk)
    assert (row.owner_id, row.purpose) == (bob.pk, Purpose.CONVERSATION)
    assert cipher_for(key.pk).open(blob, place) == "ours now"
    with pytest.raises(ContentLost):
        unwrap(row.pk, alice.pk, row.kek_id, row.wrapped)


def test_a_second_read_needs_no_query(alice, django_assert_num_queries):
    key = DataKey.objects.get(owner=alice)
    ciphers.clear()
    with django_assert_num_queries(1):
        cipher_for(key.pk)
        cipher_for(key.pk)


def test_the_cache_forgets_the_least_used_and_the_old(monkeypatch):
    now = [1_000.0]
    monkeypatch.setattr("accounts.encryption.time.monotonic", lambda: now[0])
    cache = CipherCache(size=3, seconds=60)
    first, *others = [cache.put(a_cipher()) for _ in range(3)]
    assert cache.cached(first.key_id) is first
    cache.put(a_cipher())
    assert len(cache) == 3
    assert cache.cached(others[0].key_id) is None
    assert cache.cached(first.key_id) is first
    now[0] += 60
    assert cache.cached(first.key_id) is None
    assert cache.cached(uuid.uuid4()) is None


def test_rotating_the_master_key_touches_keys_and_no_text(alice, bob, settings, capsys):
    key = DataKey.objects.get(owner=alice)
    place = Place("accounts_persona", uuid7())
    blob = cipher_of(alice).seal("as before", place)
    destroyed = DataKey.objects.get(owner=bob)
    destroy_key(destroyed)
    old = dict(settings.MASTER_KEYS)

    settings.MASTER_KEYS = {"next": os.urandom(32), **old}
    call_command("rotate_master_key", batch=1)
    assert "1 data keys wrapped, 0 secrets sealed under next" in capsys.readouterr().out
    call_command("rotate_master_key")
    assert "0 data keys" in capsys.readouterr().out

    settings.MASTER_KEYS = {"next": settings.MASTER_KEYS["next"]}
    ciphers.clear()
    assert DataKey.objects.get(pk=key.pk).kek_id == "next"
    assert cipher_for(key.pk).open(blob, place) == "as before"
    assert bytes(DataKey.objects.get(pk=destroyed.pk).wrapped) == b""


def test_keys_derived_for_other_uses_differ_from_each_other_and_from_the_key():
    secret = os.urandom(32)
    cipher = Cipher(uuid7(), secret)
    derived = {secret, cipher.index_secret, cipher.derive("export"), cipher.derive("stream")}
    assert len(derived) == 4
    assert Cipher(cipher.key_id, secret).index_secret == cipher.index_secret
    assert base64.b64encode(cipher.index_secret) not in repr(cipher).encode()
