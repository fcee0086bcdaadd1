// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";

/// @notice What is just allowed; `open.t.sol` holds what is just not.
contract LimitsTest is EscrowTest {
    uint32 private constant LONGEST = 3_650 days;

    function test_open_takes_windows_of_one_second_and_of_ten_years() external {
        uint32[2] memory lengths = [1, LONGEST];
        for (uint256 i = 0; i < lengths.length; ++i) {
            (terms.reviewWindow, terms.appealWindow, terms.arbiterWindow) = (lengths[i], lengths[i], lengths[i]);

            // it should open
            _open();
            assertEq(bountyId, i + 1, "bounty");
        }
    }

    function test_open_takes_the_longest_tranche() external {
        (terms.success.closesAfter, terms.success.challengeWindow) = (LONGEST, LONGEST);
        (terms.longTerm.closesAfter, terms.longTerm.challengeWindow) = (LONGEST, LONGEST);

        // it should open with the longest tranche
        _open();
        assertEq(bountyId, 1, "bounty");
    }

    function test_open_takes_the_shortest_tranche() external {
        (terms.success.opensAfter, terms.success.closesAfter) = (0, 1);
        (terms.longTerm.opensAfter, terms.longTerm.closesAfter) = (LONGEST - 1, LONGEST);

        // it should open with the shortest tranche
        _open();
        assertEq(bountyId, 1, "bounty");
    }

    function test_open_takes_one_unit() external {
        (terms.amount, terms.guaranteed, terms.maxAwards) = (1, 0, 1);

        // it should escrow that unit
        _open();
        assertEq(_credit(address(escrow)), 1, "credit");
    }

    function test_open_escrows_the_upside_of_the_smallest_share() external {
        (terms.baseBps, terms.success.shareBps, terms.longTerm.shareBps) = (9_998, 1, 1);
        (terms.success.capBps, terms.longTerm.capBps) = (20_000, 15_000);

        // it should escrow what the cap lets that share pay
        uint256 share = MAX_AWARD / 10_000;
        assertEq(opener.escrowOf(terms), 2 * (MAX_AWARD + share + share / 2), "escrow");
        _open();
        assertEq(_credit(address(escrow)), 2 * (MAX_AWARD + share + share / 2), "credit");
    }

    function test_open_reverts_when_the_smallest_share_has_an_invalid_tranche() external {
        (terms.baseBps, terms.success.shareBps, terms.longTerm.shareBps) = (9_998, 1, 1);
        IBountyEscrow.Tranche[2] memory tranches = [SUCCESS, LONG_TERM];
        for (uint256 i = 0; i < tranches.length; ++i) {
            terms.success.target = i == 0 ? 0 : 10_000;
            terms.longTerm.target = i == 0 ? 10_000 : 0;

            // it should refuse a tranche that is invalid
            bytes4 selector = IBountyOpener.BountyOpener_TrancheInvalid.selector;
            vm.prank(owner);
            vm.expectRevert(abi.encodeWithSelector(selector, tranches[i]));
            opener.open(terms);
        }
    }

    function test_open_takes_a_document_of_one_byte() external {
        terms.document = "x";

        // it should open with the shortest document
        _open();
        assertEq(bountyId, 1, "bounty");
    }
}
