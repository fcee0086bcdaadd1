// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC6909TokenSupply} from "@openzeppelin/contracts/interfaces/IERC6909.sol";

/// @title IPayoutVault
/// @notice The one door through which money leaves: a ledger of credits per (token, account), after ERC-6909.
/// @dev The id of a credit is the token's address: `uint256(uint160(token))`. One unit of credit is one base unit of
/// the token. There is no owner, no pause, no fee and no upgrade.
///
/// Assumptions on tokens. Guarantees: a transfer moves exactly its amount, and balances change by transfers only. Where
/// that fails (fee on transfer, rebasing) a deposit is refused by the measured balance. Liveness: a token that blocks
/// an account stops that account's withdrawal to itself and nobody else's.
interface IPayoutVault is IERC6909TokenSupply {
    /// @notice Thrown when an amount is zero.
    error PayoutVault_AmountZero();

    /// @notice Thrown when an address that must be set is zero.
    error PayoutVault_AddressZero();

    /// @notice Thrown when the vault does not hold the money that a deposit claims to have brought.
    /// @param token The token.
    /// @param found The balance beyond all credits, in base units.
    /// @param needed The amount of the deposit, in base units.
    error PayoutVault_NotFunded(address token, uint256 found, uint256 needed);

    /// @notice Thrown when credit is pushed to an account that refuses pushes.
    /// @param account The account.
    error PayoutVault_PushRefused(address account);

    /// @notice Emitted when money enters and is credited.
    /// @param token The token.
    /// @param account The account that is credited.
    /// @param sender The caller.
    /// @param amount The amount, in base units.
    event Deposited(address indexed token, address indexed account, address indexed sender, uint256 amount);

    /// @notice Emitted when money leaves.
    /// @param token The token.
    /// @param account The account whose credit is spent.
    /// @param to The receiver of the tokens.
    /// @param caller The sender of the call: `account` itself, or anyone who pushes for it.
    /// @param amount The amount, in base units.
    event Withdrawn(address indexed token, address indexed account, address indexed to, address caller, uint256 amount);

    /// @notice Emitted when an account refuses pushes, or allows them again.
    /// @param account The account.
    /// @param refused True when refused from now on.
    event PushRefusalChanged(address indexed account, bool refused);

    /// @notice Pulls `amount` of `token` from the caller and credits `account`.
    /// @dev Needs an allowance of the caller to the vault.
    /// @param token The token.
    /// @param account The account to credit.
    /// @param amount The amount, in base units.
    function deposit(address token, address account, uint256 amount) external;

    /// @notice Credits `account` with `amount` of `token` that was sent to the vault earlier in the same transaction.
    /// @dev Warning: for contracts only. Money that is sent in one transaction and settled in another belongs to
    /// whoever settles it first.
    /// @param token The token.
    /// @param account The account to credit.
    /// @param amount The amount, in base units.
    function settle(address token, address account, uint256 amount) external;

    /// @notice Sends `amount` of the caller's credit to the caller.
    /// @param token The token.
    /// @param amount The amount, in base units.
    function withdraw(address token, uint256 amount) external;

    /// @notice Sends `amount` of the caller's credit to `to`.
    /// @param token The token.
    /// @param to The receiver.
    /// @param amount The amount, in base units.
    function withdrawTo(address token, address to, uint256 amount) external;

    /// @notice Sends all of `account`'s credit to `account`. Anyone may call and pay the gas.
    /// @dev Warning: a contract that keeps credit for others, such as an escrow, must refuse pushes before it has any,
    /// or a stranger could turn its credit into tokens that it cannot move.
    /// @param token The token.
    /// @param account The account, which is also the receiver.
    /// @return amount The amount sent, in base units.
    function push(address token, address account) external returns (uint256 amount);

    /// @notice Refuses pushes to the caller, or allows them again. The caller's own withdrawals are not touched.
    /// @param refused True to refuse.
    function refusePush(bool refused) external;

    /// @notice Returns whether an account refuses pushes.
    /// @param account The account.
    /// @return refused True when it does.
    function refusesPush(address account) external view returns (bool refused);

    /// @notice Returns the credit of `account`.
    /// @param token The token.
    /// @param account The account.
    /// @return amount The credit, in base units.
    function creditOf(address token, address account) external view returns (uint256 amount);

    function depositNative(address account) external payable;
    function payeeOf(address account) external view returns (address payee);
}
