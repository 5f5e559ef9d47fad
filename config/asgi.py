import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
pages = get_asgi_application()

# After Django is set up: these reach for models.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from config.bodies import BoundedBodies  # noqa: E402
from config.lifespan import lifespan  # noqa: E402
from config.observability.door import Operators  # noqa: E402
from config.origins import SameOrigin  # noqa: E402
from config.routing import websocket_urlpatterns  # noqa: E402
from config.visitors import Visitors  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": Operators(BoundedBodies(pages)),
        "websocket": SameOrigin(Visitors(URLRouter(websocket_urlpatterns))),
        "lifespan": lifespan,
    }
)
