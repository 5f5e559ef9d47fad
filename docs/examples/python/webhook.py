"""A server that takes webhooks and checks who sent them, with nothing but the standard library.

WEBHOOK_SECRET=whsec_… python webhook.py 8001
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE = 300  # seconds


def verified(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether this came from the site that knows the secret, not long ago."""
    stamp = headers.get("webhook-timestamp", "0")
    if not stamp.isdecimal() or abs(time.time() - int(stamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers.get('webhook-id', '')}.{stamp}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(given, wanted) for given in headers.get("webhook-signature", "").split())


class Receiver(BaseHTTPRequestHandler):
    seen: set[str] = set()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not verified(headers, body, os.environ["WEBHOOK_SECRET"]):
            self.send_response(401)
        else:
            self.send_response(204)
            event = json.loads(body)
            # The same event may come twice: its id says so.
            if event["id"] not in self.seen:
                self.seen.add(event["id"])
                print(event["type"], json.dumps(event["data"]), flush=True)
        self.end_headers()


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8001), Receiver)
    print(f"listening at http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
