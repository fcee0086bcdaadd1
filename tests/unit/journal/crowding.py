"""
One of several processes that accept at the same moment: run by `test_processes` with a database's URL, its
own name and how many requests it has; prints what each of them was answered.

Every third request has a record that breaks its schema; every fourth has a key that all processes use.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import InputInvalid
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Idempotency, Identity
from resonance_dao.journal.journal import Journal

NOW = 1_767_225_600
TARGET = "0x" + "11" * 20
THREADS = 8


def main(url: str, name: str, count: int) -> None:
    signer = DevSigner(9)
    database = Database(url)
    journal = Journal(database, Identity(31337, "0x" + "11" * 32, signer.address, TARGET), signer)

    def ask(at: int) -> tuple[str, list[object] | None]:
        own = "all" if at % 4 == 0 else name
        key, function = f"{own}-{at}", f"{own}_{at}"
        body = {"to": TARGET, "function": function, "status": "requested", "tx_hash": None}
        asked = Idempotency.of("caller", key, body)
        try:
            accepted = journal.accept(
                "transaction", f"of/{key}", {} if at % 3 == 0 else body, now=NOW, idempotency=asked
            )
        except InputInvalid:
            return key, None
        return key, [accepted.number, accepted.receipt.to_text()]

    # Both begin when both are there: the parent writes a line.
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with ThreadPoolExecutor(THREADS) as pool:
        answers = dict(pool.map(ask, range(1, count + 1)))
    database.close()
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
