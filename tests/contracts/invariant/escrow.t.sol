// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {BountyEscrow} from "../../../contracts/BountyEscrow.sol";
import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {EscrowHandler} from "./EscrowHandler.sol";

/// @notice The laws of the money. What each award has paid is restated here from its terms and state alone; a unit that
/// was paid twice, to nobody, or out of another bounty breaks an equality.
/// forge-config: default.invariant.runs = 256
/// forge-config: default.invariant.depth = 50
contract EscrowInvariantTest is Test {
    EscrowHandler private _handler;
    BountyEscrow private _escrow;
    PayoutVault private _vault;
    ProjectToken private _projectToken;
    address private _owner;

    struct Sums {
        uint256 owed;
        uint256 paid;
        uint256 returned;
    }

    function setUp() external {
        _handler = new EscrowHandler();
        (address escrow, address vault, address token, address owner) = _handler.system();
        (_escrow, _vault, _projectToken) = (BountyEscrow(escrow), PayoutVault(vault), ProjectToken(token));
        _owner = owner;
        targetContract(address(_handler));
        targetSelector(FuzzSelector(address(_handler), _verbs()));
    }

    function _verbs() private view returns (bytes4[] memory verbs) {
        verbs = new bytes4[](14);
        (verbs[0], verbs[1], verbs[2]) = (_handler.open.selector, _handler.submit.selector, _handler.review.selector);
        (verbs[3], verbs[4]) = (_handler.acceptBySilence.selector, _handler.report.selector);
        (verbs[5], verbs[6], verbs[7]) = (
            _handler.challenge.selector,
            _handler.rule.selector,
            _handler.settle.selector
        );
        (verbs[8], verbs[9], verbs[10]) = (
            _handler.claimTokens.selector,
            _handler.close.selector,
            _handler.wait.selector
        );
        (verbs[11], verbs[12]) = (_handler.withdraw.selector, _handler.donate.selector);
        verbs[13] = _handler.meddle.selector;
    }

    /* INVARIANTS */

    /// @dev One campaign for all laws, because each invariant function would run a campaign of its own.
    function invariant_every_law_of_the_money_holds() public view {
        _assertMoney(address(_handler.tokens(0)), 1_000_000_000 ether);
        _assertMoney(address(_handler.tokens(1)), 0);
        _assertProjectTokensAreReservedForEveryPromise();
        _assertCountsAreThoseOfTheStages();
    }

    function _assertMoney(address token, uint256 ownersPurse) private view {
        Sums memory sums = _sums(token);
        assertEq(sums.owed + sums.paid + sums.returned, _handler.escrowed(token), "money is conserved");

        uint256 credit = _vault.creditOf(token, address(_escrow));
        assertEq(credit, sums.owed + _handler.donated(token), "credit is exactly what can still be owed");

        uint256 had = 0;
        for (uint256 i = 0; i < 4; ++i) had += _had(token, _handler.payees(i));
        assertEq(had, sums.paid, "payees have exactly what their awards paid");
        assertEq(_had(token, _owner) - ownersPurse, sums.returned, "the funder has exactly what was returned");
    }

    function _assertProjectTokensAreReservedForEveryPromise() private view {
        (uint256 bounties, uint256 works) = _handler.counts();
        uint256 promised = 0;
        for (uint256 id = 1; id <= bounties; ++id) {
            (, IBountyEscrow.BountyState memory state) = _escrow.bountyOf(id);
            IBountyEscrow.Terms memory terms = _handler.termsOf(id);
            if (!state.closed) promised += uint256(terms.tokenReward) * (terms.maxAwards - state.awards);
        }
        for (uint256 i = 0; i < works; ++i) {
            (IBountyEscrow.Terms memory terms, IBountyEscrow.SubmissionState memory state) = _work(i);
            if (_isAwarded(state) && !state.tokensClaimed) promised += terms.tokenReward;
        }
        assertEq(_projectToken.reservedBy(address(_escrow)), promised, "reserved");
    }

    function _assertCountsAreThoseOfTheStages() private view {
        (uint256 bounties, uint256 works) = _handler.counts();
        uint256[] memory pending = new uint256[](bounties + 1);
        uint256[] memory awards = new uint256[](bounties + 1);
        for (uint256 i = 0; i < works; ++i) {
            (uint256 id, ) = _handler.filed(i);
            (, IBountyEscrow.SubmissionState memory state) = _work(i);
            if (state.stage == IBountyEscrow.Stage.Pending) ++pending[id];
            if (_isAwarded(state)) ++awards[id];
        }
        for (uint256 id = 1; id <= bounties; ++id) {
            (, IBountyEscrow.BountyState memory state) = _escrow.bountyOf(id);
            assertEq(state.pending, pending[id], "pending");
            assertEq(state.awards, awards[id], "awards");
            assertLe(state.awards, _handler.termsOf(id).maxAwards, "most awards");
        }
    }

    // Whatever happened: by calls that anyone may make everything ends, and nothing stays in the escrow but gifts.
    function afterInvariant() external {
        _handler.finish();
        for (uint256 i = 0; i < 2; ++i) {
            address token = address(_handler.tokens(i));
            assertEq(_sums(token).owed, 0, "owed at the end");
            assertEq(_vault.creditOf(token, address(_escrow)), _handler.donated(token), "credit at the end");
            assertEq(TestYen(token).balanceOf(address(_escrow)), 0, "own money");
        }
        assertEq(_projectToken.reservedBy(address(_escrow)), 0, "reserved at the end");
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
        }
        invariant_every_law_of_the_money_holds();
        string[14] memory names = [
            "open",
            "submit",
            "review",
            "silence",
            "report",
            "challenge",
            "rule",
            "settle",
            "claim",
            "close",
            "wait",
            "withdraw",
            "donate",
            "meddled"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            assertGt(_handler.calls(bytes32(bytes(names[i]))), 0, names[i]);
        }
    }

    /* RESTATED */

    function _sums(address token) private view returns (Sums memory sums) {
        (uint256 bounties, uint256 works) = _handler.counts();
        for (uint256 id = 1; id <= bounties; ++id) {
            IBountyEscrow.Terms memory terms = _handler.termsOf(id);
            if (terms.token != token) continue;
            (, IBountyEscrow.BountyState memory state) = _escrow.bountyOf(id);
            uint256 left = _maxAward(terms) * (terms.maxAwards - state.awards);
            if (state.closed) sums.returned += left;
            else sums.owed += left;
        }
        for (uint256 i = 0; i < works; ++i) {
            (IBountyEscrow.Terms memory terms, IBountyEscrow.SubmissionState memory state) = _work(i);
            if (terms.token != token || !_isAwarded(state)) continue;
            uint256 paid = _paid(terms, state);
            sums.paid += paid;
            if (state.stage == IBountyEscrow.Stage.Completed) sums.returned += _maxAward(terms) - paid;
            else sums.owed += _maxAward(terms) - paid;
        }
    }

    function _paid(
        IBountyEscrow.Terms memory terms,
        IBountyEscrow.SubmissionState memory state
    ) private pure returns (uint256 paid) {
        uint256 award = (uint256(terms.amount) * state.multiplierBps) / 10_000;
        uint256 base = (award * terms.baseBps) / 10_000;
        uint256 success = (award * (uint256(terms.baseBps) + terms.success.shareBps)) / 10_000 - base;
        paid = base + _settled(state.success, success) + _settled(state.longTerm, award - base - success);
        if (state.stage == IBountyEscrow.Stage.Completed && paid < terms.guaranteed) paid = terms.guaranteed;
    }

    function _settled(IBountyEscrow.TrancheState memory state, uint256 ceiling) private pure returns (uint256) {
        return state.stage == IBountyEscrow.TrancheStage.Settled ? (ceiling * state.achievedBps) / 10_000 : 0;
    }

    function _maxAward(IBountyEscrow.Terms memory terms) private pure returns (uint256) {
        return (uint256(terms.amount) * terms.maxMultiplierBps) / 10_000;
    }

    function _isAwarded(IBountyEscrow.SubmissionState memory state) private pure returns (bool) {
        return uint8(state.stage) >= uint8(IBountyEscrow.Stage.Accepted);
    }

    function _work(
        uint256 i
    ) private view returns (IBountyEscrow.Terms memory terms, IBountyEscrow.SubmissionState memory state) {
        (uint256 bountyId, uint256 submissionId) = _handler.filed(i);
        (, state) = _escrow.submissionOf(bountyId, submissionId);
        terms = _handler.termsOf(bountyId);
    }

    function _had(address token, address account) private view returns (uint256) {
        return TestYen(token).balanceOf(account) + _vault.creditOf(token, account);
    }
}
