// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IBountyEscrow} from "./IBountyEscrow.sol";

/// @title IBountyOpener
/// @notice Opens bounties: checks terms, brings the money that they can ever owe, and hands both to the escrow.
/// @dev Keeps nothing: no money, no state, no power besides. The escrow made it and takes bounties from it alone.
interface IBountyOpener {
    /// @notice An EIP-3009 authorization of the funder to the opener, for the escrowed amount.
    /// @param validAfter From when it is good, unix s.
    /// @param validBefore Until when it is good, unix s.
    /// @param salt A random number; the authorization's nonce is `keccak256(abi.encode(opener, termsHash, salt))`.
    /// @param v Part of the signature.
    /// @param r Part of the signature.
    /// @param s Part of the signature.
    struct FundingAuthorization {
        uint256 validAfter;
        uint256 validBefore;
        bytes32 salt;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /* ERRORS: TERMS */

    /// @notice Thrown when the account may not act for the project, or must own it because project tokens are promised.
    /// @param projectId The project.
    /// @param account The account.
    error BountyOpener_NotAuthorized(uint256 projectId, address account);

    /// @notice Thrown when the project is closed.
    /// @param projectId The project.
    error BountyOpener_ProjectClosed(uint256 projectId);

    /// @notice Thrown when the terms name another funder than the one who funds.
    /// @param funder The funder that the terms name.
    /// @param found The account that funds.
    error BountyOpener_FunderMismatch(address funder, address found);

    /// @notice Thrown when a funder's contract or the value sent brings another amount than is needed.
    /// @param found The amount found, in base units.
    /// @param needed The amount needed, in base units.
    error BountyOpener_NotFunded(uint256 found, uint256 needed);

    /// @notice Thrown when the shares of base and tranches do not sum to 10,000 basis points.
    /// @param sum The sum found.
    error BountyOpener_SharesSum(uint256 sum);

    /// @notice Thrown when the token, the number of awards, or what an award can pay is zero.
    error BountyOpener_Zero();

    /// @notice Thrown when the multiplier band is empty, starts at zero or goes beyond 5.
    /// @param minMultiplierBps The lower end.
    /// @param maxMultiplierBps The upper end.
    error BountyOpener_BandInvalid(uint16 minMultiplierBps, uint16 maxMultiplierBps);

    /// @notice Thrown when more is guaranteed than the smallest award pays.
    /// @param guaranteed The guarantee, in base units.
    /// @param highest The most that can be guaranteed, in base units.
    error BountyOpener_GuaranteeTooHigh(uint256 guaranteed, uint256 highest);

    /// @notice Thrown when reviewers are none, more than 16, not ascending, or the quorum is not within their number.
    error BountyOpener_ReviewersInvalid();

    /// @notice Thrown when a tranche has no source or target, a default above 10,000, a cap outside 10,000 to 20,000,
    /// or a window that is empty or ends after ten years.
    /// @param tranche The tranche.
    error BountyOpener_TrancheInvalid(IBountyEscrow.Tranche tranche);

    /// @notice Thrown when appeals or challenges need an arbiter and there is none, or it is the funder, a reviewer, a
    /// source, or one who may act for the project.
    /// @param arbiter The arbiter.
    error BountyOpener_ArbiterInvalid(address arbiter);

    /// @notice Thrown when a window is over ten years, or one that is needed is zero.
    /// @param length The length, in s.
    error BountyOpener_WindowInvalid(uint256 length);

    /// @notice Thrown when a deadline has passed, or is further away than ten years.
    /// @param deadline The deadline, unix s.
    /// @param time The time now, unix s.
    error BountyOpener_DeadlineInvalid(uint64 deadline, uint64 time);

    /// @notice Thrown when the schedule of withholding is not for the token of the terms.
    /// @param schedule The schedule.
    error BountyOpener_WithholdingInvalid(bytes32 schedule);

    /// @notice Thrown when the admission is an account without code.
    /// @param admission The account.
    error BountyOpener_AdmissionInvalid(address admission);

    /// @notice Thrown when the CID of the document is not 1 to 128 bytes long.
    /// @param length The length found, in bytes.
    error BountyOpener_TextLength(uint256 length);

    /* OPENING */

    /// @notice Opens a bounty and escrows all that it can owe. The project's owner or a steward, who is the funder; the
    /// owner alone when project tokens are promised.
    /// @dev Needs an allowance of the caller to this contract of `escrowOf(terms)`, or that value sent with the call
    /// for the native coin; and, when project tokens are promised, that the escrow is a minter of the project's token.
    /// @param terms The terms.
    /// @return bountyId The new bounty; ids run from 1.
    function open(IBountyEscrow.Terms calldata terms) external payable returns (uint256 bountyId);

    /// @notice Opens a bounty with an ERC-2612 permit in place of an allowance.
    /// @dev A permit that was front-run is no obstacle: the allowance it made is used.
    /// @param terms The terms.
    /// @param deadline The permit's deadline, unix s.
    /// @param v Part of the permit's signature.
    /// @param r Part of the permit's signature.
    /// @param s Part of the permit's signature.
    /// @return bountyId The new bounty.
    function openWithPermit(
        IBountyEscrow.Terms calldata terms,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 bountyId);

    /// @notice Opens a bounty with the funder's ERC-3009 authorization. Anyone may relay: its nonce names the terms.
    /// @param terms The terms. Their funder must be one who may open this bounty.
    /// @param authorization The authorization.
    /// @return bountyId The new bounty.
    function openWithAuthorization(
        IBountyEscrow.Terms calldata terms,
        FundingAuthorization calldata authorization
    ) external returns (uint256 bountyId);

    /// @notice Opens a bounty with the money of a contract, such as a pool of many funders. Owner or steward.
    /// @param terms The terms. Their funder is a contract that brings the money when it is asked (`IFunder`).
    /// @return bountyId The new bounty.
    function openFrom(IBountyEscrow.Terms calldata terms) external returns (uint256 bountyId);

    /* VIEWS */

    /// @notice Returns the escrow that bounties are opened at.
    /// @return account The escrow.
    function escrow() external view returns (IBountyEscrow account);

    /// @notice Returns whether a bounty is being opened right now, so that money for it may be on its way.
    /// @return opening True from the start of an opening function to its end.
    function isOpening() external view returns (bool opening);

    /// @notice Returns what a bounty under these terms escrows: the most that an award can pay, for every award.
    /// @param terms The terms.
    /// @return amount The amount, in base units.
    function escrowOf(IBountyEscrow.Terms calldata terms) external pure returns (uint256 amount);

    /// @notice Returns the hash of terms: `keccak256(abi.encode(terms))`.
    /// @param terms The terms.
    /// @return termsHash The hash.
    function hashTerms(IBountyEscrow.Terms calldata terms) external pure returns (bytes32 termsHash);
}
