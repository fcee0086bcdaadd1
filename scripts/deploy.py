"""Deploy the contracts: `brownie run deploy --network <network>`."""

from __future__ import annotations

from scripts._brownie_chain import DEPLOYER, connected_toolkit, deploy, say, wallet


def main() -> None:
    """Plan, then deploy what is not there yet."""
    toolkit = connected_toolkit()
    say(toolkit.plan.to_text())
    book = deploy(toolkit, wallet(toolkit, DEPLOYER))
    for name in book.names():
        say(f"{name}: {book.address(name)}")
