// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {DeskHandler} from "./DeskHandler.sol";

/// @notice Selections, waiting work, awards and rejections that can be appealed are never more than the awards.
contract DeskInvariantTest is Test {
    DeskHandler private _handler;

    function setUp() external {
        _handler = new DeskHandler();
        targetContract(address(_handler));
        targetSelector(FuzzSelector(address(_handler), _verbs()));
    }

    function _verbs() private view returns (bytes4[] memory verbs) {
        verbs = new bytes4[](10);
        (verbs[0], verbs[1]) = (_handler.open.selector, _handler.applyFor.selector);
        (verbs[2], verbs[3]) = (_handler.select.selector, _handler.withdraw.selector);
        (verbs[4], verbs[5]) = (_handler.release.selector, _handler.submit.selector);
        (verbs[6], verbs[7]) = (_handler.decide.selector, _handler.appeal.selector);
        (verbs[8], verbs[9]) = (_handler.rule.selector, _handler.wait.selector);
    }

    function invariant_there_is_an_award_for_everybody_who_can_win_one() external {
        _handler.check();
    }

    // Whatever happened: by calls that anyone may make every selection ends.
    function afterInvariant() external {
        _handler.finish();
    }

    /// @dev A campaign whose verbs are all in vain would prove nothing.
    function test_the_campaign_reaches_every_verb() external {
        bytes4[] memory verbs = _verbs();
        for (uint256 i = 0; i < 1_000; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            bytes memory call = abi.encodePacked(
                verbs[seed % verbs.length],
                abi.encode(seed >> 8, seed >> 16, seed >> 24)
            );
            (bool done, bytes memory reason) = address(_handler).call(call);
            assertTrue(done, string(reason));
            if (i % 100 == 0) _handler.check();
        }
        string[13] memory names = [
            "open",
            "applyFor",
            "select",
            "full",
            "withdraw",
            "release",
            "submit",
            "decide",
            "silence",
            "appeal",
            "rule",
            "settle",
            "wait"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            assertGt(_handler.calls(bytes32(bytes(names[i]))), 0, names[i]);
        }
    }
}
