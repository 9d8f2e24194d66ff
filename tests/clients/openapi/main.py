"""Lets schemathesis loose on the admin API and the gateway of a running demo, as its OpenAPI document describes them.

usage: main.py MANIFEST
"""

import json
import os
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

HERE = Path(__file__).parent
# Whether it fails, and whether it answers as the document says. What the platform takes and refuses, its document tells in
# words: the gateway's schemas have the main of it, which is too little to foretell each refusal.
GATEWAY = ",".join(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
    + ["response_headers_conformance", "unsupported_method", "ignored_auth", "use_after_free"]
)
# Printed with every failure: SEED=… finds it again.
SEED = os.environ.get("SEED", "1")


def ask(request: urllib.request.Request, authority: str | None) -> dict:
    context = ssl.create_default_context(cafile=authority) if authority else None
    with urllib.request.urlopen(request, context=context) as answer:
        return json.load(answer)


def post(url: str, entry: dict, authority: str | None) -> dict:
    return ask(urllib.request.Request(url, json.dumps(entry).encode(), {"Content-Type": "application/json"}), authority)


def sign_in(manifest: dict) -> str:
    """A token of the admin API."""
    console = manifest["console"]
    entry = {"name": console["username"], "password": console["password"]}
    return post(f"{manifest['gateway']['base_url']}/admin/api/v1/login", entry, manifest["ca_file"])["token"]


def log_in(manifest: dict) -> str:
    """The bearer of a user who may do all there is at the gateway."""
    gateway = manifest["gateway"]
    entry = {"username": gateway["admin"]["username"], "password": gateway["admin"]["password"]}
    url = f"{gateway['base_url']}/api/account/{gateway['account_id']}/login?v=1.3"
    return post(url, entry, manifest["ca_file"])["bearer"]


def has_account(manifest: dict) -> bool:
    """Whether the account that all is tried in is still there: without it, every answer is a 404, and nothing is tried."""
    gateway = manifest["gateway"]
    url = f"{gateway['base_url']}/admin/api/v1/accounts/{gateway['account_id']}"
    try:
        ask(urllib.request.Request(url, headers={"Authorization": f"Bearer {sign_in(manifest)}"}), manifest["ca_file"])
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.NOT_FOUND:
            raise
        return False
    return True


def main() -> int:
    manifest = json.loads(Path(sys.argv[1]).read_text())
    base, authority = manifest["gateway"]["base_url"], manifest["ca_file"]
    program = Path(sys.executable).with_name("schemathesis")
    failed = 0

    def run(
        what: str,
        config: str,
        *options: str,
        which: tuple = ("--include-path-regex", "^/admin/"),
        token: Callable[[dict], str] = sign_in,
        checks: str = "all",
    ) -> None:
        nonlocal failed
        command = [program, "--config-file", HERE / config, "run", f"{base}/openapi.json"]
        # A token of its own, so that it is a fresh one all the time.
        command += ["--header", f"Authorization: Bearer {token(manifest)}"]
        command += ["--seed", SEED, "--checks", checks, "--no-color"]
        command += [*which, "--suppress-health-check", "all", *options]
        if authority:
            command += ["--tls-verify", authority]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        gone = "" if has_account(manifest) else ", and its account is gone"
        if done.returncode == 0 and not gone:
            print(f"ok   openapi: schemathesis {what}", flush=True)
        else:
            failed = 1
            print(f"{done.stdout}\nFAIL openapi: schemathesis {what}{gone}", flush=True)

    # The gateway comes first: the administrator's calls delete whom it knows.
    gateway = ("--include-path-regex", "^/(api|idp|sentinel|callback)/")
    about = ("--phases", "coverage,fuzzing", "--max-time", "45")
    run("asks the gateway in every wrong way", "gateway.toml", *about, which=gateway, token=log_in, checks=GATEWAY)
    # Signing out ends the token that all others are asked with: it comes last, alone.
    others = ("--exclude-operation-id", "signOut")
    run("asks everything in every wrong way", "anywhere.toml", *others, "--phases", "coverage,fuzzing", "--max-time", "45")
    inside = ("--mode", "positive", "--phases", "fuzzing,stateful", "--max-time", "30")
    run("makes, changes and deletes", "inside.toml", *others, *inside)
    run("signs out", "anywhere.toml", "--phases", "coverage", which=("--include-operation-id", "signOut"))
    return failed


sys.exit(main())
