// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {RegistryHandler} from "./RegistryHandler.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract RegistryInvariantTest is RegistryTest {
    RegistryHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new RegistryHandler(registry, receiver);
        targetContract(address(_handler));
        bytes4[] memory selectors = new bytes4[](4);
        (selectors[0], selectors[1]) = (_handler.attest.selector, _handler.relayMany.selector);
        (selectors[2], selectors[3]) = (_handler.revoke.selector, _handler.warp.selector);
        targetSelector(FuzzSelector({addr: address(_handler), selectors: selectors}));
    }

    /// @notice Each attestation that was taken was passed on once, and nothing else was.
    function invariant_each_judgement_is_passed_on_once() external view {
        assertEq(receiver.count(), _handler.taken(), "passed on");
    }

    /// @notice A status is what first happened, and never changes after: compared once at the end of each run, because
    /// the handler remembers the first time only.
    function afterInvariant() external view {
        for (uint256 who = 0; who < 3; ++who) {
            address attester = _handler.attesters(who);
            for (uint256 message = 0; message < _handler.MESSAGES(); ++message) {
                bytes32 uid = registry.uidOf(_handler.attestation(message));
                IContributionRegistry.Status memory status = registry.statusOf(attester, uid);
                assertEq(status.attestedAt, _handler.takenAt(attester, message), "attested at");
                assertEq(status.revokedAt, _handler.revokedAt(attester, message), "revoked at");
            }
        }
    }
}
