// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayeeRotation} from "../../../contracts/interfaces/IPayeeRotation.sol";
import {VaultTest} from "./VaultTest.sol";

/// @title RotationTest
/// @notice A worker with credit, a new wallet, a thief who has the worker's key, and three people whom the worker trusts.
abstract contract RotationTest is VaultTest {
    uint256 internal constant COOLING_OFF = 7 days;

    uint256 internal workerKey;
    address internal wallet;
    uint256 internal walletKey;
    address internal thief = makeAddr("thief");
    address[] internal guardians;
    mapping(address account => uint256 key) internal keys;

    function setUp() public virtual override {
        super.setUp();
        (, workerKey) = makeAddrAndKey("worker");
        (wallet, walletKey) = makeAddrAndKey("wallet");
        (keys[worker], keys[wallet]) = (workerKey, walletKey);
        guardians = _people("guardian", 3);
        _deposit(worker, 100);
    }

    function _people(string memory role, uint256 count) internal returns (address[] memory people) {
        people = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 key;
            (people[i], key) = makeAddrAndKey(string.concat(role, vm.toString(i)));
            keys[people[i]] = key;
            for (uint256 j = i; j > 0 && people[j - 1] > people[j]; --j) {
                (people[j - 1], people[j]) = (people[j], people[j - 1]);
            }
        }
    }

    function _appoint(address account, address[] memory members, uint256 threshold) internal {
        vm.prank(account);
        vault.announceGuardians(members, threshold);
        skip(COOLING_OFF);
        vault.finishGuardians(account, members, threshold);
    }

    function _announce(address by, address account, address successor) internal {
        vm.prank(by);
        vault.announceRotation(account, successor);
    }

    function _rotate(address account, address successor) internal {
        _announce(account, account, successor);
        skip(COOLING_OFF);
        vault.finishRotation(account, successor);
    }

    function _approve(address guardian, address account, address successor) internal {
        vm.prank(guardian);
        vault.approveRotation(account, successor);
    }

    /* SIGNING */

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("PayoutVault"),
                keccak256("1"),
                block.chainid,
                address(vault)
            )
        );
        return keccak256(abi.encodePacked("\x19\x01", domain, structHash));
    }

    function _sign(address signer, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[signer], _digest(structHash));
        return abi.encodePacked(r, s, v);
    }

    function _order(
        string memory verb,
        address by,
        address account,
        address successor,
        uint256 deadline
    ) internal view returns (bytes32) {
        string memory fields = "(address by,address account,address successor,uint256 nonce,uint256 deadline)";
        bytes32 typeHash = keccak256(bytes(string.concat(verb, fields)));
        return keccak256(abi.encode(typeHash, by, account, successor, vault.nonces(by), deadline));
    }

    /* ERRORS */

    function _retired(address account) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPayeeRotation.PayeeRotation_Retired.selector, account);
    }

    function _notEntitled(address account, address by) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPayeeRotation.PayeeRotation_NotEntitled.selector, account, by);
    }

    function _notAnnounced(address account, address successor) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPayeeRotation.PayeeRotation_NotAnnounced.selector, account, successor);
    }

    function _coolingOff(uint256 finishableAt) internal view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IPayeeRotation.PayeeRotation_CoolingOff.selector,
                finishableAt,
                vm.getBlockTimestamp()
            );
    }

    function _successorInvalid(address successor) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPayeeRotation.PayeeRotation_SuccessorInvalid.selector, successor);
    }
}
