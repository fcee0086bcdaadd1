// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {ContributionRegistry} from "../../../contracts/ContributionRegistry.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {RecordingReceiver} from "../mocks/RecordingReceiver.sol";
import {VersionedEas} from "../mocks/VersionedEas.sol";

/// @title RegistryTest
/// @notice The cast of the registry's tests: reviewer with a key, worker, outsider, and a receiver that remembers.
abstract contract RegistryTest is Test {
    uint64 internal constant NOW = 1_760_000_000;

    ContributionRegistry internal registry;
    RecordingReceiver internal receiver;
    address internal eas;
    address internal reviewer;
    uint256 internal reviewerKey;
    address internal worker = makeAddr("worker");
    address internal outsider = makeAddr("outsider");

    function setUp() public virtual {
        (reviewer, reviewerKey) = makeAddrAndKey("reviewer");
        eas = address(new VersionedEas("1.4.0"));
        registry = new ContributionRegistry(eas);
        receiver = new RecordingReceiver();
        vm.warp(NOW);
    }

    function _attestation() internal view returns (IContributionRegistry.Attestation memory) {
        return
            IContributionRegistry.Attestation({
                schema: keccak256("schema"),
                recipient: worker,
                time: NOW - 1 hours,
                expirationTime: NOW + 1 hours,
                revocable: true,
                refUID: bytes32(0),
                data: abi.encode(address(receiver), uint256(7)),
                salt: keccak256("salt")
            });
    }

    function _signed(
        IContributionRegistry.Attestation memory attestation
    ) internal view returns (IContributionRegistry.Relayed memory) {
        return _signedBy(attestation, reviewer, reviewerKey);
    }

    function _signedBy(
        IContributionRegistry.Attestation memory attestation,
        address attester,
        uint256 key
    ) internal view returns (IContributionRegistry.Relayed memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, registry.digestOf(attestation));
        return
            IContributionRegistry.Relayed({
                attestation: attestation,
                attester: attester,
                signature: abi.encodePacked(r, s, v),
                context: "context"
            });
    }

    function _expectSignatureRefused(address attester) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IContributionRegistry.ContributionRegistry_SignatureInvalid.selector, attester)
        );
    }

    function _expectOutOfTime(bytes4 selector, uint64 limit) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, limit, uint64(block.timestamp)));
    }

    function _emitAttested(IContributionRegistry.Attestation memory a, bytes32 uid) internal {
        emit IContributionRegistry.Attested({
            attester: reviewer,
            recipient: a.recipient,
            schema: a.schema,
            uid: uid,
            time: a.time,
            expirationTime: a.expirationTime,
            revocable: a.revocable,
            refUID: a.refUID,
            data: a.data,
            salt: a.salt
        });
    }
}
