"""
The deployment: is the code at each address the compiled source, and are the contracts wired to one another?

Immutables are masked in the comparison of code; what they hold is then asked of the code, which by then is
known.
"""

from __future__ import annotations

from collections.abc import Iterable

from resonance_dao.chain.chain import code_at, integer
from resonance_dao.chain.contract import Contract
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.system import System

# The minimal proxy of ERC-1167, around the implementation's address; immutable arguments follow.
_CLONE_HEAD = bytes.fromhex("363d3d373d3d3d363d73")
_CLONE_TAIL = bytes.fromhex("5af43d82803e903d91602b57fd5bf3")


class DeploymentAudit:
    """Checks code and wiring at one block."""

    def __init__(self, system: System, findings: Findings, block: int) -> None:
        self._system, self._findings, self._block = system, findings, block

    def run(self) -> None:
        """Check the five contracts, the token implementation and their wiring."""
        system = self._system
        chain_id = integer(system.chain.request("eth_chainId"))
        self._findings.check("deployment.chain", "deployment", system.chain_id, chain_id)
        for contract in (system.vault, system.projects, system.contributions, system.escrow, system.log):
            self._check_code(contract)
        self._check_code(self._implementation())
        self._check_wiring(system.escrow, "projects", system.projects.address)
        self._check_wiring(system.escrow, "contributions", system.contributions.address)
        self._check_wiring(system.escrow, "vault", system.vault.address)
        self._check_wiring(system.contributions, "eas", system.eas)
        # A push would turn the escrow's credit into tokens that it cannot move.
        refuses = system.vault.call(system.chain, "refusesPush", system.escrow.address, block=self._block)
        self._findings.check("deployment.refuses_push", "deployment/BountyEscrow", True, refuses)

    def check_tokens(self, tokens: Iterable[str]) -> None:
        """Check that each project token is a clone of the implementation that the registry names."""
        expected = _CLONE_HEAD + bytes.fromhex(self._implementation().address[2:]) + _CLONE_TAIL
        for token in tokens:
            code = code_at(self._system.chain, token, self._block)
            self._findings.check("deployment.clone", f"token/{token}", expected, code[: len(expected)])

    def _check_code(self, contract: Contract) -> None:
        code = code_at(self._system.chain, contract.address, self._block)
        name, matches = contract.artifact.name, contract.artifact.runtime_matches(code)
        found = "the compiled code" if matches else f"{len(code)} bytes of other code"
        self._findings.check("deployment.code", f"deployment/{name}", "the compiled code", found)

    def _check_wiring(self, contract: Contract, view: str, expected: str) -> None:
        found = contract.call(self._system.chain, view, block=self._block)
        self._findings.check(
            "deployment.wiring", f"deployment/{contract.artifact.name}/{view}", expected, found
        )

    def _implementation(self) -> Contract:
        registry = self._system.projects
        address = registry.call(self._system.chain, "TOKEN_IMPLEMENTATION", block=self._block)
        return Contract(address, self._system.artifacts.get("ProjectToken"))
