// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {IFunder} from "../../../contracts/interfaces/IFunder.sol";

/// @notice A funder that brings what a test states, refuses, or opens once more while it is asked.
contract StatedFunder is IFunder {
    error Refused();

    IBountyOpener private immutable _OPENER;

    int256 public off;
    bool public refuses;
    bytes public again;
    uint256 public toldBounty;
    bytes32 public toldTerms;

    constructor(IBountyOpener opener) {
        _OPENER = opener;
    }

    function state(int256 off_, bool refuses_, bytes calldata again_) external {
        (off, refuses, again) = (off_, refuses_, again_);
    }

    function fund(uint256 bountyId, bytes32 termsHash, address token, uint256 amount) external {
        if (refuses) revert Refused();
        (toldBounty, toldTerms) = (bountyId, termsHash);
        if (again.length > 0) {
            (bool done, bytes memory answer) = address(_OPENER).call(again);
            if (!done) {
                assembly ("memory-safe") {
                    revert(add(answer, 0x20), mload(answer))
                }
            }
        }
        IBountyEscrow escrow = _OPENER.escrow();
        uint256 brought = uint256(int256(amount) + off);
        if (brought > 0) escrow.vault().transfer(address(escrow), uint256(uint160(token)), brought);
    }
}
