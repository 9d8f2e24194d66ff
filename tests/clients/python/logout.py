"""A client ends the session (OpenID Connect RP-Initiated Logout), and is told of its end, as all clients of it are (OpenID
Connect Back-Channel Logout)."""

import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from browser import Browser
from checks import Check, refused
from party import Party
from tokens import verify_logout


def logging_out(setting):
    """From a login to what the client hears of its end."""
    party = Party(setting, "leaving")
    browser = Browser(party.issuer)
    sent, answer, _ = party.authorize("code", browser=browser)
    tokens = party.redeem(sent, answer["code"])
    claims = party.claims("code", tokens["id_token"], sent["nonce"], access_token=tokens["access_token"])
    goodbye = party.registered["post_logout_redirect_uris"][0]
    with Receiver(party.registered["backchannel_logout_uri"]) as receiver:
        with Check("logout: the browser comes back"):
            query = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": goodbye, "state": sent["state"]}
            back = browser.follow(party.metadata["end_session_endpoint"] + "?" + urlencode(query), goodbye)
            assert back == {"state": sent["state"]}, back
        with Check("logout: the client is told, by a token of the session"):
            told = receiver.tokens.get(timeout=30)
            told = verify_logout(told, party.keys, party.issuer, party.registered["client_id"])
            assert told["sid"] == claims["sid"] and told["sub"] == claims["sub"], told
    refused("logout: tokens of the session work no more", requests.HTTPError, party.userinfo, tokens)


class Receiver(HTTPServer):
    """Where logout tokens come to. Outside of tests it is an https address."""

    def __init__(self, address):
        parts = urlsplit(address)
        super().__init__((parts.hostname, parts.port), Handler)
        self.tokens = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Takes one."""

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.tokens.put(form["logout_token"][0])

    def log_message(self, *_):
        """Says nothing."""
