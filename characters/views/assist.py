"""What models do for an author; each answers server-sent events, and closing the answer stops the model.

`draft-assist` POST /create/<draft>/assist JSON {sentence, changes, again?}: `writing` {fields}, then `draft` {language,
fields: {field: value}} or `error` {code, message, field?}. Nothing is written to the draft.
`picture-paint` POST /create/<draft>/paint JSON {wish, mood, changes}: `painting` {}, then `picture` {id, url, …} or
`error`. 404 where no image model is configured.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST

from accounts.limits import Bucket, charge, client_ip
from characters.eventstream import event_stream
from characters.services.allowance import pay_for_a_message
from characters.services.assist import checked_sentence, drafting
from characters.services.painting import painting
from characters.views.unsaved import asked, form_as_shown

# Pictures cost more than lines.
PER_MINUTE, AT_ONCE = 6, 6


@require_POST
def draft_it(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    user, draft, fields = asked(request, draft_id)
    sentence, content = checked_sentence(fields.get("sentence")), form_as_shown(draft, fields)
    pay_for_a_message(user, client_ip(request))
    return event_stream(
        drafting(
            user=user,
            sentence=sentence,
            content=content,
            language=draft.language,
            character_id=draft.character_id,
            again=fields.get("again") is True,
        )
    )


@require_POST
def paint(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    user, draft, fields = asked(request, draft_id)
    content = form_as_shown(draft, fields)
    work = painting(user=user, draft=draft, content=content, wish=fields.get("wish"), mood=fields.get("mood"))
    charge([Bucket("user", f"paint:{user.pk.hex}", PER_MINUTE, AT_ONCE)])
    pay_for_a_message(user, client_ip(request))
    return event_stream(work)
