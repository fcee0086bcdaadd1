// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VotesUpgradeable} from "@openzeppelin/contracts-upgradeable/governance/utils/VotesUpgradeable.sol";

import {PlainVotes} from "../mocks/PlainVotes.sol";
import {TokenTest} from "./TokenTest.sol";

/// @notice The supply's history is kept with fewer slots than OpenZeppelin's and says the same.
contract HistoryTest is TokenTest {
    uint256 private constant START = 1_800_000_000;

    PlainVotes private _plain = new PlainVotes();

    function setUp() public override {
        vm.warp(START);
        super.setUp();
    }

    function test_getPastTotalSupply_reverts_for_the_present() external {
        _mint(worker, 1);

        // it should revert with ERC5805FutureLookup
        vm.expectRevert(abi.encodeWithSelector(VotesUpgradeable.ERC5805FutureLookup.selector, START, START));
        token.getPastTotalSupply(START);
    }

    function test_getPastTotalSupply_before_any_mint() external view {
        // it should be zero
        assertEq(token.getPastTotalSupply(START - 1), 0);
    }

    function test_getPastTotalSupply_of_a_single_mint() external {
        _mint(worker, 10);
        vm.warp(START + 2);

        // it should be zero one second before the mint
        assertEq(token.getPastTotalSupply(START - 1), 0);

        // it should be the supply from the second of the mint on
        assertEq(token.getPastTotalSupply(START), 10);
        assertEq(token.getPastTotalSupply(START + 1), 10);
    }

    function test_getPastTotalSupply_of_mints_in_one_second() external {
        _mint(worker, 10);
        vm.warp(START + 5);
        _mint(worker, 1);
        _mint(owner, 2);
        vm.warp(START + 6);

        // it should be the supply at the end of that second
        assertEq(token.getPastTotalSupply(START + 4), 10);
        assertEq(token.getPastTotalSupply(START + 5), 13);
    }

    function testFuzz_history_is_that_of_a_plain_token(uint64[12] memory amounts, uint8[12] memory pauses) external {
        vm.startPrank(worker);
        token.delegate(outsider);
        _plain.delegate(outsider);
        vm.stopPrank();
        uint256 time = START;
        for (uint256 i = 0; i < amounts.length; ++i) {
            time += pauses[i] % 4;
            vm.warp(time);
            _mint(worker, amounts[i]);
            _plain.mint(worker, amounts[i]);
        }
        vm.warp(time + 1);

        for (uint256 past = START - 1; past <= time; ++past) {
            // it should be what a checkpoint for every mint says
            assertEq(token.getPastTotalSupply(past), _plain.getPastTotalSupply(past), "supply");

            // it should give everyone the same past votes
            assertEq(token.getPastVotes(outsider, past), _plain.getPastVotes(outsider, past), "votes");
        }
    }
}
