// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Test} from "forge-std/Test.sol";

import {ContributionRegistry} from "../../../contracts/ContributionRegistry.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {HexText} from "../../../contracts/libraries/HexText.sol";
import {Judgement} from "../../../contracts/libraries/Judgement.sol";
import {VersionedEas} from "../mocks/VersionedEas.sol";

/// @notice What the EAS SDK computes and signs is what the registry computes and takes.
contract AttestationVectorsTest is Test {
    string private _json;

    function setUp() external {
        _json = vm.readFile("tests/vectors/attestation.json");
        vm.warp(1_760_000_000);
    }

    function test_schemas_have_the_uids_of_the_sdk() external view {
        assertEq(Judgement.REVIEW, vm.parseJsonString(_json, ".schemas[0].schema"), "review");
        assertEq(Judgement.schemaUid(Judgement.REVIEW), vm.parseJsonBytes32(_json, ".schemas[0].uid"), "review uid");
        assertEq(Judgement.OUTCOME, vm.parseJsonString(_json, ".schemas[1].schema"), "outcome");
        assertEq(Judgement.schemaUid(Judgement.OUTCOME), vm.parseJsonBytes32(_json, ".schemas[1].uid"), "outcome uid");
    }

    function test_uids_digests_and_signatures_are_those_of_the_sdk() external {
        uint256 count = 0;
        for (; vm.keyExistsJson(_json, _at(count, "")); ++count) {
            ContributionRegistry registry = _registry(count);
            IContributionRegistry.Relayed memory relayed = _relayed(count);
            assertEq(registry.uidOf(relayed.attestation), vm.parseJsonBytes32(_json, _at(count, ".uid")), "uid");
            assertEq(
                registry.digestOf(relayed.attestation),
                vm.parseJsonBytes32(_json, _at(count, ".digest")),
                "digest"
            );
            if (relayed.attestation.time <= block.timestamp && relayed.attestation.data.length >= 32) {
                _take(registry, relayed);
            }
        }
        assertEq(count, 15, "cases");
    }

    function _take(ContributionRegistry registry, IContributionRegistry.Relayed memory relayed) private {
        address receiver = address(uint160(uint256(bytes32(relayed.attestation.data))));
        if (receiver != address(0)) vm.mockCall(receiver, bytes(""), bytes(""));
        registry.relay(relayed);
        relayed.attester = address(1);
        vm.expectRevert();
        registry.relay(relayed);
    }

    function _registry(uint256 i) private returns (ContributionRegistry) {
        vm.chainId(vm.parseJsonUint(_json, _at(i, ".chainId")));
        address eas = vm.parseJsonAddress(_json, _at(i, ".eas"));
        vm.etch(eas, hex"00");
        string memory version = vm.parseJsonString(_json, _at(i, ".version"));
        vm.mockCall(eas, abi.encodeCall(VersionedEas(eas).version, ()), abi.encode(version));
        return new ContributionRegistry(eas);
    }

    function _relayed(uint256 i) private view returns (IContributionRegistry.Relayed memory relayed) {
        IContributionRegistry.Attestation memory a = relayed.attestation;
        a.schema = vm.parseJsonBytes32(_json, _at(i, ".attestation.schema"));
        a.recipient = vm.parseJsonAddress(_json, _at(i, ".attestation.recipient"));
        a.time = uint64(vm.parseJsonUint(_json, _at(i, ".attestation.time")));
        a.expirationTime = uint64(vm.parseJsonUint(_json, _at(i, ".attestation.expirationTime")));
        a.revocable = vm.parseJsonBool(_json, _at(i, ".attestation.revocable"));
        a.refUID = vm.parseJsonBytes32(_json, _at(i, ".attestation.refUID"));
        a.data = vm.parseJsonBytes(_json, _at(i, ".attestation.data"));
        a.salt = vm.parseJsonBytes32(_json, _at(i, ".attestation.salt"));
        relayed.attester = vm.parseJsonAddress(_json, _at(i, ".attester"));
        relayed.signature = vm.parseJsonBytes(_json, _at(i, ".signature"));
    }

    function _at(uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".cases[", Strings.toString(i), "]", field);
    }

    function testFuzz_hex_text_is_that_of_openzeppelin(bytes32 word) external pure {
        assertEq(_text(word), Strings.toHexString(uint256(word), 32));
    }

    function test_hex_text_of_every_digit_in_every_place() external pure {
        for (uint256 digit = 0; digit < 16; ++digit) {
            for (uint256 place = 0; place < 256; place += 4) {
                uint256 word = digit << place;
                assertEq(_text(bytes32(word)), Strings.toHexString(word, 32));
            }
        }
    }

    function _text(bytes32 word) private pure returns (string memory) {
        (bytes32 left, bytes32 right) = HexText.toDigits(word);
        return string(abi.encodePacked("0x", left, right));
    }
}
