"""An OpenID Connect provider on this machine, over real HTTP: it lets in whom the test says."""

import base64
import hashlib
import json
import re
import threading
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from django.test import Client

SECRET = "what only the site and the provider know"
CLIENT = "dramatis"


class Provider:
    """`person` is who says yes there; `asked` what the site asked for, in order."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "42", "email": "alice@example.com", "email_verified": True}
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.name = "inn"  # what the site calls it in addresses
        self.token_endpoint = ""  # another one than its own
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                self.tell(*provider.get(self.path, self.headers.get("Authorization", "")))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self.tell(*provider.post(self.path, form))

            def tell(self, status: int, answer: dict[str, Any]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def get(self, path: str, authorization: str) -> tuple[int, dict[str, Any]]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": self.token_endpoint or f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/userinfo" and authorization == "Bearer access":
            return 200, self.person
        return 404, {}

    def post(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append(path)
        begun = self.codes.pop(form.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        right = begun is not None and begun["code_challenge"] == proof.decode()
        if path != "/token" or not right or form["client_secret"] != SECRET:
            return 400, {"error": "invalid_grant"}
        claims = {"iss": self.url, "aud": CLIENT, "sub": self.person["sub"], "iat": 1, "exp": 2**33}
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": jwt.encode(claims, SECRET)}

    def settings(self) -> dict[str, Any]:
        app = {
            "provider_id": "inn",
            "name": "The Inn",
            "client_id": CLIENT,
            "secret": SECRET,
            "settings": {"server_url": self.url, "oauth_pkce_enabled": True},
        }
        return {"openid_connect": {"APPS": [app]}}

    def say_yes(self, client: Client, **fields: str) -> Any:
        """Leave for it, agree there, come back: the answer that somebody comes back to."""
        page = client.post(f"/account/with/{self.name}/", fields).content.decode()
        [address] = re.findall(r'content="0; url=([^"]+)"', page)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(unescape(address)).query).items()}
        assert unescape(address).startswith(f"{self.url}/authorize?")
        assert set(asked["scope"].split()) == {"openid", "profile", "email"}
        self.codes["yes"] = asked
        return client.get(urlsplit(asked["redirect_uri"]).path, {"code": "yes", "state": asked["state"]})
