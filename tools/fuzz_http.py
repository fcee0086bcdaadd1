"""
Drawn requests to every door of a real gateway on a chain of its own: no answer that the interface does not
document, and none that says the server failed.

    python tools/fuzz_http.py .venv-http/bin/schemathesis --cases 40 --seed 1    # some 5,000 requests
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TextIO

import uvicorn
from fastapi import FastAPI

from frontend_api.app import create_app
from frontend_api.logs import build_logger
from frontend_api.settings import GatewaySettings
from resonance_dao.chain.deployment import run, survey
from resonance_dao.chain.devchain import DevChain
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit

ROOT = Path(__file__).resolve().parents[1]
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
PLENTY = 10**26
"""Rates and budgets are tried elsewhere; here every request is to reach what is behind them."""
ENDLESS = "/v1/requests/{number}/events"
"""A stream goes on for as long as whoever reads it stays."""


def main() -> int:
    """Start a chain and a gateway, draw requests, and return the exit code of whoever drew them."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    options.add_argument("schemathesis", help="the program")
    options.add_argument("--cases", type=int, default=40, help="the most drawn requests for each operation")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, DevChain.start(ROOT) as dev:
        home = Path(folder)
        with (home / "log.jsonl").open("w") as log:
            app = _gateway(home, dev.url, log)
            server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            while not server.started:
                if not thread.is_alive():
                    raise SystemExit("the gateway did not start")
                time.sleep(0.1)
            port = server.servers[0].sockets[0].getsockname()[1]
            interface = home / "openapi.json"
            interface.write_text(json.dumps(app.openapi()))
            try:
                return _draw(chosen, interface, f"http://127.0.0.1:{port}")
            finally:
                server.should_exit = True
                thread.join()


def _gateway(home: Path, rpc_url: str, log: TextIO) -> FastAPI:
    settings = Settings(
        root=ROOT,
        home=home / "home",
        deployments=home / "deployments",
        rpc_url=rpc_url,
        operator_dev_index=9,
        batch_age_s=1,
    )
    toolkit = Toolkit(settings, env={})
    run(survey(toolkit.plan, toolkit.chain), toolkit.chain, toolkit.operator, toolkit.book)
    doors = GatewaySettings(
        hosts=("127.0.0.1",),
        reads_per_minute=10**9,
        anonymous_changes_per_minute=10**9,
        budget_wei=PLENTY,
        budget_route_wei=PLENTY,
        budget_anonymous_wei=PLENTY,
    )
    return create_app(toolkit, doors, logger=build_logger(log))


def _draw(chosen: argparse.Namespace, interface: Path, url: str) -> int:
    command = [
        str(Path(chosen.schemathesis).absolute()),
        "run",
        str(interface),
        "--url",
        url,
        "--checks",
        CHECKS,
    ]
    command += ["--exclude-path", ENDLESS, "--max-examples", str(chosen.cases), "--seed", str(chosen.seed)]
    command += ["--suppress-health-check", "all", "--continue-on-failure", "--warnings", "off"]
    command += ["--generation-database", "none", "--request-timeout", "60", "--no-color"]
    return subprocess.run(command, cwd=interface.parent, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
