"""The page by which somebody goes, and the receipt, as they look to people and to axe."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Browser

from accounts.ids import uuid7
from accounts.models import User
from accounts.privacy.receipts import new_token, write_receipt
from accounts.sessions import open_sessions
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.factories import UserFactory
from tests.stack import Server


@in_every_look
def test_axe_finds_nothing_where_somebody_goes(
    browser: Browser, server: Server, theme: Theme, language: str, width: int
) -> None:
    alice: User = UserFactory()
    token = new_token()
    write_receipt(
        user_id=uuid7(),
        token=token,
        asked_at=timezone.now() - timedelta(days=14),
        counts={"chat.Conversation": 3, "chat.Message": 241, "memory.Memory": 12, "accounts.UsageDay": 9},
    )
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, viewport={"width": width, "height": 800}
    )
    [cookie] = open_sessions([alice])
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.base_url}])
    page = context.new_page()
    for path in ("/settings/leave/", f"/erasures/{token}/", "/settings/"):
        page.goto(path)
        assert faults_and_width(page) == [], path
    context.close()
