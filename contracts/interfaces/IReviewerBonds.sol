// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IBountyEscrow} from "./IBountyEscrow.sol";
import {IPayoutVault} from "./IPayoutVault.sol";
import {IProjectRegistry} from "./IProjectRegistry.sol";

/// @title IReviewerBonds
/// @notice Money that reviewers put down for a bounty, and lose in part to a worker whose work they let lie.
/// @dev Bonds are optional. The project states once, before any work came in, what a bond is and how much of it is lost
/// each time; a reviewer who agrees puts it down. A worker looks at `bondedOf` before handing in work.
///
/// A reviewer loses when work is accepted because the reviewers were silent, it said nothing of the version that was
/// accepted, and its bond stood when the work was handed in. What was decided by appeal costs nobody anything.
///
/// A bond comes back 30 days after somebody noted that nothing can be accepted any more: every award was given, or the
/// awards that nobody won went back. Until then silence can be claimed.
///
/// `terms` and `submission` are the exact bytes of the escrow's events. Money is in the token that the terms name and
/// lies in the payout vault as the credit of this contract. Windows are half-open: `[start, end)`.
interface IReviewerBonds {
    /// @notice What is stored of a bounty.
    /// @param bond What a reviewer puts down, in base units; zero when the project has set no bond.
    /// @param lossBps The part of the bond that is lost each time, in basis points.
    /// @param bonded The reviewers with something left of a bond, bit i for reviewer i of the terms.
    /// @param endedAt When it was noted that nothing can be accepted any more, unix s; zero before.
    struct BountyBonds {
        uint128 bond;
        uint16 lossBps;
        uint16 bonded;
        uint40 endedAt;
    }

    /// @notice What is stored of a reviewer's bond.
    /// @param left What is left of it, in base units.
    /// @param postedAt When it was put down, unix s.
    /// @param formerWork How many submissions there were then; the bond answers for none of them.
    struct Bond {
        uint128 left;
        uint40 postedAt;
        uint32 formerWork;
    }

    /// @notice Thrown when the terms given are not the bounty's, or there is no such bounty.
    /// @param bountyId The bounty.
    error ReviewerBonds_TermsMismatch(uint256 bountyId);

    /// @notice Thrown when the submission given is not the stored one.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    error ReviewerBonds_SubmissionMismatch(uint256 bountyId, uint256 submissionId);

    /// @notice Thrown when the account may not act for the project.
    /// @param projectId The project.
    /// @param account The account.
    error ReviewerBonds_NotAuthorized(uint256 projectId, address account);

    /// @notice Thrown when the account is no reviewer of the bounty.
    /// @param account The account.
    error ReviewerBonds_NotReviewer(address account);

    /// @notice Thrown when nothing of a bond would be lost, or more than all.
    /// @param bond The bond, in base units.
    /// @param lossBps The part that is lost, in basis points.
    error ReviewerBonds_LossInvalid(uint256 bond, uint256 lossBps);

    /// @notice Thrown when the bond of a bounty is set twice.
    /// @param bountyId The bounty.
    error ReviewerBonds_AlreadySet(uint256 bountyId);

    /// @notice Thrown when the bond of a bounty is set after work came in.
    /// @param bountyId The bounty.
    /// @param submissions How many submissions there were.
    error ReviewerBonds_WorkCameIn(uint256 bountyId, uint256 submissions);

    /// @notice Thrown when the bounty takes no more work.
    /// @param bountyId The bounty.
    error ReviewerBonds_Closed(uint256 bountyId);

    /// @notice Thrown when a reviewer agrees to another bond or loss than the project has set.
    /// @param bond The bond that is set, in base units; zero when none is.
    /// @param lossBps The part that is lost, in basis points.
    error ReviewerBonds_NotAgreed(uint256 bond, uint256 lossBps);

    /// @notice Thrown when a reviewer puts down a second bond while something is left of the first.
    /// @param bountyId The bounty.
    /// @param reviewer The reviewer.
    error ReviewerBonds_AlreadyPosted(uint256 bountyId, address reviewer);

    /// @notice Thrown when the value sent is not what is needed: the bond for the native coin, else nothing.
    /// @param found The value found, in wei.
    /// @param needed The value needed, in wei.
    error ReviewerBonds_ValueMismatch(uint256 found, uint256 needed);

    /// @notice Thrown when silence is claimed twice for a submission.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    error ReviewerBonds_AlreadyClaimed(uint256 bountyId, uint256 submissionId);

    /// @notice Thrown when the reviewers did not let this work lie: it is not accepted, or they or an arbiter decided.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    error ReviewerBonds_NotSilent(uint256 bountyId, uint256 submissionId);

    /// @notice Thrown when no silent reviewer had a bond in time.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    error ReviewerBonds_NothingToClaim(uint256 bountyId, uint256 submissionId);

    /// @notice Thrown when the end of a bounty is noted while work can still be accepted.
    /// @param bountyId The bounty.
    error ReviewerBonds_NotEnded(uint256 bountyId);

    /// @notice Thrown when the end of a bounty is noted twice.
    /// @param bountyId The bounty.
    error ReviewerBonds_AlreadyEnded(uint256 bountyId);

    /// @notice Thrown when nothing is left of a reviewer's bond, or it never put one down.
    /// @param bountyId The bounty.
    /// @param reviewer The reviewer.
    error ReviewerBonds_NotBonded(uint256 bountyId, address reviewer);

