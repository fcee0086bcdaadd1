// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract RelayManyTest is RegistryTest {
    function _batch(uint256 count) private view returns (IContributionRegistry.Relayed[] memory batch) {
        batch = new IContributionRegistry.Relayed[](count);
        for (uint256 i = 0; i < count; ++i) {
            IContributionRegistry.Attestation memory attestation = _attestation();
            attestation.salt = bytes32(i);
            batch[i] = _signed(attestation);
        }
    }

    function test_relayMany_reverts_when_one_is_refused() external {
        IContributionRegistry.Relayed[] memory batch = _batch(3);
        batch[2].attester = outsider;

        // it should revert and take none
        _expectSignatureRefused(outsider);
        registry.relayMany(batch);
        bytes32 uid = registry.uidOf(batch[0].attestation);
        assertEq(registry.statusOf(reviewer, uid).attestedAt, 0, "taken");
        assertEq(receiver.count(), 0, "passed on");
    }

    function test_relayMany_reverts_when_the_same_comes_twice() external {
        IContributionRegistry.Relayed[] memory batch = _batch(2);
        batch[1] = batch[0];
        bytes32 uid = registry.uidOf(batch[0].attestation);

        // it should revert with ContributionRegistry_AlreadyAttested
        vm.expectRevert(
            abi.encodeWithSelector(IContributionRegistry.ContributionRegistry_AlreadyAttested.selector, reviewer, uid)
        );
        registry.relayMany(batch);
    }

    function test_relayMany_does_nothing_when_there_are_none() external {
        // it should do nothing
        assertEq(registry.relayMany(_batch(0)).length, 0, "uids");
    }

    function test_relayMany_takes_each_in_order() external {
        IContributionRegistry.Relayed[] memory batch = _batch(5);

        bytes32[] memory uids = registry.relayMany(batch);

        // it should take each in order
        for (uint256 i = 0; i < batch.length; ++i) {
            assertEq(uids[i], registry.uidOf(batch[i].attestation), "uid");
            assertEq(registry.statusOf(reviewer, uids[i]).attestedAt, NOW, "attested at");
        }
        assertEq(receiver.count(), 5, "passed on");
        assertEq(receiver.uid(), uids[4], "last");
    }
}
