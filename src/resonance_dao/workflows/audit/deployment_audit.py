"""
The deployment: is the code at each address the compiled source, and are the contracts wired to one another?

Immutables are masked in the comparison of code; what they hold is then asked of the code, which by then is
known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.chain import code_at, integer
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.create2 import created_address
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
        """Check the deployment's contracts, the implementations of its clones, and their wiring."""
        system = self._system
        chain_id = integer(system.chain.request("eth_chainId"))
        self._findings.check("deployment.chain", "deployment", system.chain_id, chain_id)
        for contract in system.contracts.values():
            self._check_code(contract)
        pool = self._implementation(system.pools, "POOL_IMPLEMENTATION", "FundingPool")
        for contract in (self._token(), pool):
            self._check_code(contract)
        for contract, view, expected in self._wires(pool):
            self._check_wiring(contract, view, expected)
        self._check_opener()
        for keeper in (system.escrow, system.bonds):
            self._check_refusal(f"deployment/{keeper.artifact.name}", keeper.address)

    def _wires(self, pool: Contract) -> Iterator[tuple[Contract, str, str]]:
        """Yield which contract must name which address."""
        system = self._system
        projects, contributions = system.projects.address, system.contributions.address
        escrow, vault = system.escrow.address, system.vault.address
        yield system.escrow, "projects", projects
        yield system.escrow, "contributions", contributions
        yield system.escrow, "vault", vault
        yield system.escrow, "reputation", system.reputation.address
        yield system.escrow, "withholdings", system.withholdings.address
        yield system.escrow, "opener", system.opener.address
        yield system.opener, "escrow", escrow
        yield system.contributions, "eas", system.eas
        yield system.reputation, "projects", projects
        yield system.reputation, "contributions", contributions
        yield system.outcomes, "ESCROW", escrow
        yield system.desk, "escrow", escrow
        yield system.desk, "projects", projects
        yield system.bonds, "escrow", escrow
        yield system.bonds, "projects", projects
        yield system.bonds, "vault", vault
        yield pool, "ESCROW", escrow
        yield pool, "OPENER", system.opener.address
        yield pool, "VAULT", vault
        yield pool, "FACTORY", system.pools.address

    def _check_opener(self) -> None:
        """Check that the escrow created its opener first, and that it holds the escrow's own immutables."""
        system = self._system
        subject, created = "deployment/BountyOpener", created_address(system.escrow.address, 1)
        self._findings.check("deployment.created", subject, created, system.opener.address)
        named = (system.escrow, system.projects, system.vault, system.withholdings)
        code = code_at(system.chain, system.opener.address, self._block)
        references = system.opener.artifact.immutable_references or ()
        words = {checksum("0x" + code[at : at + size][-20:].hex()) for at, size in references if code}
        expected = sorted(contract.address for contract in named)
        self._findings.check("deployment.immutables", subject, expected, sorted(words))

    def check_tokens(self, tokens: Iterable[str]) -> None:
        """Check that each project token is a clone of the implementation that the registry names."""
        self._check_clones("token", tokens, self._token())

    def check_pools(self, pools: Collection[str]) -> None:
        """Check that each funding pool is a clone of the implementation that their factory names."""
        implementation = self._implementation(self._system.pools, "POOL_IMPLEMENTATION", "FundingPool")
        self._check_clones("pool", pools, implementation)
        for pool in pools:
            self._check_refusal(f"pool/{pool}", pool)

    def _check_clones(self, kind: str, clones: Iterable[str], implementation: Contract) -> None:
        expected = _CLONE_HEAD + bytes.fromhex(implementation.address[2:]) + _CLONE_TAIL
        for clone in clones:
            code = code_at(self._system.chain, clone, self._block)
            self._findings.check("deployment.clone", f"{kind}/{clone}", expected, code[: len(expected)])

    def _check_refusal(self, subject: str, keeper: str) -> None:
        """A push would turn a keeper's credit into tokens that it cannot move."""
        refuses = self._system.vault.call(self._system.chain, "refusesPush", keeper, block=self._block)
        self._findings.check("deployment.refuses_push", subject, True, refuses)

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

    def _token(self) -> Contract:
        return self._implementation(self._system.projects, "TOKEN_IMPLEMENTATION", "ProjectToken")

    def _implementation(self, factory: Contract, view: str, name: str) -> Contract:
        address = factory.call(self._system.chain, view, block=self._block)
        return Contract(address, self._system.artifacts.get(name))
