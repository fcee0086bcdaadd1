// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReviewerBonds} from "../../../contracts/ReviewerBonds.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IReviewerBonds} from "../../../contracts/interfaces/IReviewerBonds.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";

/// @title BondsHandler
/// @notice Random business with bonds on the real escrow and vault: bounties in a token and in coin, three reviewers who
/// speak or are silent, and gifts from strangers.
/// @dev A verb is called only when the rules allow it, and then it must not revert.
contract BondsHandler is EscrowTest {
    address private constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;
    uint256 private constant MOST_BOUNTIES = 6;

    struct Filed {
        uint256 bountyId;
        uint256 submissionId;
    }

    ReviewerBonds public bonds;
    address[2] public tokens;
    mapping(address token => uint256) public posted;
    mapping(address token => uint256) public lost;
    mapping(address token => uint256) public returned;
    mapping(address token => uint256) public donated;
    mapping(bytes32 verb => uint256) public calls;

    IBountyEscrow.Terms[] private _allTerms;
    Filed[] private _filed;
    uint256 private _now;

    constructor() {
        setUp();
        bonds = new ReviewerBonds(escrow);
        tokens = [address(yen), NATIVE];
        // An accepted work is complete at once and pays nobody but the colleague, so the worker's credit is all bonds.
        (terms.baseBps, terms.success.shareBps, terms.longTerm.shareBps) = (10_000, 0, 0);
        (terms.tokenReward, terms.guaranteed, terms.maxAwards) = (0, 0, 4);
        (work.payees, work.sharesBps) = (new address[](1), new uint16[](1));
        (work.payees[0], work.sharesBps[0]) = (colleague, 10_000);
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(reviewers[i]);
            yen.approve(address(bonds), type(uint256).max);
        }
        _now = block.timestamp;
    }

    /// @dev A campaign forgets the time between two calls.
    modifier inTime() {
        vm.warp(_now);
        _;
        _now = block.timestamp;
    }

    /* VERBS */

    function open(uint256 token, uint256 bond, uint256 lossBps) external inTime {
        if (_allTerms.length == MOST_BOUNTIES) return;
        terms.token = tokens[token % 2];
        terms.amount = uint128(1 + (bond % 1 ether));
        terms.submitBy = uint64(block.timestamp + 60 days);
        uint256 escrowed = opener.escrowOf(terms);
        vm.deal(owner, escrowed);
        vm.prank(owner);
        bountyId = opener.open{value: terms.token == NATIVE ? escrowed : 0}(terms);
        _allTerms.push(terms);

        vm.prank(owner);
        bonds.setBond(bountyId, _terms(), uint128(10_000 + (bond % 1 ether)), uint16(1 + (lossBps % 10_000)));
        ++calls["open"];
    }

    function post(uint256 which, uint256 who) external inTime {
        if (!_focus(which) || _bounty().closed || block.timestamp >= terms.submitBy) return;
        address reviewer = reviewers[who % 3];
        if (bonds.isBonded(bountyId, reviewer)) return;
        IReviewerBonds.BountyBonds memory agreed = bonds.bondsOf(bountyId);
        yen.mint(reviewer, agreed.bond);
        vm.deal(reviewer, agreed.bond);

        vm.prank(reviewer);
        bonds.post{value: terms.token == NATIVE ? agreed.bond : 0}(bountyId, _terms(), agreed.bond, agreed.lossBps);
        posted[terms.token] += agreed.bond;
        ++calls["post"];
    }

    function submit(uint256 which) external inTime {
        if (!_focus(which) || _bounty().closed || block.timestamp >= terms.submitBy) return;
        if (_bounty().awards == terms.maxAwards) return;

        _submit();
        _filed.push(Filed(bountyId, submissionId));
        ++calls["submit"];
    }

    function review(uint256 which, uint256 who, uint256 verdict) external inTime {
        if (!_focusPending(which)) return;
        bool isDone = ((_state().approvals | _state().rejections) >> (who % 3)) & 1 == 1;
        if (isDone || block.timestamp >= _state().clock + terms.reviewWindow) return;

        _review(who % 3, verdict % 2 == 0 ? APPROVE : REJECT);
        ++calls["review"];
    }

    function acceptBySilence(uint256 which, uint256 mood) external inTime {
        // Most work waits, so that some of it is reviewed.
        if (mood % 3 > 0 || !_focusPending(which)) return;
        uint256 silentFrom = _state().clock + terms.reviewWindow;
        if (block.timestamp < silentFrom) vm.warp(silentFrom);

        escrow.acceptBySilence(submissionId, _terms(), _work());
        ++calls["silence"];
    }

    function claim(uint256 which) external inTime {
        for (uint256 i = 0; i < _filed.length; ++i) {
            _focusFiled(((which % _filed.length) + i) % _filed.length);
            if (!_state().bySilence || bonds.isClaimed(bountyId, submissionId)) continue;
            // What nobody silent answers for is refused; all other claims are taken.
            try bonds.claimSilence(submissionId, _terms(), _work()) returns (uint256 amount) {
                lost[terms.token] += amount;
                ++calls["claim"];
                return;
            } catch (bytes memory reason) {
                assertEq(bytes4(reason), IReviewerBonds.ReviewerBonds_NothingToClaim.selector, "refusal");
            }
        }
    }

    function end(uint256 which) external inTime {
        if (!_focus(which) || bonds.bondsOf(bountyId).endedAt > 0) return;
        _end();
    }

    function withdraw(uint256 which, uint256 who) external inTime {
        if (!_focus(which) || bonds.bondsOf(bountyId).endedAt == 0) return;
        address reviewer = reviewers[who % 3];
        if (!bonds.isBonded(bountyId, reviewer)) return;
        _withdraw(reviewer);
    }

    function donate(uint256 which, uint256 amount) external inTime {
        amount = 1 + (amount % 1 ether);
        if (which % 2 == 0) {
            yen.mint(address(vault), amount);
            vault.settle(address(yen), address(bonds), amount);
        } else {
            vm.deal(outsider, amount);
            vm.prank(outsider);
            vault.depositNative{value: amount}(address(bonds));
        }
        donated[tokens[which % 2]] += amount;
        ++calls["donate"];
    }

    function wait(uint256 time) external inTime {
        skip(1 + (time % 4 days));
        ++calls["wait"];
    }

    /* STEPS */

    /// @dev Only work that no award is left for may wait for ever; it does not keep the awards from going back.
    function _end() private {
        bool decided = _bounty().pending == 0 && block.timestamp >= _bounty().appealableUntil;
        if (_bounty().awards < terms.maxAwards) {
            if (!decided) return;
            if (!_bounty().closed) _close();
            if (!_bounty().reclaimed) _reclaim();
        }
        bonds.markEnded(bountyId, _terms());
        ++calls["end"];
    }

    function _withdraw(address reviewer) private {
        uint256 left = bonds.bondOf(bountyId, reviewer).left;
        uint256 grace = bonds.bondsOf(bountyId).endedAt + bonds.GRACE();
        if (block.timestamp < grace) vm.warp(grace);

        bonds.withdraw(bountyId, _terms(), reviewer);
        returned[terms.token] += left;
        ++calls["withdraw"];
    }

    /* FOCUS */

    function _focus(uint256 which) private returns (bool found) {
        if (_allTerms.length == 0) return false;
        bountyId = (which % _allTerms.length) + 1;
        terms = _allTerms[bountyId - 1];
        work.bountyId = bountyId;
        return true;
    }

    function _focusFiled(uint256 i) private {
        _focus(_filed[i].bountyId - 1);
        submissionId = _filed[i].submissionId;
    }

    /// @dev Looks from `which` on for work that can still win, so that few calls are in vain.
    function _focusPending(uint256 which) private returns (bool found) {
        for (uint256 i = 0; i < _filed.length; ++i) {
            _focusFiled(((which % _filed.length) + i) % _filed.length);
            bool canWin = _bounty().awards < terms.maxAwards;
            if (canWin && _state().stage == IBountyEscrow.Stage.Pending) return true;
        }
        return false;
    }

    /* LAWS */

    /// @notice Compares what is left of all bonds in a token with what was put down, lost and returned.
    function check() external view {
        for (uint256 t = 0; t < 2; ++t) {
            address token = tokens[t];
            uint256 left = 0;
            for (uint256 id = 1; id <= _allTerms.length; ++id) {
                if (_allTerms[id - 1].token == token) left += _leftOf(id);
            }
            assertEq(vault.creditOf(token, address(bonds)), left + donated[token], "credit is what is left, and gifts");
            assertEq(left + lost[token] + returned[token], posted[token], "money is conserved");
            assertEq(vault.creditOf(token, worker), lost[token], "the worker has what was lost");
            assertEq(_creditOfReviewers(token), returned[token], "the reviewers have what was returned");
        }
    }

    function _leftOf(uint256 id) private view returns (uint256 left) {
        for (uint256 i = 0; i < 3; ++i) {
            uint256 part = bonds.bondOf(id, reviewers[i]).left;
            assertEq((bonds.bondedOf(id) >> i) & 1, part > 0 ? 1 : 0, "bit");
            assertLe(part, bonds.bondsOf(id).bond, "not more than the bond");
            left += part;
        }
    }

    function _creditOfReviewers(address token) private view returns (uint256 credit) {
        for (uint256 i = 0; i < 3; ++i) credit += vault.creditOf(token, reviewers[i]);
    }

    /// @notice Brings every bond to its end by calls that anyone may make.
    function finish() external {
        vm.warp(_now + 365 days);
        for (uint256 i = 0; i < _filed.length; ++i) {
            if (!_focusPending(i)) break;
            escrow.acceptBySilence(submissionId, _terms(), _work());
        }
        for (uint256 id = 1; id <= _allTerms.length; ++id) {
            _focus(id - 1);
            if (!_bounty().closed) escrow.close(bountyId, _terms(), "expired", "");
            if (bonds.bondsOf(id).endedAt == 0) _end();
            for (uint256 i = 0; i < 3; ++i) {
                if (bonds.isBonded(id, reviewers[i])) _withdraw(reviewers[i]);
            }
        }
        for (uint256 t = 0; t < 2; ++t) {
            assertEq(vault.creditOf(tokens[t], address(bonds)), donated[tokens[t]], "credit at the end");
        }
    }
}
