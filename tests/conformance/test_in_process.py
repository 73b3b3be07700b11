"""The same client without a socket: its own connection, its own transactions, and the same answers."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import pytest

from tests.conformance.server import REALM, ROOT


def test_our_client_reaches_the_company_in_process(server, endpoint, client):
    token = endpoint.exchange_code(server.take_code()).access_token
    command = [
        sys.executable,
        "-W",
        "error::ResourceWarning",
        "-m",
        "tests.conformance.in_process",
        REALM,
        token,
    ]
    done = subprocess.run(
        command, env=server.environment, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    print(seen)
    assert (seen["first"], seen["same_connection"], seen["survives"]) == ("In process", True, "Survives")
    found = {
        row["DisplayName"] for row in client.query("SELECT * FROM Vendor WHERE DisplayName = 'Survives'")
    }
    assert found == {"Survives"}


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_every_write_is_done_once_whatever_fails(server, endpoint, client, rate):
    seed = int(os.environ.get("SEED", random.randrange(10**9)))
    print("SEED", seed)
    token = endpoint.exchange_code(server.take_code()).access_token
    run = f"s{seed}r{int(rate * 10)}"
    command = [sys.executable, "-m", "tests.conformance.under_faults", REALM, token, run]
    environment = {**server.environment, "CLOSEBOOK_FAULTS": f"seed={seed},rate={rate}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, f"SEED={seed} {done.stderr[-2000:]}"
    told = json.loads(done.stdout.strip().splitlines()[-1])
    print(told)
    assert sum(told["faults"].values()) > 3
    assert client.count("Vendor", f"DisplayName LIKE 'Fault {run} %'") == told["written"]
