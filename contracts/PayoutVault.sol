// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IPayoutVault} from "./interfaces/IPayoutVault.sol";
import {VaultDeposits} from "./vault/VaultDeposits.sol";

/// @title PayoutVault
/// @notice The one door through which money leaves.
/// @dev Money comes in by the deposits, which pull it or carry it, or by `settle`, which credits what a contract has
/// just sent. Either way a credit is only written for money that is there: the balance beyond all credits of that
/// token must cover it. Credits then move between accounts as ERC-6909 tokens, which never touches the money. Money
/// goes out by the withdrawals and pushes, each of which spends the credit first and sends the money last.
///
/// So for every token and the native coin, at the end of every call: balance of the vault >= sum of all credits, as
/// long as the token moves balances by transfers only. A token that shrinks balances by itself makes its own credits
/// first come, first served and closes its own deposits; one that grows them, and coin that is forced in, leave the
/// surplus to whoever settles it. No token can touch the credits of another: each lives under its own id, and the
/// calls that move money cannot be entered again from a token's hook or a receiver of coin.
///
/// Nobody can stop, slow or redirect a withdrawal; an account can only refuse that others push its credit to it. Whose
/// word counts for a credit is `payeeOf` the account it stands under: see `IPayeeRotation`. A credit that is sent to
/// the vault itself is given away, and so is money that a token lets others move here without `settle`.
contract PayoutVault is VaultDeposits {
    using SafeERC20 for IERC20;

    /// @inheritdoc IPayoutVault
    uint256 public constant PUSH_GAS = 200_000;

    /// @dev What the vault itself spends between looking at the gas and giving it away; about a fifth of this is used.
    uint256 private constant _PUSH_RESERVE = 10_000;

    uint256 private constant _MAX_REASON = 256;

    bytes32 private constant _WITHDRAW_TYPEHASH = keccak256(
        "WithdrawTo(address payee,address account,address token,"
        "address to,uint256 amount,uint256 nonce,uint256 deadline)"
    );

    /// @inheritdoc IPayoutVault
    mapping(address account => bool refused) public refusesPush;

    constructor() EIP712("PayoutVault", "1") {}

    /* MONEY OUT */

    /// @inheritdoc IPayoutVault
    function withdraw(address token, uint256 amount) external nonReentrant {
        _requireLive(msg.sender);

        _withdraw(token, msg.sender, msg.sender, msg.sender, amount);
    }

    /// @inheritdoc IPayoutVault
    function withdrawTo(address token, address to, uint256 amount) external nonReentrant {
        _requireLive(msg.sender);

        _withdraw(token, msg.sender, to, msg.sender, amount);
    }

    /// @inheritdoc IPayoutVault
    function withdrawFrom(address token, address account, address to, uint256 amount) external nonReentrant {
        if (payeeOf(account) != msg.sender) revert PayoutVault_NotPayee(account, msg.sender);

        _withdraw(token, account, to, msg.sender, amount);
    }

    /// @inheritdoc IPayoutVault
    function withdrawToBySignature(Withdrawal calldata withdrawal, bytes calldata signature) external nonReentrant {
        address payee = payeeOf(withdrawal.account);
        bytes32 structHash = keccak256(
            abi.encode(
                _WITHDRAW_TYPEHASH,
                payee,
                withdrawal.account,
                withdrawal.token,
                withdrawal.to,
                withdrawal.amount,
                _spendNonce(payee),
                withdrawal.deadline
            )
        );
        _requireSigned(payee, withdrawal.deadline, structHash, signature);

        _withdraw(withdrawal.token, withdrawal.account, withdrawal.to, payee, withdrawal.amount);
    }

    /// @inheritdoc IPayoutVault
    function withdrawMany(address[] calldata tokens) external nonReentrant returns (uint256[] memory amounts) {
        _requireLive(msg.sender);

        amounts = new uint256[](tokens.length);
        for (uint256 i = 0; i < tokens.length; ++i) {
            amounts[i] = creditOf(tokens[i], msg.sender);
            if (amounts[i] > 0) _withdraw(tokens[i], msg.sender, msg.sender, msg.sender, amounts[i]);
        }
    }

    function _withdraw(address token, address account, address to, address caller, uint256 amount) private {
        _requireSet(token, to, amount);

        _burn(account, _idOf(token), amount);

        emit Withdrawn(token, account, to, caller, amount);

        if (token == NATIVE) Address.sendValue(payable(to), amount);
        else IERC20(token).safeTransfer(to, amount);
    }

    /* PUSHING */

    /// @inheritdoc IPayoutVault
    function push(address token, address account) external nonReentrant returns (uint256 amount) {
        return _push(token, account, msg.sender);
    }

    /// @inheritdoc IPayoutVault
    function pushMany(address token, address[] calldata accounts) external nonReentrant returns (uint256 failures) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            _requirePushGas();
            try this.pushOne{gas: PUSH_GAS}(token, accounts[i], msg.sender) {
                continue;
            } catch {
                ++failures;

                emit PushFailed(token, accounts[i], _reason());
            }
        }
    }

    /// @inheritdoc IPayoutVault
    function pushOne(address token, address account, address caller) external {
        // No guard: `pushMany` holds it.
        if (msg.sender != address(this)) revert PayoutVault_NotVault(msg.sender);

        _push(token, account, caller);
    }

    /// @inheritdoc IPayoutVault
    function refusePush(bool refused) external {
        refusesPush[msg.sender] = refused;

        emit PushRefusalChanged(msg.sender, refused);
    }

    function _push(address token, address account, address caller) private returns (uint256 amount) {
        address payee = payeeOf(account);
        if (refusesPush[payee]) revert PayoutVault_PushRefused(payee);
        amount = creditOf(token, account);

        _withdraw(token, account, payee, caller, amount);
    }

    /// @dev A call gives away at most 63/64 of the gas (EIP-150), and silently less than it was told to.
    function _requirePushGas() private view {
        uint256 needed = ((PUSH_GAS + _PUSH_RESERVE) * 64) / 63;
        if (gasleft() < needed) revert PayoutVault_GasTooLow(gasleft(), needed);
    }

    /// @dev What the last call reverted with. Too long an answer is not copied: its length is the receiver's choice,
    /// and the memory is paid for here.
    function _reason() private pure returns (bytes memory reason) {
        if (LowLevelCall.returnDataSize() <= _MAX_REASON) reason = LowLevelCall.returnData();
    }
}
