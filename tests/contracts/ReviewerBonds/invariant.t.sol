// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {BondsHandler} from "./BondsHandler.sol";

/// @notice The credit of the bonds' contract is what is left of all bonds; nothing is lost twice or returned twice.
contract BondsInvariantTest is Test {
    BondsHandler private _handler;

    function setUp() external {
        _handler = new BondsHandler();
        targetContract(address(_handler));
        targetSelector(FuzzSelector(address(_handler), _verbs()));
    }

    function _verbs() private view returns (bytes4[] memory verbs) {
        verbs = new bytes4[](10);
        (verbs[0], verbs[1]) = (_handler.open.selector, _handler.post.selector);
        (verbs[2], verbs[3]) = (_handler.submit.selector, _handler.review.selector);
        (verbs[4], verbs[5]) = (_handler.acceptBySilence.selector, _handler.claim.selector);
        (verbs[6], verbs[7]) = (_handler.end.selector, _handler.withdraw.selector);
        (verbs[8], verbs[9]) = (_handler.donate.selector, _handler.wait.selector);
    }

    function invariant_the_bonds_are_backed_and_conserved() external view {
        _handler.check();
    }

    // Whatever happened: by calls that anyone may make every bond comes back, and nothing stays but gifts.
    function afterInvariant() external {
        _handler.finish();
        _handler.check();
    }

    /// @dev A campaign whose verbs are all in vain would prove nothing.
    function test_the_campaign_reaches_every_verb() external {
        bytes4[] memory verbs = _verbs();
        for (uint256 i = 0; i < 600; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            bytes memory call = abi.encodePacked(
                verbs[seed % verbs.length],
                abi.encode(seed >> 8, seed >> 16, seed >> 24)
            );
            (bool done, bytes memory reason) = address(_handler).call(call);
            assertTrue(done, string(reason));
            _handler.check();
        }
        string[10] memory names = [
            "open",
            "post",
            "submit",
            "review",
            "silence",
            "claim",
            "end",
            "withdraw",
            "donate",
            "wait"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            assertGt(_handler.calls(bytes32(bytes(names[i]))), 0, names[i]);
        }
    }
}
