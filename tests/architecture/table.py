"""What each role gets from every address: a row for each name of a URL."""

from dataclasses import dataclass

from tests.architecture.world import ROLES

REFUSALS = {401, 403, 404, 405}


@dataclass(frozen=True)
class Row:
    method: str
    statuses: str  # one for each role, or one for all
    data: dict[str, str] | None = None

    def expected(self, role: str) -> int:
        found = [int(status) for status in self.statuses.split()]
        return found[ROLES.index(role)] if len(found) > 1 else found[0]

    @property
    def refuses_others(self) -> bool:
        """Whoever else has an account changes nothing by it; who has none may be led to where one gets one."""
        return all(self.expected(role) in REFUSALS for role in ("stranger", "moderator", "operator"))


def get(statuses: str, **data: str) -> Row:
    return Row("GET", statuses, data)


def post(statuses: str, **data: str) -> Row:
    return Row("POST", statuses, data)


PUBLIC = "200"
MEMBERS = "302 200 200 200 200 200"  # signed in, guests too; others go to the login
PEOPLE = "302 302 200 200 200 200"  # accounts only: guests go to the sign-up
MINE = "404 404 404 200 404 404"  # the owner's alone, whatever rights somebody else has
KEYS = "401"  # for keys alone: no session opens it, whoever's it is
SIGNED = "404"  # for whoever signs what they send; nobody does on this server
MINE_JSON = "401 404 404 200 404 404"  # the same for scripts, which are told when nobody is signed in

