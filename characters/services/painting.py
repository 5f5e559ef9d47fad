"""A portrait by the configured image model: painted from the form as it stands and a wish, kept like any upload."""

from collections.abc import Mapping
from typing import Any

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, NotFound, TooLong
from accounts.models import Operation, User
from accounts.spending.calls import Call
from accounts.spending.spend import paying
from characters.eventstream import Emit, Work
from characters.models import Asset, Draft
from characters.pictures import described
from characters.portraits import MOODS
from characters.prompts import PAINT
from characters.services.assets import store_picture
from characters.services.model_words import ModelFailed, in_words
from inference import live
from inference.base import ImageRequest, ModelError, Usage
from inference.prices import picture_cost
from inference.prompts import Compiled
from inference.registry import image_model
from inference.tokens import estimate

log = structlog.get_logger(__name__)

MAX_WISH = 500
# What a painter has to know of the figure; long texts by their beginning.
WHO = ("name", "epithet", "tagline", "description", "personality")
WHO_LENGTH = 900


class CannotBeUsed(ModelFailed):
    message = _("What the model painted is no picture that can be used. Nothing was changed; try again.")


def can_paint() -> bool:
    return bool(settings.IMAGE_MODEL)


def painting(*, user: User, draft: Draft, content: Mapping[str, Any], wish: Any, mood: Any = "") -> Work:
    """Emits `painting` and then `picture` with the Asset under "asset". Raises Invalid; NotFound without a painter."""
    if not can_paint():
        raise NotFound
    prompt = prompt_for(content, checked_wish(wish), checked_mood(mood))

    async def work(emit: Emit) -> None:
        emit("painting", {})
        painter = image_model(settings.IMAGE_MODEL)
        assert painter is not None
        request = ImageRequest(model=settings.IMAGE_MODEL, prompt=prompt, size=settings.IMAGE_SIZE)
        call = Call.by(user, Operation.PICTURE, draft.character_id)
        # Painters report no tokens: what was asked is counted by us, what comes has its price.
        usage = Usage(estimate(prompt), 0, estimated=True)
        try:
            async with paying(call, request.model, usage, picture_cost()):
                data = await painter.draw(request)
        except ModelError as error:
            log.warning("picture_not_painted", code=error.code, draft=str(draft.pk))
            raise in_words(error) from error
        asset = await _keep(user, draft, data, mood or "")
        emit("picture", described(asset))

    return work


@database_sync_to_async
def _keep(user: User, draft: Draft, data: bytes, mood: str) -> Asset:
    try:
        return store_picture(
            owner=user,
            data=data,
            kind=Asset.Kind.EMOTION if mood else Asset.Kind.PORTRAIT,
            character=draft.character,
            name=mood,
        )
    except Invalid as error:
        if "reason" not in error.extra:
            raise
        raise CannotBeUsed from error


def prompt_for(content: Mapping[str, Any], wish: str, mood: str) -> str:
    return words_for(live.template(PAINT, language="en", model=settings.IMAGE_MODEL or ""), content, wish, mood)


def words_for(template: Compiled, content: Mapping[str, Any], wish: str, mood: str) -> str:
    told = [text[:WHO_LENGTH] for name in WHO if isinstance(text := content.get(name), str) and text.strip()]
    name = str(content.get("name") or "")
    who = ". ".join(told).replace("{{char}}", name).replace("{{user}}", "somebody") or "somebody nobody knows yet"
    expression = template.phrase(mood or "calm", {})
    values = template.checked({"who": who, "mood": expression, "wish": wish})
    return "\n\n".join(text for block in template.tail if (text := block.render(values))).strip()


def checked_wish(wish: Any) -> str:
    text = wish.replace("\x00", "").strip() if isinstance(wish, str) else ""
    if len(text) > MAX_WISH:
        raise TooLong(field="wish", limit=MAX_WISH)
    return text


def checked_mood(mood: Any) -> str:
    if mood and mood not in MOODS:
        raise Invalid(_("There is no such mood."), field="mood")
    return mood or ""
