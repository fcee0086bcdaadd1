// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {StageWatch} from "./StageWatch.sol";

/// @title EscrowModel
/// @notice What everybody should have, told from the terms and from what changed, without asking the escrow for a sum.
/// @dev The arithmetic is restated here, plainly. A part of an award that is paid a second time stops the campaign; one
/// that is paid to somebody else, or not in full, makes somebody have another amount than is due.
abstract contract EscrowModel is StageWatch {
    /// @dev In the order in which an award pays them.
    enum Part {
        Base,
        Success,
        LongTerm,
        Completion
    }

    /// @dev The sums of one token. `paid` is gross, with the tax in it; `bonds` are those of open challenges.
    struct Book {
        uint256 escrowed;
        uint256 paid;
        uint256 taxed;
        uint256 returned;
        uint256 bonds;
        uint256 donated;
        uint256 owed;
    }

    mapping(address token => Book) internal books;
    mapping(address token => mapping(address account => uint256)) internal due;
    mapping(address payee => uint256) public tokensDue;
    uint256 public tokensPromised;

    constructor() {
        due[address(yen)][owner] = yen.balanceOf(owner);
        for (uint256 i = 0; i < accounts.length; ++i) due[COIN][accounts[i]] = accounts[i].balance;
    }

    /* WHAT A STEP PAYS */

    function _onReclaimed(uint256 unused) internal override {
        _expectReturned(opened[bountyId - 1].maxAward * unused);
        tokensPromised -= terms.tokenReward * unused;
    }

    function _onWorkStep(
        IBountyEscrow.SubmissionState memory former,
        IBountyEscrow.SubmissionState memory state
    ) internal override {
        (uint256 base, uint256 success, uint256 longTerm) = _ceilings(filed[touched].amount, state.multiplierBps);
        if (!_isAward(former) && _isAward(state)) {
            assertEq(state.multiplierBps, _multiplierBps(), "the multiplier is the reputation's, within the band");
            _expectPaid(Part.Base, base);
        }
        if (_isPaid(former.success, state.success) && terms.success.shareBps > 0) {
            _expectPaid(Part.Success, (success * state.success.achievedBps) / 10_000);
        }
        if (_isPaid(former.longTerm, state.longTerm) && terms.longTerm.shareBps > 0) {
            _expectPaid(Part.LongTerm, (longTerm * state.longTerm.achievedBps) / 10_000);
        }
        if (former.stage != state.stage && state.stage == IBountyEscrow.Stage.Completed) _expectCompletion();
        _expectBond(SUCCESS, former.success, state.success);
        _expectBond(LONG_TERM, former.longTerm, state.longTerm);
    }

    function _multiplierBps() private view returns (uint256 bps) {
        bps = reputation.multiplierBps(projectId, work.worker);
        if (bps < terms.minMultiplierBps) return terms.minMultiplierBps;
        if (bps > terms.maxMultiplierBps) return terms.maxMultiplierBps;
    }

    function _ceilings(
        uint256 amount,
        uint256 multiplierBps
    ) private view returns (uint256 base, uint256 success, uint256 longTerm) {
        uint256 award = (amount * multiplierBps) / 10_000;
        base = (award * terms.baseBps) / 10_000;
        success = (award * (uint256(terms.baseBps) + terms.success.shareBps)) / 10_000 - base;
        longTerm = award - base - success;
    }

    function _isPaid(
        IBountyEscrow.TrancheState memory former,
        IBountyEscrow.TrancheState memory state
    ) private pure returns (bool) {
        return former.stage != state.stage && state.stage == IBountyEscrow.TrancheStage.Settled;
    }

    function _expectPaid(Part part, uint256 amount) private {
        uint256 bit = 1 << uint8(part);
        assertEq(filed[touched].parts & bit, 0, "nobody is paid twice");
        filed[touched].parts |= bit;
        filed[touched].paid += amount;
        books[terms.token].paid += amount;
        uint256 left = amount;
        for (uint256 i = 1; i < work.payees.length; ++i) {
            uint256 gross = (amount * work.sharesBps[i]) / 10_000;
            left -= gross;
            _expectEarned(i, gross);
        }
        _expectEarned(0, left);
    }

    function _expectEarned(uint256 i, uint256 gross) private {
        bool isTaxed = terms.withholding != 0 && (work.exempt >> i) & 1 == 0;
        uint256 tax = isTaxed ? (gross * taxBps) / 10_000 : 0;
        if (tax > 0) ++count["tax withheld"];
        books[terms.token].taxed += tax;
        due[terms.token][collector] += tax;
        due[terms.token][work.payees[i]] += gross - tax;
    }

    /// @dev An award's total is within the guarantee in proportion and the most that was escrowed for it.
    function _expectCompletion() private {
        Filed storage award = filed[touched];
        uint256 least = (uint256(terms.guaranteed) * award.amount) / terms.amount;
        uint256 earned = award.paid;
        uint256 topUp = least > earned ? least - earned : 0;
        if (topUp > 0) ++count["topped up"];
        _expectPaid(Part.Completion, topUp);
        uint256 most = opened[bountyId - 1].maxAward;
        assertGe(award.paid, least, "an award pays its guarantee");
        assertLe(award.paid, most, "an award pays at most what was escrowed for it");
        _expectReturned(most - award.paid);
    }

    function _expectReturned(uint256 amount) private {
        books[terms.token].returned += amount;
        due[terms.token][terms.funder] += amount;
    }

    /* BONDS */

    function _expectBond(
        IBountyEscrow.Tranche which,
        IBountyEscrow.TrancheState memory former,
        IBountyEscrow.TrancheState memory state
    ) private {
        uint256 bond = terms.challengeBond;
        if (former.stage == state.stage) return;
        if (state.stage == IBountyEscrow.TrancheStage.Challenged) books[terms.token].bonds += bond;
        if (former.stage != IBountyEscrow.TrancheStage.Challenged || bond == 0) return;
        address account = filed[touched].challengers[uint8(which)];
        bool isLost = ruled && former.achievedBps == state.achievedBps;
        ++count[isLost ? bytes32("bond lost") : bytes32("bond returned")];
        bool isWorkers = account != terms.funder && _isInvolved(account);
        if (isLost) account = isWorkers ? terms.funder : work.worker;
        books[terms.token].bonds -= bond;
        due[terms.token][account] += bond;
    }

    function _isInvolved(address account) internal view returns (bool) {
        for (uint256 i = 0; i < work.payees.length; ++i) {
            if (work.payees[i] == account) return true;
        }
        return account == work.worker;
    }

    /* PROJECT TOKENS */

    function _onClaimed(uint256 named) internal override {
        uint256 left = terms.tokenReward;
        for (uint256 i = 1; i < work.payees.length; ++i) {
            uint256 amount = (uint256(terms.tokenReward) * work.sharesBps[i]) / 10_000;
            left -= amount;
            if ((named >> i) & 1 == 1) _expectTokens(work.payees[i], amount);
        }
        if (named & 1 == 1) _expectTokens(work.payees[0], left);
    }

    function _expectTokens(address payee, uint256 amount) private {
        tokensPromised -= amount;
        tokensDue[payee] += amount;
    }

    /* WHAT CAN STILL BE OWED */

    /// @notice Returns the books of the three tokens, with the most that their bounties can still owe.
    function statement() external view returns (Book[3] memory sums) {
        for (uint256 k = 0; k < 3; ++k) {
            sums[k] = books[tokens[k]];
            sums[k].owed = sums[k].bonds;
        }
        for (uint256 i = 0; i < opened.length; ++i) {
            if (opened[i].former.reclaimed) continue;
            uint256 left = opened[i].maxAwards - opened[i].former.awards;
            sums[opened[i].token].owed += opened[i].maxAward * left;
        }
        for (uint256 i = 0; i < filed.length; ++i) {
            if (filed[i].former.stage != IBountyEscrow.Stage.Accepted) continue;
            Opened storage bounty = opened[filed[i].bountyId - 1];
            sums[bounty.token].owed += bounty.maxAward - filed[i].paid;
        }
    }

    /// @notice Returns what everybody should have of the three tokens, in wallet and vault together.
    function dues() external view returns (uint256[][3] memory amounts) {
        for (uint256 k = 0; k < 3; ++k) {
            amounts[k] = new uint256[](accounts.length);
            for (uint256 i = 0; i < accounts.length; ++i) amounts[k][i] = due[tokens[k]][accounts[i]];
        }
    }

    /* OPENED AND FILED */

    /// @dev The most that an award under the terms can pay: the highest multiplier, and each tranche at its cap.
    function _mostOfAward() internal view returns (uint256) {
        (uint256 base, uint256 success, uint256 longTerm) = _ceilings(terms.amount, terms.maxMultiplierBps);
        return base + (success * terms.success.capBps) / 10_000 + (longTerm * terms.longTerm.capBps) / 10_000;
    }

    function _noteOpened(uint256 escrowedAmount) internal {
        opened.push();
        Opened storage bounty = opened[opened.length - 1];
        bounty.terms = _terms();
        (bounty.maxAwards, bounty.submitBy) = (terms.maxAwards, terms.submitBy);
        bounty.maxAward = escrowedAmount / terms.maxAwards;
        bounty.token =
            terms.token == tokens[0]
                ? 0
                : terms.token == tokens[1]
                    ? 1
                    : 2;
        books[terms.token].escrowed += escrowedAmount;
        tokensPromised += terms.tokenReward * terms.maxAwards;
    }

    function _noteFiled(uint256 amount) internal {
        touched = filed.length;
        filed.push();
        Filed storage submission = filed[touched];
        (submission.bountyId, submission.submissionId) = (bountyId, submissionId);
        (submission.submission, submission.amount) = (_work(), amount);
    }
}
