// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {ContributionRegistry} from "../../../contracts/ContributionRegistry.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {RecordingReceiver} from "../mocks/RecordingReceiver.sol";

/// @title RegistryHandler
/// @notice Three attesters and sixteen messages, attested, relayed, relayed in batches and revoked in any order; what
/// was tried is remembered, so that the tests can say what must have come of it.
contract RegistryHandler is Test {
    uint256 public constant MESSAGES = 16;

    ContributionRegistry public immutable registry;
    RecordingReceiver public immutable receiver;
    address[] public attesters;
    uint256[] private _keys;
    mapping(address attester => mapping(uint256 message => uint64 time)) public takenAt;
    mapping(address attester => mapping(uint256 message => uint64 time)) public revokedAt;
    uint256 public taken;

    constructor(ContributionRegistry registry_, RecordingReceiver receiver_) {
        (registry, receiver) = (registry_, receiver_);
        string[3] memory names = ["reviewer", "source", "arbiter"];
        for (uint256 i = 0; i < names.length; ++i) {
            (address attester, uint256 key) = makeAddrAndKey(names[i]);
            attesters.push(attester);
            _keys.push(key);
        }
    }

    function attest(uint256 who, uint256 message) external {
        (who, message) = (who % 3, message % MESSAGES);
        bool isNew = _isNew(who, message);
        vm.prank(attesters[who]);
        try registry.attest(attestation(message), "") {
            assertTrue(isNew, "taken twice");
            _take(who, message);
        } catch {
            assertFalse(isNew, "refused");
        }
    }

    function relayMany(uint256 seed, uint256 count) external {
        count %= 6;
        IContributionRegistry.Relayed[] memory batch = new IContributionRegistry.Relayed[](count);
        for (uint256 i = 0; i < count; ++i) {
            (uint256 who, uint256 message) = _pick(seed, i);
            batch[i] = _signed(who, message);
        }
        bytes32[] memory uids = registry.relayMany(batch);
        for (uint256 i = 0; i < count; ++i) {
            (uint256 who, uint256 message) = _pick(seed, i);
            assertEq(uids[i] != 0, _isNew(who, message), "each that is new, and no other");
            if (uids[i] != 0) _take(who, message);
        }
    }

    function revoke(uint256 who, uint256 message) external {
        (who, message) = (who % 3, message % MESSAGES);
        vm.prank(attesters[who]);
        try registry.revoke(attestation(message)) {
            assertEq(revokedAt[attesters[who]][message], 0, "revoked twice");
            revokedAt[attesters[who]][message] = uint64(block.timestamp);
        } catch {
            assertTrue(revokedAt[attesters[who]][message] != 0, "not revoked");
        }
    }

    function warp(uint256 seconds_) external {
        vm.warp(block.timestamp + (seconds_ % 1 days));
    }

    function attestation(uint256 message) public view returns (IContributionRegistry.Attestation memory a) {
        (a.schema, a.revocable, a.salt) = (keccak256("schema"), true, bytes32(message));
        a.data = abi.encode(address(receiver), message);
    }

    function _pick(uint256 seed, uint256 i) private pure returns (uint256 who, uint256 message) {
        uint256 drawn = uint256(keccak256(abi.encode(seed, i)));
        return (drawn % 3, (drawn >> 128) % MESSAGES);
    }

    function _signed(uint256 who, uint256 message) private view returns (IContributionRegistry.Relayed memory relayed) {
        (relayed.attestation, relayed.attester) = (attestation(message), attesters[who]);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keys[who], registry.digestOf(relayed.attestation));
        relayed.signature = abi.encodePacked(r, s, v);
    }

    function _isNew(uint256 who, uint256 message) private view returns (bool) {
        return takenAt[attesters[who]][message] == 0 && revokedAt[attesters[who]][message] == 0;
    }

    function _take(uint256 who, uint256 message) private {
        takenAt[attesters[who]][message] = uint64(block.timestamp);
        ++taken;
    }
}
