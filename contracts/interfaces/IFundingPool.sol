// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IFunder} from "./IFunder.sol";

/// @title IFundingPool
/// @notice Several funders bring the money of one bounty together, and share what comes back from it.
/// @dev A pool lives in two times. Until it has funded its bounty, a contribution belongs to its contributor, who can
/// take it back at any moment, deadline or not; from the deadline on anyone can return it for them, and the pool
/// takes and funds nothing any more. When the project opens the bounty, before the deadline and with the goal
/// reached, exactly the goal goes to the escrow. Whatever comes back to the pool after that, in any number of parts,
/// is shared in proportion to the contributions, by a call for each contributor that anyone may make.
///
/// Rounding: a share is rounded down, the first contributor's is rounded up. What is left of the division, never as
/// many base units as there are contributors, and none at all for two, waits for what comes next. Nothing beyond this
/// can be promised to anyone by name: a unit given away early could be one that another's share has to have after the
/// next refund.
///
/// There is no owner, no fee and no upgrade. Money comes and goes as credit in the payout vault only.
/// @dev Warning: money that is sent to a pool by a plain transfer of tokens is lost. Credit that is sent to it in the
/// vault before it has funded is shared after it has, and stays for ever in a pool that never funds.
/// @dev Warning: as everybody can take back until the bounty is funded, one who fills a pool can empty it just before
/// the bounty is opened. That costs the others time, never money.
interface IFundingPool is IFunder {
    /// @notice What is kept of a contributor.
    /// @param amount The contribution, in base units.
    /// @param released What was released of its share so far, in base units.
    struct Contribution {
        uint128 amount;
        uint128 released;
    }

    /// @notice An ERC-3009 authorization (`ReceiveWithAuthorization`) of the contributor to the pool. As only the
    /// receiver can use one, it is good for this pool alone, and whoever carries it, the signer is the contributor.
    /// @param from The signer.
    /// @param validAfter The start of the authorization, exclusive, unix s.
    /// @param validBefore The end of the authorization, exclusive, unix s.
    /// @param nonce Its number, used once per signer and token.
    /// @param v Part of the signature.
    /// @param r Part of the signature.
    /// @param s Part of the signature.
    struct Authorization {
        address from;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice Thrown when the caller is not the factory that made the pool.
    /// @param caller The caller.
    error FundingPool_NotFactory(address caller);

    /// @notice Thrown when the caller is not the escrow's opener.
    /// @param caller The caller.
    error FundingPool_NotOpener(address caller);

    /// @notice Thrown when an amount is zero.
    error FundingPool_AmountZero();

    /// @notice Thrown when a contribution is greater than what is missing. Nothing is cut: what was signed is what
    /// moves.
    /// @param room What is missing to the goal, in base units.
    /// @param amount The contribution, in base units.
    error FundingPool_RoomExceeded(uint256 room, uint256 amount);

    /// @notice Thrown when more is taken back than was contributed.
    /// @param contributor The contributor.
    /// @param contributed The contribution, in base units.
    /// @param amount What was asked for, in base units.
    error FundingPool_ContributionExceeded(address contributor, uint256 contributed, uint256 amount);

    /// @notice Thrown when native coin is sent to a pool of another token.
    /// @param token The pool's token.
    error FundingPool_NotNative(address token);

    /// @notice Thrown when the deadline has passed.
    /// @param deadline The deadline, unix s.
    /// @param time The time now, unix s.
    error FundingPool_DeadlinePassed(uint64 deadline, uint256 time);

    /// @notice Thrown when contributions are returned by others before the deadline.
    /// @param deadline The deadline, unix s.
    /// @param time The time now, unix s.
    error FundingPool_DeadlineAhead(uint64 deadline, uint256 time);

    /// @notice Thrown when the pool has funded its bounty already.
    /// @param bountyId The bounty.
    error FundingPool_AlreadyFunded(uint256 bountyId);

    /// @notice Thrown when the bounty is not the pool's.
    /// @param termsHash The hash of the bounty's terms.
    /// @param token The token that it pays with.
    /// @param amount What the escrow needs, in base units.
    error FundingPool_BountyMismatch(bytes32 termsHash, address token, uint256 amount);

    /// @notice Thrown when the goal is not reached.
    /// @param raised What was contributed, in base units.
    /// @param goal The goal, in base units.
    error FundingPool_GoalNotReached(uint256 raised, uint256 goal);

