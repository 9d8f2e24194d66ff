"""Lets schemathesis loose on the admin API of a running demo, as its OpenAPI document describes it.

usage: main.py MANIFEST
"""

import json
import os
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
# Printed with every failure: SEED=… finds it again.
SEED = os.environ.get("SEED", "1")


def sign_in(base: str, console: dict, authority: str | None) -> str:
    entry = {"name": console["username"], "password": console["password"]}
    request = urllib.request.Request(
        f"{base}/admin/api/v1/login", json.dumps(entry).encode(), {"Content-Type": "application/json"}
    )
    context = ssl.create_default_context(cafile=authority) if authority else None
    with urllib.request.urlopen(request, context=context) as answer:
        return json.load(answer)["token"]


def main() -> int:
    manifest = json.loads(Path(sys.argv[1]).read_text())
    base, authority = manifest["gateway"]["base_url"], manifest["ca_file"]
    program = Path(sys.executable).with_name("schemathesis")
    failed = 0

    def run(what: str, config: str, *options: str, which: tuple = ("--include-path-regex", "^/admin/")) -> None:
        nonlocal failed
        # A token of its own, so that it is a fresh one all the time.
        token = sign_in(base, manifest["console"], authority)
        command = [program, "--config-file", HERE / config, "run", f"{base}/openapi.json"]
        command += ["--header", f"Authorization: Bearer {token}", "--seed", SEED, "--checks", "all", "--no-color"]
        command += [*which, "--suppress-health-check", "all", *options]
        if authority:
            command += ["--tls-verify", authority]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode == 0:
            print(f"ok   openapi: schemathesis {what}", flush=True)
        else:
            failed = 1
            print(f"{done.stdout}\nFAIL openapi: schemathesis {what}", flush=True)

    # Signing out ends the token that all others are asked with: it comes last, alone.
    others = ("--exclude-operation-id", "signOut")
    run("asks everything in every wrong way", "anywhere.toml", *others, "--phases", "coverage,fuzzing", "--max-time", "45")
    inside = ("--mode", "positive", "--phases", "fuzzing,stateful", "--max-time", "30")
    run("makes, changes and deletes", "inside.toml", *others, *inside)
    run("signs out", "anywhere.toml", "--phases", "coverage", which=("--include-operation-id", "signOut"))
    return failed


sys.exit(main())
