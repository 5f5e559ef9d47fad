"""An address of Redis as each client of ours is told it."""

import pytest
from celery import Celery

from accounts import redisplace

PLACES = "@one:26379,two:26379/0?master=dramatis"


@pytest.mark.parametrize(
    ("url", "ssl"),
    [
        (f"rediss+sentinel://:p{PLACES}", "required"),
        (f"redis+sentinel://:p{PLACES}", None),
        ("rediss://:p@one:6379/0", "required"),
        ("redis://:p@one:6379/0", None),
    ],
)
def test_tasks_go_encrypted_where_the_address_says_so(url: str, ssl: str | None) -> None:
    address, options = redisplace.broker(url)
    app = Celery("of-the-test", broker=address, set_as_current=False)
    app.conf.update(broker_transport_options=options, broker_use_ssl=redisplace.broker_tls(url))
    assert (app.connection_for_write().ssl or {}).get("ssl_cert_reqs") == ssl


def test_what_the_address_says_of_certificates_comes_first() -> None:
    url = "rediss://:p@one:6379/0?ssl_cert_reqs=none"
    app = Celery("of-the-test", broker=url, set_as_current=False)
    app.conf.broker_use_ssl = redisplace.broker_tls(url)
    assert app.connection_for_write().ssl == {"ssl_cert_reqs": 0}


@pytest.mark.parametrize("tls", [True, False])
def test_every_client_asks_sentinels_as_the_address_says(tls: bool) -> None:
    url = f"rediss+sentinel://:p{PLACES}" + ("&sentinel_tls=1" if tls else "")
    for pool in (redisplace.threaded_pool(url), redisplace.pool(url)):
        asked = [each.connection_pool.make_connection() for each in pool.sentinel_manager.sentinels]
        assert ["SSL" in type(line).__name__ for line in asked] == [tls, tls]
    for options in (redisplace.broker(url)[1], redisplace.layer_host(url)):
        assert options["sentinel_kwargs"].get("ssl", False) is tls
