from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from chat import protocol


@require_GET
@cache_control(public=True, max_age=300)
def protocol_schema(request: HttpRequest) -> JsonResponse:
    """JSON Schema of every WebSocket frame, with limits and close codes."""
    return JsonResponse(protocol.schema())
