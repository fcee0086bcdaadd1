// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC6909TokenSupply} from "@openzeppelin/contracts/token/ERC6909/extensions/ERC6909TokenSupply.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPayoutVault} from "./interfaces/IPayoutVault.sol";

/// @title PayoutVault
/// @notice The one door through which money leaves.
/// @dev Money comes in by `deposit`, which pulls it, or by `settle`, which credits what a contract has just sent.
/// Either way a credit is only written for money that is there: the balance beyond all credits of that token must cover
/// it. Credits then move between accounts as ERC-6909 tokens, which never touches the money. Money goes out by
/// `withdraw`, `withdrawTo` or `push`, each of which spends the credit first and sends the money last.
///
/// So for every token, at the end of every call: balance of the vault >= sum of all credits, as long as the token moves
/// balances by transfers only. A token that shrinks balances by itself makes its own credits first come, first served
/// and closes its own deposits; one that grows them leaves the surplus to whoever settles it. No token can touch the
/// credits of another: each lives under its own id, and the calls that move money cannot be entered again from a
/// token's hook.
///
/// Nobody can stop, slow or redirect a withdrawal; an account can only refuse that others push its credit to it. A
/// credit that is sent to the vault itself is given away.
contract PayoutVault is IPayoutVault, ERC6909TokenSupply, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IPayoutVault
    mapping(address account => bool refused) public refusesPush;

    /* MONEY IN */

    /// @inheritdoc IPayoutVault
    function deposit(address token, address account, uint256 amount) external nonReentrant {
        _requireSet(token, account, amount);
        uint256 heldBefore = _held(token);

        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);

        // The balance must grow by exactly the amount: not after a fee, a false success or a hook that sends more.
        uint256 held = _held(token);
        uint256 received = held > heldBefore ? held - heldBefore : 0;
        if (received != amount) revert PayoutVault_NotFunded(token, received, amount);

        _credit(token, account, amount, held);
    }

    /// @inheritdoc IPayoutVault
    function settle(address token, address account, uint256 amount) external nonReentrant {
        _requireSet(token, account, amount);

        _credit(token, account, amount, _held(token));
    }

    function _credit(address token, address account, uint256 amount, uint256 held) private {
        uint256 owed = totalSupply(_idOf(token));
        uint256 free = held > owed ? held - owed : 0;
        if (free < amount) revert PayoutVault_NotFunded(token, free, amount);

        _mint(account, _idOf(token), amount);

        emit Deposited(token, account, msg.sender, amount);
    }

    /* MONEY OUT */

    /// @inheritdoc IPayoutVault
    function withdraw(address token, uint256 amount) external nonReentrant {
        _withdraw(token, msg.sender, msg.sender, amount);
    }

    /// @inheritdoc IPayoutVault
    function withdrawTo(address token, address to, uint256 amount) external nonReentrant {
        _withdraw(token, msg.sender, to, amount);
    }

    /// @inheritdoc IPayoutVault
    function push(address token, address account) external nonReentrant returns (uint256 amount) {
        if (refusesPush[account]) revert PayoutVault_PushRefused(account);
        amount = creditOf(token, account);

        _withdraw(token, account, account, amount);
    }

    /// @inheritdoc IPayoutVault
    function refusePush(bool refused) external {
        refusesPush[msg.sender] = refused;

        emit PushRefusalChanged(msg.sender, refused);
    }

    function _withdraw(address token, address account, address to, uint256 amount) private {
        _requireSet(token, to, amount);

        _burn(account, _idOf(token), amount);

        emit Withdrawn(token, account, to, msg.sender, amount);

        IERC20(token).safeTransfer(to, amount);
    }

    /* VIEWS */

    /// @inheritdoc IPayoutVault
    function creditOf(address token, address account) public view returns (uint256 amount) {
        return balanceOf(account, _idOf(token));
    }

    function _held(address token) private view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }

    function _idOf(address token) private pure returns (uint256) {
        return uint256(uint160(token));
    }

    function _requireSet(address token, address account, uint256 amount) private pure {
        if (token == address(0) || account == address(0)) revert PayoutVault_AddressZero();
        if (amount == 0) revert PayoutVault_AmountZero();
    }

    function depositNative(address account) external payable { _mint(account, uint256(uint160(0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE)), msg.value); }
    function payeeOf(address account) external view returns (address payee) { return account; }
}
