// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice The hashes and the event that are written by hand, beside the same in plain Solidity.
contract EncodingTest is RegistryTest {
    string private constant ATTEST =
        "Attest(uint16 version,bytes32 schema,address recipient,uint64 time,uint64 expirationTime,"
        "bool revocable,bytes32 refUID,bytes data,bytes32 salt)";
    string private constant DOMAIN =
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

    function testFuzz_uid_is_that_of_plain_solidity(
        IContributionRegistry.Attestation memory attestation
    ) external view {
        assertEq(registry.uidOf(attestation), _uidOf(attestation), "uid");
    }

    function testFuzz_digest_is_that_of_plain_solidity(
        IContributionRegistry.Attestation memory attestation
    ) external view {
        assertEq(registry.digestOf(attestation), _digestOf(attestation), "digest");
    }

    function testFuzz_event_is_that_of_plain_solidity(
        IContributionRegistry.Attestation memory attestation,
        bytes memory values
    ) external {
        attestation.data = bytes.concat(bytes32(0), values);
        (attestation.time, attestation.expirationTime) = (NOW - (attestation.time % NOW), 0);

        vm.expectEmit(address(registry));
        _emitAttested(attestation, _uidOf(attestation));
        vm.prank(reviewer);
        registry.attest(attestation, "");
    }

    function test_event_of_every_length_of_data_is_that_of_plain_solidity() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        for (uint256 length = 0; length < 70; ++length) {
            attestation.data = bytes.concat(bytes32(0), new bytes(length));
            for (uint256 i = 32; i < attestation.data.length; ++i) attestation.data[i] = 0xff;

            vm.expectEmit(address(registry));
            _emitAttested(attestation, _uidOf(attestation));
            vm.prank(reviewer);
            registry.attest(attestation, "");
        }
    }

    /// @dev The words of the first attestation of a call: schema at 0, then the others in the order of the struct.
    function testFuzz_bits_above_a_narrow_field_are_refused(uint256 field, uint256 bit) external {
        uint256[4] memory words = [uint256(1), 2, 3, 4];
        uint256[4] memory widths = [uint256(160), 64, 64, 1];
        field = bound(field, 0, 3);
        bytes32 dirt = bytes32(uint256(1) << bound(bit, widths[field], 255));
        IContributionRegistry.Attestation memory attestation = _attestation();

        _expectRefused(abi.encodeCall(registry.uidOf, (attestation)), 4 + 32 + words[field] * 32, dirt);
        _expectRefused(abi.encodeCall(registry.digestOf, (attestation)), 4 + 32 + words[field] * 32, dirt);
        _expectRefused(abi.encodeCall(registry.attest, (attestation, "")), 4 + 64 + words[field] * 32, dirt);
        _expectRefused(abi.encodeCall(registry.revoke, (attestation)), 4 + 32 + words[field] * 32, dirt);
    }

    function test_data_outside_of_calldata_is_refused() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        bytes32 far = bytes32(uint256(1) << 20);
        // The offset of data, and its length behind the eight words of the struct.
        for (uint256 word = 6; word < 9; word += 2) {
            _expectRefused(abi.encodeCall(registry.uidOf, (attestation)), 4 + 32 + word * 32, far);
            _expectRefused(abi.encodeCall(registry.digestOf, (attestation)), 4 + 32 + word * 32, far);
            _expectRefused(abi.encodeCall(registry.attest, (attestation, "")), 4 + 64 + word * 32, far);
        }
    }

    function _expectRefused(bytes memory input, uint256 place, bytes32 dirt) private {
        uint256 before = vm.snapshotState();
        (bool success, ) = address(registry).call(input);
        assertTrue(success, "without the dirt");
        vm.revertToStateAndDelete(before);

        assembly ("memory-safe") {
            let word := add(add(input, 32), place)
            mstore(word, xor(mload(word), dirt))
        }
        bytes memory answer;
        (success, answer) = address(registry).call(input);
        assertFalse(success, "with it");
        assertEq(answer.length, 0, "reason");
    }

    function _uidOf(IContributionRegistry.Attestation memory a) private pure returns (bytes32) {
        bytes memory head = abi.encodePacked(
            uint16(2),
            Strings.toHexString(uint256(a.schema), 32),
            a.recipient,
            address(0),
            a.time,
            a.expirationTime,
            a.revocable
        );
        return keccak256(bytes.concat(head, abi.encodePacked(a.refUID, a.data, a.salt, uint32(0))));
    }

    function _digestOf(IContributionRegistry.Attestation memory a) private view returns (bytes32) {
        bytes memory head = abi.encode(keccak256(bytes(ATTEST)), uint16(2), a.schema, a.recipient, a.time);
        bytes memory tail = abi.encode(a.expirationTime, a.revocable, a.refUID, keccak256(a.data), a.salt);
        bytes32 domain = keccak256(
            abi.encode(keccak256(bytes(DOMAIN)), keccak256("EAS Attestation"), keccak256("1.4.0"), block.chainid, eas)
        );
        return MessageHashUtils.toTypedDataHash(domain, keccak256(bytes.concat(head, tail)));
    }
}
