// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IBountyEscrow} from "./interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "./interfaces/IBountyOpener.sol";

import {IFunder} from "./interfaces/IFunder.sol";
import {IPayoutVault} from "./interfaces/IPayoutVault.sol";
import {IProjectRegistry} from "./interfaces/IProjectRegistry.sol";
import {IWithholdingSchedules} from "./interfaces/IWithholdingSchedules.sol";
import {BountyTerms} from "./libraries/BountyTerms.sol";

/// @title BountyOpener
/// @notice Opens bounties: checks terms, brings the money that they can ever owe, and hands both to the escrow.
/// @dev A part of the escrow in a contract of its own. Money first, then the bounty: while a token, a funder or a
/// wallet is called there is no bounty yet that could pay from money which is still to come, and a call that fails
/// undoes all. Money goes from the funder straight into the vault; only an ERC-3009 authorization passes through here.
contract BountyOpener is IBountyOpener, ReentrancyGuardTransient {
    using BountyTerms for IBountyEscrow.Terms;
    using SafeERC20 for IERC20;

    address private constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE; // ERC-7528

    /// @inheritdoc IBountyOpener
    IBountyEscrow public immutable escrow; // solhint-disable-line immutable-vars-naming

    IProjectRegistry private immutable _PROJECTS;
    IPayoutVault private immutable _VAULT;
    IWithholdingSchedules private immutable _WITHHOLDINGS;

    constructor(IProjectRegistry projects, IPayoutVault vault, IWithholdingSchedules withholdings) {
        escrow = IBountyEscrow(msg.sender);
        _PROJECTS = projects;
        _VAULT = vault;
        _WITHHOLDINGS = withholdings;
    }

    /* OPENING */

    /// @inheritdoc IBountyOpener
    function open(IBountyEscrow.Terms calldata terms) external payable nonReentrant returns (uint256 bountyId) {
        _requireFunder(terms);
        _validate(terms, msg.sender);

        uint256 escrowed = terms.escrowed();
        uint256 value = terms.token == NATIVE ? escrowed : 0;
        if (msg.value != value) revert BountyOpener_NotFunded(msg.value, value);
        if (terms.token == NATIVE) _VAULT.depositNative{value: escrowed}(address(escrow));
        else _pull(terms.token, escrowed);

        return escrow.register(abi.encode(terms), escrowed);
    }

    /// @inheritdoc IBountyOpener
    function openWithPermit(
        IBountyEscrow.Terms calldata terms,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 bountyId) {
        _requireFunder(terms);
        _validate(terms, msg.sender);

        uint256 escrowed = terms.escrowed();
        // A permit that somebody else has used already leaves the allowance that is needed here.
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(terms.token).permit(msg.sender, address(this), escrowed, deadline, v, r, s) {} catch {}
        _pull(terms.token, escrowed);

        return escrow.register(abi.encode(terms), escrowed);
    }

    /// @inheritdoc IBountyOpener
    function openWithAuthorization(
        IBountyEscrow.Terms calldata terms,
        FundingAuthorization calldata authorization
    ) external nonReentrant returns (uint256 bountyId) {
        _validate(terms, terms.funder);

        uint256 escrowed = terms.escrowed();
        bytes memory encoded = abi.encode(terms);
        IERC3009(terms.token).receiveWithAuthorization({
            from: terms.funder,
            to: address(this),
            value: escrowed,
            validAfter: authorization.validAfter,
            validBefore: authorization.validBefore,
            nonce: keccak256(abi.encode(address(this), keccak256(encoded), authorization.salt)),
            v: authorization.v,
            r: authorization.r,
            s: authorization.s
        });
        IERC20(terms.token).safeTransfer(address(_VAULT), escrowed);
        _VAULT.settle({token: terms.token, account: address(escrow), amount: escrowed});

        return escrow.register(encoded, escrowed);
    }

    /// @inheritdoc IBountyOpener
    function openFrom(IBountyEscrow.Terms calldata terms) external nonReentrant returns (uint256 bountyId) {
        _validate(terms, msg.sender);

        uint256 escrowed = terms.escrowed();
        bytes memory encoded = abi.encode(terms);
        uint256 before = _VAULT.creditOf(terms.token, address(escrow));
        IFunder(terms.funder).fund(escrow.bountyCount() + 1, keccak256(encoded), terms.token, escrowed);
        uint256 found = _VAULT.creditOf(terms.token, address(escrow));
        if (found != before + escrowed) revert BountyOpener_NotFunded(found, before + escrowed);

        return escrow.register(encoded, escrowed);
    }

    /// @dev The vault measures that the money is there.
    function _pull(address token, uint256 amount) private {
        IERC20(token).safeTransferFrom({from: msg.sender, to: address(_VAULT), value: amount});
        _VAULT.settle({token: token, account: address(escrow), amount: amount});
    }

    /* REQUIREMENTS */

    function _requireFunder(IBountyEscrow.Terms calldata terms) private view {
        if (terms.funder != msg.sender) revert BountyOpener_FunderMismatch(terms.funder, msg.sender);
    }

    function _validate(IBountyEscrow.Terms calldata terms, address account) private view {
        uint256 projectId = terms.projectId;
        // A steward may spend what it brings; whoever promises project tokens spends what is the owner's.
        bool allowed =
            terms.tokenReward > 0
                ? _PROJECTS.ownerOf(projectId) == account
                : _PROJECTS.isAuthorized(projectId, account);
        if (!allowed) revert BountyOpener_NotAuthorized(projectId, account);
        if (_PROJECTS.isClosed(projectId)) revert BountyOpener_ProjectClosed(projectId);
        terms.validate();
        if (terms.needsArbiter() && _PROJECTS.isAuthorized(projectId, terms.arbiter)) {
            revert BountyOpener_ArbiterInvalid(terms.arbiter);
        }
        if (terms.withholding != 0 && _WITHHOLDINGS.tokenOf(terms.withholding) != terms.token) {
            revert BountyOpener_WithholdingInvalid(terms.withholding);
        }
        // Nothing could ever be handed in where nobody can be asked who is admitted.
        if (terms.admission != address(0) && terms.admission.code.length == 0) {
            revert BountyOpener_AdmissionInvalid(terms.admission);
        }
    }

    /* VIEWS */

    /// @inheritdoc IBountyOpener
    function isOpening() external view returns (bool opening) {
        return _reentrancyGuardEntered();
    }

    /// @inheritdoc IBountyOpener
    function escrowOf(IBountyEscrow.Terms calldata terms) external pure returns (uint256 amount) {
        return terms.escrowed();
    }

    /// @inheritdoc IBountyOpener
    function hashTerms(IBountyEscrow.Terms calldata terms) external pure returns (bytes32 termsHash) {
        return keccak256(abi.encode(terms));
    }
}
