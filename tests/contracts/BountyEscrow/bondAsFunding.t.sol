// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {BountyEscrow} from "../../../contracts/BountyEscrow.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IFunder} from "../../../contracts/interfaces/IFunder.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @notice A funder that brings no money when it is asked: it challenges an outcome, so that the bond comes in instead.
contract BondFunder is IFunder {
    BountyEscrow private immutable _ESCROW;
    bytes private _call;

    constructor(BountyEscrow escrow, IERC20 token) {
        _ESCROW = escrow;
        token.approve(address(escrow), type(uint256).max);
    }

    function prepare(bytes calldata call_) external {
        _call = call_;
    }

    function fund(uint256, bytes32, address, uint256) external {
        (bool done, bytes memory reason) = address(_ESCROW).call(_call);
        if (!done) {
            assembly {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }
}

/// @notice The escrow's credit grows by what funders bring and by bonds; the opener must not take one for the other.
contract BondAsFundingTest is EscrowTest {
    BondFunder private _thief;

    function setUp() public override {
        super.setUp();
        _thief = new BondFunder(escrow, yen);
        yen.mint(address(_thief), MAX_AWARD);
        terms.tokenReward = 0;
        terms.maxAwards = 1;
        terms.challengeBond = uint128(MAX_AWARD);
        work.payees = [worker, address(_thief)];
    }

    function test_pitfall_10_a_bond_that_comes_in_while_a_funder_is_asked_does_not_fund_the_bounty() external {
        _toReported(SUCCESS, 5_000);
        _thief.prepare(_challengeOf(address(_thief)));
        terms.funder = address(_thief);
        terms.submitBy = uint64(block.timestamp + 1);

        vm.prank(owner);
        vm.expectRevert(IBountyEscrow.BountyEscrow_Opening.selector);
        opener.openFrom(terms);
    }

    function test_the_same_bond_is_taken_when_nothing_is_being_opened() external {
        _toReported(SUCCESS, 5_000);
        uint256 credit = _credit(address(escrow));
        _thief.prepare(_challengeOf(address(_thief)));
        assertFalse(opener.isOpening());

        _thief.fund(0, 0, address(0), 0);

        assertEq(_credit(address(escrow)), credit + terms.challengeBond);
    }

    function _challengeOf(address challenger) private view returns (bytes memory) {
        return
            abi.encodeCall(
                escrow.challenge,
                (submissionId, _terms(), _work(), SUCCESS, challenger, "bafkreichallenge", _unsigned())
            );
    }
}
