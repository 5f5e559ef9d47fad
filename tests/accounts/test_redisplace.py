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
