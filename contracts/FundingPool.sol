// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IBountyEscrow} from "./interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "./interfaces/IBountyOpener.sol";
import {IFunder} from "./interfaces/IFunder.sol";
import {IFundingPool} from "./interfaces/IFundingPool.sol";
import {IPayoutVault} from "./interfaces/IPayoutVault.sol";

/// @title FundingPool
/// @notice Several funders bring the money of one bounty together, and share what comes back from it.
/// @dev The implementation behind every pool's clone. A clone carries token, goal and deadline in its code; its
/// address is its account in the payout vault, which no other pool shares, so what comes back for one bounty can
/// never be mixed with another's.
///
/// Always, until the bounty is funded: credit of the pool >= `raised` = sum of contributions <= goal; more than equal
/// only by gifts. Funding happens once, moves exactly the goal, and stops contributions from changing for ever. From
/// then on the credit only falls by what is released, so `received` = credit + released never falls. With it no share
/// falls, and the shares sum to at most `received`: rounding the first one up takes at most the unit that the
/// fractions of all the others leave. Whoever is first then has a contribution: a first who left made room. So
/// everybody can be paid in any order and as often as they like.
///
/// The token is the choice of whoever opened the pool: it can fail, lie or call back, but it only ever moves money
/// into the vault, which measures what came. Everything that leaves is credit, moved by the vault alone.
contract FundingPool is IFundingPool, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev The chain's own coin where a token is named (ERC-7528).
    address private constant _NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    /// @notice The factory of the pools.
    address public immutable FACTORY;

    /// @notice The escrow whose bounties the pools fund.
    IBountyEscrow public immutable ESCROW;

    /// @notice The escrow's opener, who alone asks for the money.
    IBountyOpener public immutable OPENER;

    /// @notice The vault in which the pools' money lies.
    IPayoutVault public immutable VAULT;

    address private immutable _IMPLEMENTATION = address(this);

    /// @inheritdoc IFundingPool
    bytes32 public termsHash;

    /// @inheritdoc IFundingPool
    address public firstContributor;

    uint64 private _bountyId;

    /// @inheritdoc IFundingPool
    uint128 public raised;

    uint128 private _released;

    mapping(address contributor => Contribution) private _contributions;

    constructor(IBountyEscrow escrow) {
        FACTORY = msg.sender;
        ESCROW = escrow;
        OPENER = escrow.opener();
        VAULT = escrow.vault();
    }

    modifier whenNotFunded() {
        if (_bountyId != 0) revert FundingPool_AlreadyFunded(_bountyId);
        _;
    }

    /// @inheritdoc IFundingPool
    function begin(bytes32 termsHash_) external {
        if (msg.sender != FACTORY) revert FundingPool_NotFactory(msg.sender);

        termsHash = termsHash_;

        // Pushed out of the vault, the money would lie here as tokens that nobody can move.
        VAULT.refusePush(true);
    }

    /* CONTRIBUTING */

    /// @inheritdoc IFundingPool
    function contribute(uint256 amount) external nonReentrant {
        _pull(_count(msg.sender, amount), amount);
    }

    /// @inheritdoc IFundingPool
    function contributeWithPermit(
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        address token = _count(msg.sender, amount);

        // A permit that somebody else has used already leaves the allowance that is needed here.
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _pull(token, amount);
    }

    /// @inheritdoc IFundingPool
    function contributeWithAuthorization(uint256 amount, Authorization calldata authorization) external nonReentrant {
        address token = _count(authorization.from, amount);

        IERC3009(token).receiveWithAuthorization({
            from: authorization.from,
            to: address(this),
            value: amount,
            validAfter: authorization.validAfter,
            validBefore: authorization.validBefore,
            nonce: authorization.nonce,
            v: authorization.v,
            r: authorization.r,
            s: authorization.s
        });
        IERC20(token).safeTransfer(address(VAULT), amount);
        VAULT.settle({token: token, account: address(this), amount: amount});
    }

    /// @inheritdoc IFundingPool
    function contributeNative() external payable nonReentrant {
        address token = _count(msg.sender, msg.value);
        if (token != _NATIVE) revert FundingPool_NotNative(token);

        VAULT.depositNative{value: msg.value}(address(this));
    }

    function _count(address contributor, uint256 amount) private whenNotFunded returns (address) {
        (address token, uint128 goal, uint64 deadline) = plan();
        if (block.timestamp >= deadline) revert FundingPool_DeadlinePassed(deadline, block.timestamp);
        if (amount == 0) revert FundingPool_AmountZero();
        uint128 former = raised;
        if (amount > goal - former) revert FundingPool_RoomExceeded(goal - former, amount);

        if (_contributions[firstContributor].amount == 0) firstContributor = contributor;
        uint128 added = amount.toUint128();
        raised = former + added;
        _contributions[contributor].amount += added;

        emit Contributed(contributor, amount, former + added);

        return token;
    }

    function _pull(address token, uint256 amount) private {
        IERC20(token).safeTransferFrom({from: msg.sender, to: address(VAULT), value: amount});
        VAULT.settle({token: token, account: address(this), amount: amount});
    }

    /* TAKING BACK */

    /// @inheritdoc IFundingPool
    function takeBack(uint256 amount) external nonReentrant {
        (address token, , ) = plan();

        _return(token, msg.sender, amount);
    }

    /// @inheritdoc IFundingPool
    function giveBack(address contributor) external nonReentrant returns (uint256 amount) {
        (address token, , uint64 deadline) = plan();
        if (block.timestamp < deadline) revert FundingPool_DeadlineAhead(deadline, block.timestamp);

        amount = _contributions[contributor].amount;
        _return(token, contributor, amount);
    }

    function _return(address token, address contributor, uint256 amount) private whenNotFunded {
        if (amount == 0) revert FundingPool_AmountZero();
        uint256 contributed = _contributions[contributor].amount;
        if (amount > contributed) revert FundingPool_ContributionExceeded(contributor, contributed, amount);

        raised -= amount.toUint128();
        _contributions[contributor].amount -= amount.toUint128();

        emit ContributionReturned(contributor, msg.sender, amount, raised);

        _credit(token, contributor, amount);
    }

    /* FUNDING */

    /// @inheritdoc IFunder
    function fund(
        uint256 bountyId_,
        bytes32 termsHash_,
        address token_,
        uint256 amount
    ) external nonReentrant whenNotFunded {
        if (msg.sender != address(OPENER)) revert FundingPool_NotOpener(msg.sender);
        (address token, uint128 goal, uint64 deadline) = plan();
        if (termsHash_ != termsHash || token_ != token || amount != goal) {
            revert FundingPool_BountyMismatch(termsHash_, token_, amount);
        }
        if (block.timestamp >= deadline) revert FundingPool_DeadlinePassed(deadline, block.timestamp);
        if (raised != goal) revert FundingPool_GoalNotReached(raised, goal);

        _bountyId = bountyId_.toUint64();

        emit BountyFunded(bountyId_, amount);

        _credit(token, address(ESCROW), amount);
    }

    /* SHARING WHAT COMES BACK */

    /// @inheritdoc IFundingPool
    function release(address contributor) external nonReentrant returns (uint256 amount) {
        (address token, , ) = plan();
        amount = pendingOf(contributor);
        if (amount == 0) revert FundingPool_NothingPending(contributor);

        _released += amount.toUint128();
        _contributions[contributor].released += amount.toUint128();

        emit ShareReleased(contributor, msg.sender, amount);

        _credit(token, contributor, amount);
    }

    function _credit(address token, address account, uint256 amount) private {
        // The vault returns true or reverts.
        VAULT.transfer({receiver: account, id: uint256(uint160(token)), amount: amount});
    }

    /* VIEWS */

    /// @inheritdoc IFundingPool
    function pendingOf(address contributor) public view returns (uint256 amount) {
        uint256 returned = received();
        if (returned == 0) return 0;

        Contribution memory contribution = _contributions[contributor];
        Math.Rounding rounding = contributor == firstContributor ? Math.Rounding.Ceil : Math.Rounding.Floor;
        return Math.mulDiv(returned, contribution.amount, raised, rounding) - contribution.released;
    }

    /// @inheritdoc IFundingPool
    function received() public view returns (uint256 amount) {
        if (_bountyId == 0) return 0;

        (address token, , ) = plan();
        return VAULT.creditOf(token, address(this)) + _released;
    }

    /// @inheritdoc IFundingPool
    function contributionOf(address contributor) external view returns (Contribution memory contribution) {
        return _contributions[contributor];
    }

    /// @inheritdoc IFundingPool
    function bountyId() external view returns (uint256 id) {
        return _bountyId;
    }

    /// @inheritdoc IFundingPool
    function plan() public view returns (address token, uint128 goal, uint64 deadline) {
        // The implementation is no pool: its deadline has always passed.
        if (address(this) == _IMPLEMENTATION) return (address(0), 0, 0);

        return abi.decode(Clones.fetchCloneArgs(address(this)), (address, uint128, uint64));
    }
}
