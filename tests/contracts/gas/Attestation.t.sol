// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContributionRegistry} from "../../../contracts/ContributionRegistry.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {VersionedEas} from "../mocks/VersionedEas.sol";
import {GasTest} from "./GasTest.sol";

/// @notice Attestations of 200 bytes, no zero among them but in the first word, which names no receiver.
contract AttestationGasTest is GasTest {
    ContributionRegistry private _registry = new ContributionRegistry(address(new VersionedEas("1.4.0")));
    address private _attester;
    uint256 private _key;
    uint256 private _count;

    function setUp() external {
        (_attester, _key) = makeAddrAndKey("attester");
        vm.warp(1_760_000_000);
    }

    /// forge-config: default.isolate = true
    function test_gas_attest() external {
        _registry.attest(_attestation(), "");
        _record("ContributionRegistry.attest, 200 bytes");
        _registry.revoke(_attestation());
        _record("ContributionRegistry.revoke of one not taken");
        _registry.relay(_signed());
        _record("ContributionRegistry.relay, 200 bytes");
    }

    /// forge-config: default.isolate = true
    function test_gas_many() external {
        IContributionRegistry.Attestation[] memory many = new IContributionRegistry.Attestation[](50);
        for (uint256 i = 0; i < many.length; ++i) many[i] = _attestation();
        _registry.attestMany(many, new bytes[](0));
        _record("ContributionRegistry.attestMany of 50, 200 bytes each");
        _registry.relayMany(_signed(50));
        _record("ContributionRegistry.relayMany of 50, 200 bytes each");
    }

    function _signed(uint256 count) private returns (IContributionRegistry.Relayed[] memory many) {
        many = new IContributionRegistry.Relayed[](count);
        for (uint256 i = 0; i < count; ++i) many[i] = _signed();
    }

    function _signed() private returns (IContributionRegistry.Relayed memory relayed) {
        relayed.attestation = _attestation();
        relayed.attester = _attester;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key, _registry.digestOf(relayed.attestation));
        relayed.signature = abi.encodePacked(r, s, v);
    }

    function _attestation() private returns (IContributionRegistry.Attestation memory) {
        bytes memory values = new bytes(200);
        for (uint256 i = 32; i < 200; ++i) values[i] = bytes1(uint8(1 + (i % 255)));
        return
            IContributionRegistry.Attestation({
                schema: keccak256("schema"),
                recipient: makeAddr("worker"),
                time: 1_759_990_000,
                expirationTime: 1_760_100_000,
                revocable: true,
                refUID: bytes32(0),
                data: values,
                salt: keccak256(abi.encode(_count++))
            });
    }
}
