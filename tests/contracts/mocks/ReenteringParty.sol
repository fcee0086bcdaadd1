// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAdmission} from "../../../contracts/interfaces/IAdmission.sol";
import {IFunder} from "../../../contracts/interfaces/IFunder.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";

/// @title ReenteringParty
/// @notice A funder, an admission and a wallet in one, which makes a prepared call whenever it is called.
contract ReenteringParty is IAdmission, IFunder {
    IPayoutVault private immutable _VAULT;
    address private immutable _ESCROW;

    address public target;
    bytes public call;
    bytes public answer;
    bool public succeeded;
    bool public struck;

    constructor(IPayoutVault vault, address escrow) {
        (_VAULT, _ESCROW) = (vault, escrow);
    }

    receive() external payable {
        _strike();
    }

    function prepare(address target_, bytes calldata call_) external {
        (target, call, struck, succeeded) = (target_, call_, false, false);
        delete answer;
    }

    /// @notice Makes a call at once.
    function run(address to, bytes calldata call_) external returns (bytes memory returned) {
        bool success;
        (success, returned) = to.call(call_);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returned, 0x20), mload(returned))
            }
        }
    }

    function fund(uint256, bytes32, address token, uint256 amount) external {
        _strike();
        _VAULT.transfer(_ESCROW, uint256(uint160(token)), amount);
    }

    function admit(uint256, address) external returns (uint256 amount) {
        _strike();
        return 100_000 ether;
    }

    function heldOf(uint256) external pure returns (uint256 count) {
        return 0;
    }

    function _strike() private {
        struck = true;
        (succeeded, answer) = target.call(call);
    }
}
