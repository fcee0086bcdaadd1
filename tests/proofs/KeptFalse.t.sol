// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BatchedLog} from "../../contracts/BatchedLog.sol";
import {PayoutVault} from "../../contracts/PayoutVault.sol";
import {ProjectRegistry} from "../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../contracts/ProjectToken.sol";
import {IBatchedLog} from "../../contracts/interfaces/IBatchedLog.sol";
import {IProjectRegistry} from "../../contracts/interfaces/IProjectRegistry.sol";
import {ImpactShare} from "../../contracts/libraries/ImpactShare.sol";
import {TestYen} from "../../contracts/mocks/TestYen.sol";
import {Symbolic} from "./Symbolic.sol";

/// @title KeptFalse
/// @notice Claims that are nearly true. Each must be refuted with a counterexample, or the proofs prove nothing.
contract KeptFalse is Symbolic {
    address private constant WORKER = address(0xA11CE);

    /// False: a rounded part does not scale back to the whole.
    function check_false_rounding_down_loses_nothing(uint128 award) external pure {
        assert(ImpactShare.trancheDown(award, 3_333) * 10_000 == uint256(award) * 3_333);
    }

    /// False: unless it refused pushes, anyone may push an account's credit out to it.
    function check_false_nobody_pushes_the_credit_of_another(address caller, address account) external {
        vm.assume(caller != WORKER);
        PayoutVault vault = new PayoutVault();
        TestYen yen = new TestYen();
        yen.mint(address(vault), 1_000);
        vault.settle(address(yen), WORKER, 1_000);
        vm.prank(caller);
        (bool done, ) = address(vault).call(abi.encodeCall(vault.push, (address(yen), account)));
        done;

        assert(vault.creditOf(address(yen), WORKER) == 1_000);
    }

    /// False: its owner may close a project. A theorem about any call means nothing unless that call is among them.
    function check_false_no_call_at_all_closes_a_project(address caller) external {
        ProjectRegistry projects = new ProjectRegistry(address(new ProjectToken()));
        IProjectRegistry.Opening memory opening;
        (opening.name, opening.symbol, opening.metadata, opening.cap) = ("Wagashi", "WAGA", "bafkrei", 1_000);
        vm.prank(WORKER);
        (uint256 id, ) = projects.open(opening);
        _anyCall("ProjectRegistry", address(projects), caller);

        assert(!projects.isClosed(id));
    }

    /// False: a log of batches counts batches.
    function check_false_a_batch_counts_as_one(uint64 count, bytes32 root) external {
        vm.assume(count != 0);
        BatchedLog log = new BatchedLog();
        vm.prank(WORKER);
        log.append(IBatchedLog.Batch(0, count, root), bytes32(0));

        assert(log.sizeOf(WORKER) == log.batchesOf(WORKER));
    }
}
