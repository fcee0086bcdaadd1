// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {RotationTest} from "./RotationTest.sol";

/// @title Doors
/// @notice One call of every function of the vault that writes, aimed at another's account: none may be missing, which
/// `tests/unit/contracts/test_vault_doors.py` compares with the interfaces.
abstract contract Doors is RotationTest {
    struct Door {
        string name;
        bytes call;
        bool guarded;
        bool harmless;
    }

    Door[] private _doors;

    /// @notice Returns the calls of somebody who is after the credit that `account` has in `token`.
    function _doorsTo(address token, address account, address self) internal returns (Door[] memory doors) {
        delete _doors;
        _moneyDoors(token, account, self);
        _creditDoors(token, account, self);
        _rotationDoors(account, self);
        _guardianDoors(account, self);
        return _doors;
    }

    function _add(string memory name, bytes memory call, bool guarded, bool harmless) private {
        _doors.push(Door(name, call, guarded, harmless));
    }

    function _moneyDoors(address token, address account, address self) private {
        IPayoutVault.Authorization memory authorization;
        authorization.from = account;
        IPayoutVault.Withdrawal memory order = IPayoutVault.Withdrawal(account, token, self, 1, type(uint256).max);
        address[] memory one = new address[](1);
        one[0] = token;
        _add("deposit", abi.encodeCall(vault.deposit, (token, self, 1)), true, false);
        _add("depositNative", abi.encodeCall(vault.depositNative, (self)), true, false);
        _add(
            "depositWithPermit",
            abi.encodeCall(vault.depositWithPermit, (token, self, 1, type(uint256).max, 0, 0, 0)),
            true,
            false
        );
        _add(
            "depositWithAuthorization",
            abi.encodeCall(vault.depositWithAuthorization, (token, self, 1, authorization)),
            true,
            false
        );
        _add("settle", abi.encodeCall(vault.settle, (token, self, 1)), true, false);
        _add("withdraw", abi.encodeCall(vault.withdraw, (token, 1)), true, false);
        _add("withdrawTo", abi.encodeCall(vault.withdrawTo, (token, self, 1)), true, false);
        _add("withdrawFrom", abi.encodeCall(vault.withdrawFrom, (token, account, self, 1)), true, false);
        _add("withdrawToBySignature", abi.encodeCall(vault.withdrawToBySignature, (order, "")), true, false);
        _add("withdrawMany", abi.encodeCall(vault.withdrawMany, (one)), true, true);
        one[0] = self;
        _add("push", abi.encodeCall(vault.push, (token, self)), true, false);
        _add("pushMany", abi.encodeCall(vault.pushMany, (token, one)), true, true);
        _add("pushOne", abi.encodeCall(vault.pushOne, (token, account, account)), false, false);
        _add("refusePush", abi.encodeCall(vault.refusePush, (false)), false, true);
    }

    function _creditDoors(address token, address account, address self) private {
        uint256 id = _idOf(token);
        _add("transfer", abi.encodeCall(vault.transfer, (self, id, 1)), false, false);
        _add("transferFrom", abi.encodeCall(vault.transferFrom, (account, self, id, 1)), false, false);
        _add("approve", abi.encodeCall(vault.approve, (self, id, 1)), false, true);
        _add("setOperator", abi.encodeCall(vault.setOperator, (self, true)), false, true);
        _add("cancelSignature", abi.encodeCall(vault.cancelSignature, ()), false, true);
    }

    function _rotationDoors(address account, address self) private {
        uint256 end = type(uint256).max;
        _add("announceRotation", abi.encodeCall(vault.announceRotation, (account, self)), false, false);
        _add(
            "announceRotationBySignature",
            abi.encodeCall(vault.announceRotationBySignature, (account, account, self, end, "")),
            false,
            false
        );
        _add("vetoRotation", abi.encodeCall(vault.vetoRotation, (account, wallet)), false, false);
        _add(
            "vetoRotationBySignature",
            abi.encodeCall(vault.vetoRotationBySignature, (account, account, wallet, end, "")),
            false,
            false
        );
        _add("finishRotation", abi.encodeCall(vault.finishRotation, (account, wallet)), false, false);
        _add("approveRotation", abi.encodeCall(vault.approveRotation, (account, self)), false, false);
        _add(
            "approveRotationBySignature",
            abi.encodeCall(vault.approveRotationBySignature, (guardians[0], account, self, end, "")),
            false,
            false
        );
        _add("disapproveRotation", abi.encodeCall(vault.disapproveRotation, (account)), false, false);
        _add("shortenPath", abi.encodeCall(vault.shortenPath, (account)), false, false);
    }

    function _guardianDoors(address account, address self) private {
        uint256 end = type(uint256).max;
        address[] memory one = new address[](1);
        one[0] = self == outsider ? thief : outsider;
        _add("announceGuardians", abi.encodeCall(vault.announceGuardians, (one, 1)), false, true);
        _add(
            "announceGuardiansBySignature",
            abi.encodeCall(vault.announceGuardiansBySignature, (account, one, 1, end, "")),
            false,
            false
        );
        _add("vetoGuardians", abi.encodeCall(vault.vetoGuardians, (account)), false, false);
        _add(
            "vetoGuardiansBySignature",
            abi.encodeCall(vault.vetoGuardiansBySignature, (account, account, end, "")),
            false,
            false
        );
        _add("finishGuardians", abi.encodeCall(vault.finishGuardians, (account, one, 1)), false, false);
    }
}