    /// @notice Thrown when there is nothing to release for an account.
    /// @param contributor The account.
    error FundingPool_NothingPending(address contributor);

    /// @notice Emitted when money is contributed.
    /// @param contributor The contributor.
    /// @param amount What was added, in base units.
    /// @param raised What the pool has from then on, in base units.
    event Contributed(address indexed contributor, uint256 amount, uint256 raised);

    /// @notice Emitted when a contribution, or a part of it, goes back before the bounty is funded.
    /// @param contributor The contributor, whose credit it is now.
    /// @param caller Who asked: the contributor, or anyone from the deadline on.
    /// @param amount The amount, in base units.
    /// @param raised What the pool has from then on, in base units.
    event ContributionReturned(address indexed contributor, address indexed caller, uint256 amount, uint256 raised);

    /// @notice Emitted when the pool has funded its bounty.
    /// @param bountyId The bounty.
    /// @param amount The amount, in base units.
    event BountyFunded(uint256 indexed bountyId, uint256 amount);

    /// @notice Emitted when a contributor's share of what came back is released.
    /// @param contributor The contributor, whose credit it is now.
    /// @param caller Who asked.
    /// @param amount The amount, in base units.
    event ShareReleased(address indexed contributor, address indexed caller, uint256 amount);

    /// @notice Begins the pool. The factory only, when it makes the pool.
    /// @param termsHash The hash of the terms of the bounty.
    function begin(bytes32 termsHash) external;

    /// @notice Contributes from the caller's allowance to the pool. Before the deadline.
    /// @param amount The amount, in base units; at most what is missing.
    function contribute(uint256 amount) external;

    /// @notice Uses the caller's EIP-2612 permit to the pool, then contributes.
    /// @dev A permit that fails is no failure: somebody may have used it before. The allowance decides.
    /// @param amount The amount, in base units; also the value of the permit.
    /// @param deadline The permit's deadline, unix s.
    /// @param v Part of the signature.
    /// @param r Part of the signature.
    /// @param s Part of the signature.
    function contributeWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Contributes for the signer of an ERC-3009 authorization. Anyone may carry it.
    /// @param amount The amount, in base units, that was signed.
    /// @param authorization The authorization.
    function contributeWithAuthorization(uint256 amount, Authorization calldata authorization) external;

    /// @notice Contributes the native coin that is sent along.
    function contributeNative() external payable;

    /// @notice Takes back a part or all of the caller's contribution, as credit in the vault. Until the bounty is
    /// funded.
    /// @param amount The amount, in base units.
    function takeBack(uint256 amount) external;

    /// @notice Returns all of a contribution to its contributor, as credit in the vault. Anyone, from the deadline
    /// on, when no bounty was funded.
    /// @param contributor The contributor.
    /// @return amount The amount, in base units.
    function giveBack(address contributor) external returns (uint256 amount);

    /// @notice Moves a contributor's share of what came back so far to its credit in the vault. Anyone.
    /// @param contributor The contributor.
    /// @return amount The amount, in base units.
    function release(address contributor) external returns (uint256 amount);

    /// @notice Returns what could be released for an account now.
    /// @param contributor The account.
    /// @return amount The amount, in base units.
    function pendingOf(address contributor) external view returns (uint256 amount);

    /// @notice Returns what is kept of a contributor.
    /// @param contributor The account.
    /// @return contribution What is kept.
    function contributionOf(address contributor) external view returns (Contribution memory contribution);

    /// @notice Returns what came back to the pool since it has funded, whether released or not.
    /// @return amount The amount, in base units.
    function received() external view returns (uint256 amount);

    /// @notice Returns the sum of the contributions.
    /// @return amount The amount, in base units.
    function raised() external view returns (uint128 amount);

    /// @notice Returns the bounty that the pool has funded, or zero.
    /// @return id The bounty's id in the escrow.
    function bountyId() external view returns (uint256 id);

    /// @notice Returns the first contributor, whose share is rounded up; when the first has taken all back, the next
    /// who contributes.
    /// @return contributor The account.
    function firstContributor() external view returns (address contributor);

    /// @notice Returns the hash of the terms of the bounty.
    /// @return hash The hash.
    function termsHash() external view returns (bytes32 hash);

    /// @notice Returns what the pool was opened with.
    /// @return token The token.
    /// @return goal Exactly what the escrow needs, in base units.
    /// @return deadline Until when it takes money and can fund, exclusive, unix s.
    function plan() external view returns (address token, uint128 goal, uint64 deadline);
}
