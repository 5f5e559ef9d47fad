"""What this person alone is shown beside a talk when its page is opened; what comes up later, the socket tells."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from accounts.sittings import put_away
from chat import protocol
from chat.errors import answers_json
from chat.selectors.opened import OpenTalk
from chat.services.turns.caring import ai_words, break_words, card_for
from chat.viewers import viewer

# In the session: the talk whose first line sounded in need, before there was a page to show the card on.
CARES = "cares"


def notices_on_page(request: HttpRequest, opened: OpenTalk) -> list[protocol.Notice]:
    found = []
    if request.session.get(CARES) == str(opened.conversation.pk):
        del request.session[CARES]
        found.append(card_for(viewer(request)))
    if opened.ai_due:
        found.append(protocol.Notice(kind="ai", text=ai_words()))
    if opened.break_due:
        found.append(protocol.Notice(kind="break", text=break_words()))
    return found


@require_POST
@answers_json
def seen(request: HttpRequest) -> HttpResponse:
    """The reminders are put away, on every page."""
    put_away(viewer(request))
    return JsonResponse({})