    /// @notice Thrown when an action is taken outside its window `[start, end)`.
    /// @param start The window's start, unix s; zero when it has none.
    /// @param end The window's end, unix s; 2^256 - 1 when it has none.
    /// @param time The time now, unix s.
    error ReviewerBonds_OutsideWindow(uint256 start, uint256 end, uint256 time);

    /// @notice Emitted when the project sets the bond of a bounty.
    /// @param bountyId The bounty.
    /// @param caller Who set it.
    /// @param bond What a reviewer puts down, in base units.
    /// @param lossBps The part that is lost each time, in basis points.
    event BondSet(uint256 indexed bountyId, address indexed caller, uint128 bond, uint16 lossBps);

    /// @notice Emitted when a reviewer puts down a bond.
    /// @param bountyId The bounty.
    /// @param reviewer The reviewer.
    /// @param token The token.
    /// @param amount The bond, in base units.
    event BondPosted(uint256 indexed bountyId, address indexed reviewer, address indexed token, uint256 amount);

    /// @notice Emitted when a reviewer loses of its bond.
    /// @param bountyId The bounty.
    /// @param submissionId The submission that it let lie.
    /// @param reviewer The reviewer.
    /// @param worker The worker, who is credited.
    /// @param amount What was lost, in base units.
    event BondLost(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        address indexed reviewer,
        address worker,
        uint256 amount
    );

    /// @notice Emitted when it is noted that nothing of a bounty can be accepted any more.
    /// @param bountyId The bounty.
    /// @param caller Who noted it.
    /// @param endedAt When, unix s.
    event BountyEnded(uint256 indexed bountyId, address indexed caller, uint40 endedAt);

    /// @notice Emitted when what is left of a bond goes back to the reviewer's credit.
    /// @param bountyId The bounty.
    /// @param reviewer The reviewer.
    /// @param token The token.
    /// @param amount What went back, in base units.
    event BondReturned(uint256 indexed bountyId, address indexed reviewer, address indexed token, uint256 amount);

    /* PUTTING DOWN */

    /// @notice Sets the bond of a bounty, once, before any work came in. The project's owner or a steward.
    /// @param bountyId The bounty.
    /// @param terms Its terms.
    /// @param bond What a reviewer puts down, in base units of the token that the terms name.
    /// @param lossBps The part of it that is lost each time, in basis points, rounded down; it must come to something.
    function setBond(uint256 bountyId, bytes calldata terms, uint128 bond, uint16 lossBps) external;

    /// @notice Puts down the caller's bond, until `submitBy`. A reviewer whose bond was lost to nothing may do it
    /// again.
    /// @dev Needs an allowance of the caller to this contract, or that value sent with the call for the native coin.
    /// @param bountyId The bounty.
    /// @param terms Its terms.
    /// @param bond The bond that the caller agrees to, in base units: the one that the project has set.
    /// @param lossBps The loss that the caller agrees to, in basis points: the one that the project has set.
    function post(uint256 bountyId, bytes calldata terms, uint128 bond, uint16 lossBps) external payable;

    /* LOSING */

    /// @notice Moves what silent reviewers lose to the worker's credit, once for a submission. Anyone.
    /// @dev A reviewer loses what is left at most, so of two claims on one bond the first may leave less for the
    /// second.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    /// @return amount What the worker was credited with, in base units.
    function claimSilence(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission
    ) external returns (uint256 amount);

    /* GETTING BACK */

    /// @notice Notes that nothing of a bounty can be accepted any more, from when the grace counts. Anyone.
    /// @param bountyId The bounty.
    /// @param terms Its terms.
    function markEnded(uint256 bountyId, bytes calldata terms) external;

    /// @notice Returns what is left of a bond to the reviewer's credit. Anyone, from the end of the grace on.
    /// @param bountyId The bounty.
    /// @param terms Its terms.
    /// @param reviewer The reviewer.
    function withdraw(uint256 bountyId, bytes calldata terms, address reviewer) external;

    /* VIEWS */

    /// @notice Returns whether something is left of a reviewer's bond.
    /// @param bountyId The bounty.
    /// @param reviewer The reviewer.
    /// @return bonded True when it is.
    function isBonded(uint256 bountyId, address reviewer) external view returns (bool bonded);

    /// @notice Returns which reviewers have something left of a bond.
    /// @param bountyId The bounty.
    /// @return bonded The reviewers, bit i for reviewer i of the terms.
    function bondedOf(uint256 bountyId) external view returns (uint16 bonded);

    /// @notice Returns what is stored of a bounty.
    /// @param bountyId The bounty.
    /// @return bonds Its bonds.
    function bondsOf(uint256 bountyId) external view returns (BountyBonds memory bonds);

    /// @notice Returns what is stored of a reviewer's bond.
    /// @param bountyId The bounty.
    /// @param reviewer The reviewer.
    /// @return bond The bond.
    function bondOf(uint256 bountyId, address reviewer) external view returns (Bond memory bond);

    /// @notice Returns whether silence was claimed for a submission.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @return claimed True when it was.
    function isClaimed(uint256 bountyId, uint256 submissionId) external view returns (bool claimed);

    /// @notice Returns how long silence can be claimed before bonds go back.
    /// @return duration The time, in s.
    function GRACE() external view returns (uint256 duration);

    /// @notice Returns the escrow whose reviewers put down bonds.
    /// @return account The escrow.
    function escrow() external view returns (IBountyEscrow account);

    /// @notice Returns the registry that says who may act for a project.
    /// @return registry The registry.
    function projects() external view returns (IProjectRegistry registry);

    /// @notice Returns the vault in which the bonds lie.
    /// @return account The vault.
    function vault() external view returns (IPayoutVault account);
}
