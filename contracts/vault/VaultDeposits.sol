// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPayoutVault} from "../interfaces/IPayoutVault.sol";
import {PayeeRotation} from "./PayeeRotation.sol";

/// @title VaultDeposits
/// @notice How money enters the vault and becomes credit.
/// @dev Every door ends in `_credit`, which compares the balance with all that is owed. The doors that pull measure
/// besides that exactly the amount arrived, so a surplus that stands ready never pays for what a token kept back.
abstract contract VaultDeposits is IPayoutVault, PayeeRotation, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IPayoutVault
    address public constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    /* DOORS */

    /// @inheritdoc IPayoutVault
    function deposit(address token, address account, uint256 amount) external nonReentrant {
        _pull(token, account, amount);
    }

    /// @inheritdoc IPayoutVault
    function depositNative(address account) external payable nonReentrant {
        _requireSet(NATIVE, account, msg.value);

        _credit(NATIVE, account, msg.sender, msg.value, _held(NATIVE));
    }

    /// @inheritdoc IPayoutVault
    function depositWithPermit(
        address token,
        address account,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        // A permit that somebody else has used already leaves the allowance that is needed here.
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}

        _pull(token, account, amount);
    }

    /// @inheritdoc IPayoutVault
    function depositWithAuthorization(
        address token,
        address account,
        uint256 amount,
        Authorization calldata authorization
    ) external nonReentrant {
        _requireSet(token, account, amount);
        uint256 heldBefore = _held(token);

        IERC3009(token).receiveWithAuthorization({
            from: authorization.from,
            to: address(this),
            value: amount,
            validAfter: authorization.validAfter,
            validBefore: authorization.validBefore,
            nonce: authorizationNonce(account, authorization.salt),
            v: authorization.v,
            r: authorization.r,
            s: authorization.s
        });

        _creditReceived(token, account, authorization.from, amount, heldBefore);
    }

    /// @inheritdoc IPayoutVault
    function settle(address token, address account, uint256 amount) external nonReentrant {
        _requireSet(token, account, amount);

        _credit(token, account, msg.sender, amount, _held(token));
    }

    /* MEASURING */

    function _pull(address token, address account, uint256 amount) private {
        _requireSet(token, account, amount);
        uint256 heldBefore = _held(token);

        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);

        _creditReceived(token, account, msg.sender, amount, heldBefore);
    }

    /// @dev The balance must grow by exactly the amount: not after a fee, a false success or a hook that sends more.
    function _creditReceived(
        address token,
        address account,
        address sender,
        uint256 amount,
        uint256 heldBefore
    ) private {
        uint256 held = _held(token);
        uint256 received = held > heldBefore ? held - heldBefore : 0;
        if (received != amount) revert PayoutVault_NotFunded(token, received, amount);

        _credit(token, account, sender, amount, held);
    }

    function _credit(address token, address account, address sender, uint256 amount, uint256 held) private {
        uint256 owed = totalSupply(_idOf(token));
        uint256 free = held > owed ? held - owed : 0;
        if (free < amount) revert PayoutVault_NotFunded(token, free, amount);

        _mint(account, _idOf(token), amount);

        emit Deposited(token, account, sender, amount);
    }

    /* VIEWS */

    /// @inheritdoc IPayoutVault
    function creditOf(address token, address account) public view returns (uint256 amount) {
        return balanceOf(account, _idOf(token));
    }

    /// @inheritdoc IPayoutVault
    function authorizationNonce(address account, bytes32 salt) public view returns (bytes32 nonce) {
        return keccak256(abi.encode(address(this), account, salt)) & ~bytes32(uint256(type(uint64).max));
    }

    function _held(address token) internal view returns (uint256) {
        return token == NATIVE ? address(this).balance : IERC20(token).balanceOf(address(this));
    }

    function _idOf(address token) internal pure returns (uint256) {
        return uint256(uint160(token));
    }

    function _requireSet(address token, address account, uint256 amount) internal pure {
        if (token == address(0) || account == address(0)) revert PayoutVault_AddressZero();
        if (amount == 0) revert PayoutVault_AmountZero();
    }
}
