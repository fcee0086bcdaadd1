// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BountyEscrow} from "../../contracts/BountyEscrow.sol";
import {PayoutVault} from "../../contracts/PayoutVault.sol";
import {IBountyEscrow} from "../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../contracts/interfaces/IContributionRegistry.sol";
import {IProjectRegistry} from "../../contracts/interfaces/IProjectRegistry.sol";
import {IReputationLedger} from "../../contracts/interfaces/IReputationLedger.sol";
import {IWithholdingSchedules} from "../../contracts/interfaces/IWithholdingSchedules.sol";
import {TestYen} from "../../contracts/mocks/TestYen.sol";
import {Symbolic} from "./Symbolic.sol";

/// @title BountyEscrowProof
/// @notice Who may speak to the escrow, and that nobody moves what it holds without a bounty that says so.
contract BountyEscrowProof is Symbolic {
    uint256 private constant HELD = 1_000;
    address private constant REGISTRY = address(0x4E61);

    BountyEscrow private _escrow;
    PayoutVault private _vault;
    TestYen private _yen;

    function setUp() external {
        (_vault, _yen) = (new PayoutVault(), new TestYen());
        _escrow = new BountyEscrow(
            IProjectRegistry(address(0x9701)),
            IContributionRegistry(REGISTRY),
            _vault,
            IReputationLedger(address(0x4E9)),
            IWithholdingSchedules(address(0x7A8))
        );
        _yen.mint(address(_vault), HELD);
        _vault.settle(address(_yen), address(_escrow), HELD);
    }

    /// No judgement is taken from anyone but the registry, whatever it says.
    function check_judgements_come_from_the_registry_alone(
        address caller,
        bytes32 schema,
        address attester,
        bytes32 uid
    ) external {
        vm.assume(caller != REGISTRY);
        IContributionRegistry.Attestation memory attestation;
        attestation.schema = schema;
        vm.prank(caller);
        (bool done, bytes memory reason) = address(_escrow).call(
            abi.encodeCall(_escrow.onJudgement, (attestation, attester, uid, new bytes(64)))
        );

        assert(!done && bytes4(reason) == IBountyEscrow.BountyEscrow_NotRegistry.selector);
    }

    /// No bounty is registered by anyone but the opener, which is what takes its money.
    function check_bounties_are_registered_by_the_opener_alone(address caller) external {
        vm.assume(caller != address(_escrow.opener()));
        IBountyEscrow.Terms memory terms;
        terms.token = address(_yen);
        vm.prank(caller);
        (bool done, bytes memory reason) = address(_escrow).call(
            abi.encodeCall(_escrow.register, (abi.encode(terms), HELD))
        );

        assert(!done && bytes4(reason) == IBountyEscrow.BountyEscrow_NotOpener.selector);
        assert(_escrow.bountyCount() == 0);
    }

    /// Whatever an outsider asks of the vault about the escrow's credit, it stays.
    function check_no_push_takes_the_escrows_credit(address caller) external {
        vm.prank(caller);
        (bool done, ) = address(_vault).call(abi.encodeCall(_vault.push, (address(_yen), address(_escrow))));

        assert(!done);
        assert(_vault.creditOf(address(_yen), address(_escrow)) == HELD);
    }
}
