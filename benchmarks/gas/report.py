"""The tables that `make bench` prints about gas. Peers are recorded figures; everything else is measured."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from gas.eas import Row
from gas.log import Batch
from gas.parts import Parts

_PEERS = Path(__file__).with_name("peers.json")


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int = 1) -> str:
    """Return a text table: the first `texts` columns to the left, the others to the right."""
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]

    def line(row: Sequence[str]) -> str:
        cells = [
            cell.ljust(width) if at < texts else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return "  ".join(cells).rstrip()

    return "\n".join([title, line(heads), "  ".join("-" * width for width in widths), *map(line, rows)])


def log_table(batches: Sequence[Batch], without_floor: Sequence[Batch]) -> str:
    """Return what a record costs by the size of its batch, beside floor and peers."""
    peers: Mapping[str, list[int | None]] = read_peers()["log"]
    heads = ["records a batch", *(f"{batch.count:,}" for batch in batches)]
    rows = [
        ["gas a record", *(f"{b.gas / b.count:,.0f}" for b in batches)],
        ["floor of its calldata (EIP-7623)", *(f"{b.floor / b.count:,.0f}" for b in batches)],
        ["ratio to the floor", *(f"{b.gas / b.floor:.3f}" for b in batches)],
        ["gas a record, chain without the floor", *(f"{b.gas / b.count:,.0f}" for b in without_floor)],
        *([f"recorded: {name}", *map(_optional, gas)] for name, gas in peers.items()),
    ]
    return table("Transparency log: append, gas a record", heads, rows)


def attestation_table(rows: Sequence[Row]) -> str:
    """Return what attesting costs here and at EAS, both measured."""
    cells = [
        [row.job, row.content, f"{row.ours:,}", f"{row.eas:,}", f"{row.ours / row.eas:.3f}"] for row in rows
    ]
    heads = ["job", "content", "ours", "EAS 1.9.0", "ratio"]
    return table("Attestations beside EAS: gas of a whole transaction, by item", heads, cells, texts=2)


def parts_table(title: str, steps: Mapping[str, Parts], *, summed: bool = True) -> str:
    """Return what each step's gas is spent on and, when `summed`, all steps together."""
    rows = [
        [name, *(f"{gas:,}" for gas in astuple(parts)), f"{parts.total:,}"] for name, parts in steps.items()
    ]
    if summed:
        sums = [sum(column) for column in zip(*map(astuple, steps.values()), strict=True)]
        rows.append(["in all", *(f"{gas:,}" for gas in sums), f"{sum(sums):,}"])
    return table(title, ["step", *Parts.names(), "gas"], rows)


def stream_table(steps: Mapping[str, int]) -> str:
    """Return what each step of a stream of Sablier Lockup costs, measured."""
    rows = [[name, f"{gas:,}"] for name, gas in steps.items()]
    rows.append(["in all", f"{sum(steps.values()):,}"])
    return table("Sablier Lockup 4.0.1, 30/50/20 by time, no review", ["step", "gas"], rows)


def call_table(gas: Mapping[str, int]) -> str:
    """Return the gas of every call."""
    title = "Gas of each call (21,000 and calldata at 4 and 16 a byte included; before EIP-7623)"
    return table(title, ["call", "gas"], [[name, f"{gas[name]:,}"] for name in sorted(gas)])


def peer_table(gas: Mapping[str, int]) -> str:
    """Return our calls beside the recorded figures of peers."""
    rows = []
    for row in read_peers()["rows"]:
        ours = sum(gas[name] for name in row["ours"])
        rows.append([row["job"], row["peer"], f"{ours:,}", f"{row['gas']:,}", f"{ours / row['gas']:.2f}"])
    heads = ["job", "peer", "ours", "recorded", "ratio"]
    return table("Beside peers (recorded figures)", heads, rows, texts=2)


def read_peers() -> dict[str, Any]:
    """Return the recorded figures of others."""
    peers: dict[str, Any] = json.loads(_PEERS.read_text(encoding="utf-8"))
    return peers


def _optional(gas: int | None) -> str:
    return "-" if gas is None else f"{gas:,}"
