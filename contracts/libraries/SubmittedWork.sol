// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {BountyTerms} from "./BountyTerms.sol";
import {ImpactShare} from "./ImpactShare.sol";

/// @title SubmittedWork
/// @notice What makes a submission acceptable under the terms of its bounty.
library SubmittedWork {
    using BountyTerms for IBountyEscrow.Terms;

    uint256 private constant MOST_PAYEES = 250;

    /// @notice Reverts unless the submission can be handed in under the terms.
    /// @param submission The submission.
    /// @param terms The terms.
    function validate(IBountyEscrow.Submission calldata submission, IBountyEscrow.Terms calldata terms) internal pure {
        uint256 count = submission.payees.length;
        if (count == 0 || count > MOST_PAYEES || count != submission.sharesBps.length) {
            revert IBountyEscrow.BountyEscrow_PayeesInvalid();
        }
        uint256 sum = 0;
        for (uint256 i = 0; i < count; ++i) {
            if (submission.payees[i] == address(0)) revert IBountyEscrow.BountyEscrow_PayeesInvalid();
            if (submission.sharesBps[i] == 0) revert IBountyEscrow.BountyEscrow_Zero();
            _validateImpartial(submission.payees[i], terms);
            sum += submission.sharesBps[i];
        }
        if (sum != ImpactShare.BPS) revert IBountyEscrow.BountyEscrow_SharesSum(sum);
        _validateImpartial(submission.worker, terms);
        validateText(bytes(submission.evidence).length);
    }

    function _validateImpartial(address account, IBountyEscrow.Terms calldata terms) private pure {
        if (terms.isJudge(account)) revert IBountyEscrow.BountyEscrow_PayeeJudges(account);
    }

    /// @notice Reverts unless evidence or a reason is 1 to 128 bytes long.
    /// @param length Its length, in bytes.
    function validateText(uint256 length) internal pure {
        if (length == 0 || length > BountyTerms.LONGEST_TEXT) revert IBountyEscrow.BountyEscrow_TextLength(length);
    }

    /// @notice Returns whether `account` is the worker or a payee.
    /// @param submission The submission.
    /// @param account The account.
    /// @return involved True when it is.
    function involves(
        IBountyEscrow.Submission calldata submission,
        address account
    ) internal pure returns (bool involved) {
        if (account == submission.worker) return true;
        for (uint256 i = 0; i < submission.payees.length; ++i) {
            if (account == submission.payees[i]) return true;
        }
        return false;
    }
}
