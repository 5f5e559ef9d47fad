"""Where the site listens, and where a browser finds it."""

import http.client
import os
import time
from dataclasses import dataclass

from config.run.child import Child
from config.run.keeper import ending
from config.server import listen

READY_SECONDS = 60
ANY = ("0.0.0.0", "::")  # noqa: S104  listening everywhere; opened here


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @classmethod
    def wanted(cls) -> "Address":
        """As the environment says, read before the settings are: these need the services."""
        port = os.environ.get("PORT") or "8000"
        if not port.isdigit():
            raise SystemExit("Configuration: PORT must lie between 1 and 65535")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(port))

    @property
    def opened(self) -> str:
        """The host that a browser on this machine asks."""
        return "127.0.0.1" if self.host in ANY else self.host

    @property
    def url(self) -> str:
        return f"http://{f'[{self.opened}]' if ':' in self.opened else self.opened}:{self.port}/"

    def check_free(self) -> None:
        """Known to be taken before anything is started, not after."""
        listen(self.host, self.port).close()

    def wait_for(self, server: Child) -> None:
        """Until the server says that it is ready; SystemExit with one line when it does not come to that."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            if not server.alive:
                raise SystemExit(f"The server did not start ({ending(server)}); what it said is above.")
            if self._is_ready():
                return
            time.sleep(0.05)
        raise SystemExit(f"The server is not ready after {READY_SECONDS} s: see {self.url}readyz")

    def _is_ready(self) -> bool:
        line = http.client.HTTPConnection(self.opened, self.port, timeout=5)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()
