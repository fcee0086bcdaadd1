// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IJudgementReceiver} from "../../../contracts/interfaces/IJudgementReceiver.sol";

/// @title DeepReceiver
/// @notice Writes ten slots some calls below, and names a reason of its own when that fails, for want of gas too.
contract DeepReceiver is IJudgementReceiver {
    error DeepReceiver_Failed(uint256 depth);

    uint256 public immutable depth;
    uint256 public written;
    mapping(uint256 at => uint256 value) private _slots;

    constructor(uint256 depth_) {
        depth = depth_;
    }

    function onJudgement(IContributionRegistry.Attestation calldata, address, bytes32, bytes calldata) external {
        descend(0);
    }

    function descend(uint256 level) public {
        if (level == depth) {
            for (uint256 i = 0; i < 10; ++i) _slots[written++] = 1;
            return;
        }
        (bool success, ) = address(this).call(abi.encodeCall(this.descend, (level + 1)));
        if (!success) revert DeepReceiver_Failed(level);
    }
}