# name of the URL (a remark in brackets is allowed) -> what each role gets
TABLE: dict[str, Row] = {
    # --- the site
    "healthz": get(PUBLIC),
    "readyz": get(PUBLIC),
    "status": get(PUBLIC),
    "status-json": get(PUBLIC),
    "protocol": get(PUBLIC),
    "api-docs": get(PUBLIC),
    "api-schema": get(PUBLIC),
    "api-nothing": get("404"),
    "api-me": get("401 200 200 200 200 200"),
    "api-usage": get("401 200 200 200 200 200"),
    "openai-models": get(KEYS),
    "openai-model": get(KEYS),
    "openai-chat": post(KEYS),
    "openai-completions": post(KEYS),
    "openai-nothing": get("404"),
    "connect-model": get(PUBLIC),
    "leave": get(PUBLIC, to="https://example.org/"),
    "leave (no address)": get("400", to="javascript:alert(1)"),
    "set_language": post("302", language="en"),
    "set_theme": post("302", theme="dark"),
    # --- accounts
    "account_signup": get("200 200 302 302 302 302"),
    "account_login": get("200 200 302 302 302 302"),
    "account_logout": get("302 200 200 200 200 200"),
    "account_inactive": get(PUBLIC),
    "account_email": get(PEOPLE),
    "account_reauthenticate": get(PEOPLE),
    "account_change_password": get(PEOPLE),
    "account_set_password": get("302"),
    "account_confirm_email": get(PUBLIC),
    "account_email_verification_sent": get(PUBLIC),
    "account_reset_password": get(PUBLIC),
    "account_reset_password_done": get(PUBLIC),
    "account_reset_password_from_key": get(PUBLIC),
    "account_reset_password_from_key_done": get(PUBLIC),
    "account_confirm_login_code": get("302"),
    "openid_connect_login": post("404"),  # this server has no providers
    "openid_connect_callback": get("404"),
    "socialaccount_connections": get(PEOPLE),
    "socialaccount_signup": get("302"),
    "socialaccount_login_cancelled": get(PUBLIC),
    "socialaccount_login_error": get("401"),
    "mfa_index": get(PEOPLE),
    "mfa_authenticate": get("302"),
    "mfa_reauthenticate": get("302"),
    "mfa_activate_totp": get("302"),  # after the password, once more
    "mfa_deactivate_totp": get("302 302 404 404 404 404"),
    "mfa_view_recovery_codes": get("302 302 404 404 404 404"),
    "mfa_generate_recovery_codes": get("302"),
    "mfa_download_recovery_codes": get("302 302 404 404 404 404"),
    "mfa_list_webauthn": get("302"),
    "mfa_add_webauthn": get("302"),
    "mfa_login_webauthn": get("302"),
    "mfa_reauthenticate_webauthn": get("302"),
    "mfa_remove_webauthn": get("302"),
    "mfa_edit_webauthn": get("302"),
    "settings": get(MEMBERS),
    "sessions": get(PEOPLE),
    "sessions-end": post("302 302 404 302 404 404", session="{mark}"),
    "age": get(MEMBERS),
    "account-leave": get(MEMBERS),
    "takeout": get(MEMBERS),
    "takeout-ask": post("302 400 302 302 302 302"),  # whoever has a password shows it first
    "takeout-file": get("302 404 404 302 404 404"),
    "takeout-call-off": post("302 404 404 302 404 404"),
    "takeout-bring": post("302"),
    "takeout-bring-call-off": post("302 404 404 302 404 404"),
    "inheritance": get("302 404 404 200 404 404"),  # for whom characters are offered
    "keeping": get(MEMBERS),
    "keeping-choose": post("302", days="30"),  # signed in or to the login
    "talk-keeping": get(MINE),
    "talk-keeping-choose": post("404 404 404 302 404 404", days="365"),
    "erasure-receipt": get(PUBLIC),  # for whoever has the link
    "blocks": get(MEMBERS),
    "block-ask": get("302 200 200 200 200 200"),
    "block": post("302"),
    "unblock": post("302"),
    # Alice owns one; a stranger belongs to none, and is shown how to make it.
    "organisation": get(PEOPLE),
    "organisation-make": post("302 302 400 400 400 400"),
    "organisation-rename": post("302 302 404 302 404 404", name="The Guild"),
    "organisation-invite": post("302 302 404 200 404 404", role="member"),
    "organisation-uninvite": post("302 302 404 302 404 404"),
    "organisation-person": post("302 302 404 302 404 404", act="admin"),
    "organisation-leave": get("302 302 404 200 404 404"),
    "organisation-dissolve": get("302 302 404 200 404 404"),
    "organisation-use": get("302 302 404 200 404 404"),
    "organisation-statement": get("302 302 404 200 404 404"),
    "organisation-sign-in": get("302 302 404 200 404 404"),
    "organisation-sign-in-forget": post("302 302 404 302 404 404"),
    "organisation-domain-add": post("302 302 404 302 404 404", domain="example.org"),
    "organisation-domain": post("302 302 404 302 404 404", act="remove"),
    "organisation-join": get("302 302 200 200 200 200"),  # whoever has the link
    "organisation-door": get("404"),  # it has no provider
    "organisation-by-address": get(PUBLIC),
    "use": get(MEMBERS),
    "use-statement": get(PEOPLE),  # each their own
    "plan": get(MEMBERS),
    "plan-redeem": get(PEOPLE),
    "plan-pay": post("302 302 404 404 404 404"),  # nobody takes money on this server
    "plan-manage": post("302 302 404 404 404 404"),
    "stripe-events": post(SIGNED),
    "privacy": get(MEMBERS),
    "recordings": get(MEMBERS),
    "microphone-agree": post("401 200 200 200 200 200"),
    "recording-sound": get("302 404 404 200 404 404"),
    "recording-delete": post("302 404 404 302 404 404"),
    "consent": post("302", purpose="email", given="0", version="1"),
    "who-reads": get(PUBLIC),
    "do-not-sell": get(PUBLIC),
    "gpc": get(PUBLIC),
    "api-keys": get(PEOPLE),
    "api-key-add": get(PEOPLE),
    "api-key-rotate": get("302 302 404 200 404 404"),
    "api-key-end-old": post("302 302 404 302 404 404"),
    "api-key-revoke-ask": get("302 302 404 200 404 404"),
    "api-key-revoke": post("302 302 404 302 404 404"),
    "persona-add": get(MEMBERS),
    "persona-edit": get("302 404 404 200 404 404"),
    "persona-delete-ask": get("302 404 404 200 404 404"),
    "persona-delete": post("302 404 404 302 404 404"),
    "persona-default": post("302 404 404 302 404 404"),
    # --- characters
    "discover": get(PUBLIC),
    "character": get(MINE),
    "portrait": get(MINE),
    "portrait-drawn": get(PUBLIC, palette="fog"),
    "picture": get(MINE),
    "picture-face": get(MINE),
    "picture-bring": post("401 404 404 400 404 404"),
    "picture-paint": post("401 404 404 404 404 404"),  # nobody paints on this server
    "voice-sample": get(MINE),
    "draft-assist": post("401 404 404 400 404 404"),
    "draft-try": post("401 404 404 400 404 404"),
    "draft-weigh": post(MINE_JSON),
    "card-import": get(PUBLIC),
    "card-export": get(MINE),
    "card-file": get(MINE),
    "start-talk": post("404 404 404 302 404 404"),
    "favourite": post("302 302 404 302 404 404", loved="1"),
    "copy": post("302 302 404 302 404 404"),
    "publish": post("404 404 404 302 404 404", visibility="private"),
    "publish-lore": post("404 404 404 302 404 404"),
    "publish-withdraw": post("404 404 404 302 404 404"),
    "let-copy": post("404 404 404 302 404 404", copyable="0"),
    "creator": get(MINE),
    "follow": post("302 302 404 403 404 404", followed="1"),
    "favourites": get(PEOPLE),
    "choose-rating": post("302 302 302 302 302 302", rating="general"),
    # --- moderation
    "report-character": get("404 404 404 403 404 404"),  # nobody reports their own
    "handbook": get("404 404 404 404 200 200"),
    "news": get("302 302 302 302 302 302"),
    "notices": get(MEMBERS),
    "report-story": get("404 404 404 403 404 404"),  # nobody reports their own
    "reports": get(MEMBERS),
    "message-report": post("401 404 404 201 404 404", reason="spam"),
    "room-person-report": post("401 404 404 201 404 404", reason="spam"),
    "room-report": post("401 404 404 403 404 404", reason="spam"),  # nobody reports their own
    "api-reports": get("401 403 200 200 200 200"),
    "help-lines": get(PUBLIC),
    "rights": get(PUBLIC),
    "counter-notice": get("302 404 404 404 404 404"),  # nobody complained of hers
    "story-counter-notice": get("302 404 404 404 404 404"),
    "appeal": post("404 404 404 302 404 404", text="It was not so."),
    # --- the builder
    "create": get(PUBLIC),
    "draft-open": post("302"),
    "draft": get(MINE),
    "draft-save": post("401 404 404 400 404 404"),
    "draft-rename": post("404 404 404 302 404 404", title="Another name"),
    "draft-delete": post("404 404 404 302 404 404"),
    "draft-restore": post("404 404 404 302 404 404"),
    "history": get(MINE),
    "history-restore": post("404 404 404 302 404 404", version="{version_id}"),
    "draft-write": post("404 404 404 302 404 404"),
    # --- stories
    "scene-drawn": get(PUBLIC, palette="fog"),
    "stories": get(PUBLIC),
    "story": get(MINE),
    "story-file": get(MINE),
    "story-versions": get(MINE),
    "story-version-restore": post("404 404 404 302 404 404", version="{story_version_id}"),
    "story-figures": get(MINE),
    "story-trash": get(PUBLIC),
    "story-publish": post("404 404 404 302 404 404", visibility="private"),
    "story-publish-withdraw": post("404 404 404 302 404 404"),
    "story-file-under": post("404 404 404 302 404 404", tags="sea"),
    "story-delete": post("404 404 404 302 404 404"),
    "story-restore": post("404 404 404 302 404 404"),
    "story-create": get(PUBLIC),
    "story-draft-open": post("302"),
    "story-draft": get(MINE),
    "story-draft-file": get(MINE),
    "story-draft-save": post("401 404 404 400 404 404"),
    "story-draft-plays": post("401 404 404 400 404 404"),
    "story-draft-walk": post("401 404 404 400 404 404"),
    "story-draft-write": post("404 404 404 302 404 404"),
    "story-draft-delete": post("404 404 404 302 404 404"),
    "story-draft-restore": post("404 404 404 302 404 404"),
    # --- knowledge and the studio
    "knowledge": get(MINE),
    "knowledge-add": post("404 404 404 302 404 404", text="The cellar floods."),
    "knowledge-text": get(MINE),
    "knowledge-save": post("404 404 404 302 404 404", text="The cellar floods."),
    "knowledge-use": post("404 404 404 302 404 404", enabled="0"),
    "knowledge-again": post("404 404 404 302 404 404"),
    "knowledge-delete": post("404 404 404 302 404 404"),
    "knowledge-restore": post("404 404 404 302 404 404"),
    "studio": get(PUBLIC),
    "studio-character": get(MINE),
    "studio-csv": get(MINE),
    "earnings": get("404 200 200 200 200 200"),
    "earnings-csv": get("404 200 200 200 200 200"),
    "webhooks": get(PEOPLE),
    "webhook-add": get(PEOPLE),
    "webhook": get("302 302 404 200 404 404"),
    "webhook-edit": get("302 302 404 200 404 404"),
    "webhook-active": post("302 302 404 302 404 404", active="0"),
    "webhook-ping": post("302 302 404 302 404 404"),
    "webhook-secret": post("302 302 404 200 404 404"),
    "webhook-delete": post("302 302 404 302 404 404"),
    "webhook-again": post("302 302 404 302 404 404"),
    # --- lorebooks
    "lore": get(MEMBERS),
    "lore-add": post("404 404 404 302 404 404", belongs="character:{character_id}"),
    "lore-add (for everything)": post("302", belongs="account"),
    "lore-import": post("404 404 404 400 404 404", belongs="character:{character_id}"),
    "lore-of": get("302"),
    "lorebook": get(MINE),
    "lore-settings": post(MINE),
    "lore-delete": post(MINE),
    "lore-restore": post("404 404 404 302 404 404"),
    "lore-again": post("404 404 404 302 404 404"),
    "lore-export": get(MINE),
    "lore-try": post("404 404 404 400 404 404"),
    "lore-rows": get(MINE),
    "lore-ids": get(MINE),
    "lore-entry": get(MINE),
    "lore-entry-add": post("404 404 404 201 404 404"),
    "lore-entry-save": post(MINE),
    "lore-bulk": post("404 404 404 400 404 404"),
    "lore-entries-restore": post("404 404 404 400 404 404"),
    # --- conversations
    "talks": get(PUBLIC),
    "talks-arrange": post("404 404 404 302 404 404", do="archive", talks="{conversation_id}"),
    "talks-arrange-undo": post("404 400 400 400 400 400", undo="nothing of the kind"),
    "talks-export": post("404 404 404 200 404 404", format="json", talks="{conversation_id}"),
    "talk-export": get(MINE),
    "shared": get(PUBLIC),  # whoever has the link
    "shares": get(PUBLIC),
    "talk-shares": get(MINE),
    "share-add": post("404 404 404 200 404 404"),
    "share-revoke": post("404 404 404 302 404 404"),
    "talk-import": get(PUBLIC),
    "import-watch": post("404 200 200 200 200 200"),
    "import-report": get(MINE),
    "import-take": post("404 404 404 302 404 404"),
    "import-cancel": post("404 404 404 302 404 404"),
    "folders": get(PUBLIC),
    "folder-add": post("404 302 302 302 302 302", name="Winter"),
    "folder-save": post("404 404 404 302 404 404", name="Winter"),
    "folder-move": post("404 404 404 302 404 404", down="1"),
    "folder-delete": post("404 404 404 302 404 404"),
    "folder-restore": post("404 404 404 302 404 404"),
    "talk-search": get(PUBLIC, q="evening"),
    "talk-at": get("404 404 404 302 404 404"),  # the owner is led to the talk's own page, where the line is shown
    "talk-go-on": post("404 404 404 302 404 404"),
    "trash": get(PUBLIC),
    "take-back": post("404 404 404 302 404 404"),
    "talk": get(MINE),
    "talk-list": get("404 200 200 200 200 200", open="{conversation_id}"),  # each their own
    "notices-seen": post("401 200 200 200 200 200"),  # each their own
    "talk-branch": get(MINE),
    "talk-older": get(MINE, before="{message_id}"),
    "message-edit": post(MINE_JSON, content="Another line."),
    "message-delete": post(MINE_JSON),
    "message-select": post(MINE_JSON),
    "message-receipt": get(MINE_JSON),
    "message-prompt": get(MINE_JSON),  # hers is the card too
    "message-hint": get(MINE_JSON),
    "message-voice": get(MINE_JSON),
    "message-rate": post("401 404 404 400 404 404", rating="up"),  # an opening: its author wrote it
    "message-wordings": get(MINE),
    "message-bring-back": post(MINE_JSON),
    "messages-delete": post(MINE_JSON, messages="{message_id}"),
    "messages-mute": post(MINE_JSON, messages="{message_id}", muted="1"),
    "talk-course": get(MINE),
    "talk-tone": post(MINE_JSON, tone="1"),
    "talk-note": get(MINE_JSON),
    "talk-note-write": post(MINE_JSON, text="It rains.", depth="2", role="system", every="1"),
    "checkpoints": get(MINE),
    "checkpoint-name": post(MINE_JSON, name="Before the storm"),
    "checkpoint-rename": post(MINE_JSON, name="After the storm"),
    "checkpoint-delete": post(MINE_JSON),
    "talk-map": get(MINE_JSON),
    "talk-map-words": get(MINE_JSON, ids="{message_id}"),
    "lines-put-back": post("404 404 404 302 404 404"),
    "talk-undo": post("401 400 400 400 400 400", undo="nothing of the kind"),
    "talk-rename": post(MINE_JSON, title="Another title"),
    "talk-persona": post(MINE_JSON, persona="{persona_id}"),
    "talk-keep": post(MINE_JSON),
    "talk-seal": post("401 404 404 200 404 404", passphrase="correct horse battery"),
    "talk-end": post("401 404 404 409 404 404"),  # it is kept
    "talk-delete": post(MINE_JSON),
    "talk-restore": post(MINE_JSON),
    # --- what characters know
    "memories": get(PUBLIC),
    "memories-of": get(MINE),
    "memories-export": get(MINE),
    "memories-merge": post("404 404 404 302 404 404", text="Hens.", memories="{memory_id}"),
    "memories-undo": post("404 400 400 400 400 400", undo="nothing of the kind"),
    "memories-mode": post("404 404 404 302 404 404", mode="on_request"),
    "memory-add": post("404 404 404 302 404 404", text="Alice keeps bees."),
    "memory-edit": post("404 404 404 302 404 404", text="Alice kept bees."),
    "memory-pin": post("404 404 404 302 404 404", pinned="1"),
    "memory-forget": post("404 404 404 302 404 404"),
    "memory-bring-back": post("404 404 404 302 404 404"),
    "session-note": post("404 404 404 302 404 404", happened="They met."),
    "bond-step": post("404 404 404 302 404 404", undone="1"),
    "message-remember": post("404 404 404 200 404 404"),
    "talk-memories": get(MINE),
    # --- rooms
    "play-stage": get("401 404 404 404 404 404"),  # no story is played in this talk of hers
    "play-compare": get("401 404 404 404 404 404"),
    "story-play": post("404 404 404 302 404 404"),
    "play-results": get("404"),
    "play-results-file": get("404"),
    "play-feedback-again": post("404", attempt="{message_id}"),
    "play-watch": post("404", watch="0"),  # nor was it begun in a lesson
    "lessons": get("404 404 200 200 200 200"),  # accounts alone teach
    "lesson-make": post("404 404 404 302 404 404", name="Evening class"),
    "lesson": get(MINE),
    "lesson-link": post("404 404 404 302 404 404"),
    "lesson-close": post("404 404 404 302 404 404"),
    "lesson-results": get(MINE),
    "attend": get("410"),  # whoever has the link; this is none of a lesson
    "attend-in": post("410"),
    "room-make": post("404 404 404 302 404 404"),
    "room": get(MINE),
    "room-rules": post(MINE_JSON, strategy="round"),
    "room-invite": post(MINE_JSON, role="player", hours="24"),
    "room-revoke": post(MINE_JSON),
    "room-person": post(MINE_JSON, act="mute"),
    "room-cast-add": post(MINE_JSON, character="{character_id}"),
    "room-cast": post(MINE_JSON, muted="1"),
    "room-leave": post("401 404 404 400 404 404"),  # the host hands over
    "room-end": post(MINE_JSON),
    "join": get("200 200 200 302 200 200"),  # whoever has the link; the host is in
    "join-room": post("302"),
}
