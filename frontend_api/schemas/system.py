"""What a wallet must know to sign and to send."""

from __future__ import annotations

from pydantic import Field

from frontend_api.schemas.wire import Address, Bytes32, Id, Struct, Time, Wire
from resonance_dao.workflows.contributions import schema_uids
from resonance_dao.workflows.ratings import rating_uids
from resonance_dao.workflows.system import System


class EasDomainOut(Struct):
    """The EIP-712 domain of attestations, as a wallet takes it."""

    name: str
    version: str
    chain_id: Id
    verifying_contract: Address


class SystemOut(Wire):
    """The chain, the contracts and the schemas."""

    chain_id: Id
    time: Time = Field(description="The newest block's time: what is signed must not be dated after it.")
    operator: Address
    contracts: dict[str, Address]
    eas: EasDomainOut
    schemas: dict[str, Bytes32]

    @classmethod
    def of(cls, system: System, operator: str) -> SystemOut:
        """Return the shape of a deployed system."""
        addresses = {name: contract.address for name, contract in system.contracts.items()}
        return cls(
            chain_id=system.chain_id,
            time=system.now(),
            operator=operator,
            contracts={**addresses, "eas": system.eas},
            eas=EasDomainOut.model_validate(system.domain().to_dict()),
            schemas={**schema_uids(), **rating_uids()},
        )


class BookEntryOut(Wire):
    """One contract of the deployment book."""

    contract: str
    address: Address
    transaction: Bytes32 | None = Field(description="Its creation; null when it was there before.")
    block: int | None
    constructor_arguments: str
    salt: Bytes32 | None
    initcode_hash: Bytes32 | None
    code_hash: Bytes32 | None = Field(description="keccak-256 of the code at the address.")
    standard_json: str | None = Field(description="The compiler's input, as a path beside the book.")
    metadata_cid: str | None
    compiler: str


class BookOut(Wire):
    """The deployment book, as `resonance deploy` writes it."""

    chain_id: Id
    genesis_hash: Bytes32
    contracts: dict[str, BookEntryOut]
