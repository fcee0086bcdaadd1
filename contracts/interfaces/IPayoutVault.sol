// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC6909TokenSupply} from "@openzeppelin/contracts/interfaces/IERC6909.sol";

import {IPayeeRotation} from "./IPayeeRotation.sol";
import {ISignedOrders} from "./ISignedOrders.sol";

/// @title IPayoutVault
/// @notice The one door through which money leaves: a ledger of credits per (token, account), after ERC-6909.
/// @dev The id of a credit is the token's address: `uint256(uint160(token))`. One unit of credit is one base unit of
/// the token. The chain's own coin has the address `NATIVE` (ERC-7528) wherever a token is named. There is no owner,
/// no pause, no fee and no upgrade.
///
/// Assumptions on tokens. Guarantees: a transfer moves exactly its amount, and balances change by transfers only.
/// Where that fails (fee on transfer, rebasing) a deposit is refused by the measured balance. Liveness: a token that
/// blocks an account stops that account's withdrawal to itself and nobody else's.
///
/// Warning: one money must have one address. Where the same balance shows under two (a token with a second entry point,
/// a chain whose own coin is an ERC-20 token too, such as CELO), what is credited under one looks unclaimed under the
/// other, and anybody can settle it there and take it. The vault cannot see this: do not credit such a token, nor the
/// native coin on such a chain.
///
/// An account that was rotated to a successor (`IPayeeRotation`) commands nothing here any more. What stands under its
/// name, and what is credited to it later, is pushed to its payee, and its payee spends it with `withdrawFrom` or, as
/// its one operator, with `transferFrom`.
interface IPayoutVault is IPayeeRotation, ISignedOrders, IERC6909TokenSupply {
    /// @notice An EIP-3009 authorization (`ReceiveWithAuthorization`) to the vault.
    /// @param from The signer, whose money it is.
    /// @param validAfter The start of the authorization, exclusive, in unix seconds.
    /// @param validBefore The end of the authorization, exclusive, in unix seconds.
    /// @param salt A number of the signer's choice. The nonce to sign is `authorizationNonce(account, salt)`.
    /// @param v The recovery byte of the signature.
    /// @param r The first word of the signature.
    /// @param s The second word of the signature.
    struct Authorization {
        address from;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 salt;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice A withdrawal that its payee signs.
    /// @param account The account whose credit is spent.
    /// @param token The token.
    /// @param to The receiver.
    /// @param amount The amount, in base units.
    /// @param deadline The end of the order, exclusive, in unix seconds.
    struct Withdrawal {
        address account;
        address token;
        address to;
        uint256 amount;
        uint256 deadline;
    }

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

    /// @notice Thrown when the caller is not the payee of the account whose credit it wants to spend.
    /// @param account The account.
    /// @param caller The caller.
    error PayoutVault_NotPayee(address account, address caller);

    /// @notice Thrown when a batch has too little gas left to give its next push the gas that every push is given.
    /// @param left The gas that is left.
    /// @param needed The gas that must be left.
    error PayoutVault_GasTooLow(uint256 left, uint256 needed);

    /// @notice Thrown when anyone but the vault itself calls `pushOne`.
    /// @param caller The caller.
    error PayoutVault_NotVault(address caller);

    /// @notice Emitted when money enters and is credited.
    /// @param token The token.
    /// @param account The account that is credited.
    /// @param sender The caller, or the signer of an authorization.
    /// @param amount The amount, in base units.
    event Deposited(address indexed token, address indexed account, address indexed sender, uint256 amount);

    /// @notice Emitted when money leaves.
    /// @param token The token.
    /// @param account The account whose credit is spent.
    /// @param to The receiver of the tokens.
    /// @param caller At whose word: the payee of `account`, by call or by signature, or anyone who pushes for it.
    /// @param amount The amount, in base units.
    event Withdrawn(address indexed token, address indexed account, address indexed to, address caller, uint256 amount);

    /// @notice Emitted when a push within a batch fails. The credit stays where it is.
    /// @param token The token.
    /// @param account The account that was to be paid.
    /// @param reason What the push reverted with; empty when that was nothing, or longer than 256 bytes.
    event PushFailed(address indexed token, address indexed account, bytes reason);

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

    /// @notice Credits `account` with the native coin sent along. The only way to pay it in: a plain send is refused.
    /// @param account The account to credit.
    function depositNative(address account) external payable;

    /// @notice Uses the caller's EIP-2612 permit to the vault, then deposits.
    /// @dev A permit that fails is no failure: somebody may have used it before. The allowance decides.
    /// @param token The token.
    /// @param account The account to credit.
    /// @param amount The amount, in base units; also the value of the permit.
    /// @param deadline The permit's deadline, in unix seconds.
    /// @param v The recovery byte of the permit's signature.
    /// @param r The first word of the permit's signature.
    /// @param s The second word of the permit's signature.
    function depositWithPermit(
        address token,
        address account,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Deposits by the EIP-3009 authorization of whoever owns the money. Anyone may carry it.
    /// @dev The nonce of the authorization commits to the credited account, so the carrier cannot name another.
    /// @param token The token.
    /// @param account The account to credit.
    /// @param amount The amount, in base units.
    /// @param authorization The authorization.
    function depositWithAuthorization(
        address token,
        address account,
        uint256 amount,
        Authorization calldata authorization
    ) external;

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

    /// @notice Sends `amount` of `account`'s credit to `to`. For the payee of `account`.
    /// @param token The token.
    /// @param account The account: the caller's own, or one that was rotated to the caller.
    /// @param to The receiver.
    /// @param amount The amount, in base units.
    function withdrawFrom(address token, address account, address to, uint256 amount) external;

    /// @notice Sends credit by the signed order of its payee. Anyone may carry it and pay the gas.
    /// @dev `WithdrawTo(address payee,address account,address token,address to,uint256 amount,uint256 nonce,
    /// uint256 deadline)`, without the line break.
    /// @param withdrawal The order.
    /// @param signature The signature of `payeeOf(withdrawal.account)`.
    function withdrawToBySignature(Withdrawal calldata withdrawal, bytes calldata signature) external;

    /// @notice Sends all of the caller's credit of each token to the caller. Tokens without credit are passed over.
    /// @dev One token that fails undoes the call: leave it out.
    /// @param tokens The tokens.
    /// @return amounts What was sent of each, in base units.
    function withdrawMany(address[] calldata tokens) external returns (uint256[] memory amounts);

    /// @notice Sends all of `account`'s credit to its payee. Anyone may call and pay the gas.
    /// @dev Warning: a contract that keeps credit for others, such as an escrow, must refuse pushes before it has any,
    /// or a stranger could turn its credit into tokens that it cannot move.
    /// @param token The token.
    /// @param account The account; its payee is the receiver.
    /// @return amount The amount sent, in base units.
    function push(address token, address account) external returns (uint256 amount);

    /// @notice Pushes one token to many accounts. One that fails stops no other: it becomes a `PushFailed`.
    /// @dev Every push is given exactly `PUSH_GAS`, or the whole batch reverts: a caller cannot make one fail by
    /// giving it less, and a receiver cannot burn more. What needs more gas than that can be pushed alone. The `caller`
    /// in the ERC-6909 `Transfer` of such a push is the vault; `Withdrawn` names who called.
    /// @param token The token.
    /// @param accounts The accounts.
    /// @return failures How many failed.
    function pushMany(address token, address[] calldata accounts) external returns (uint256 failures);

    /// @notice One push of a batch. For the vault itself, within `pushMany`.
    /// @param token The token.
    /// @param account The account.
    /// @param caller The caller of the batch.
    function pushOne(address token, address account, address caller) external;

    /// @notice Refuses pushes to the caller, or allows them again. The caller's own withdrawals are not touched.
    /// @dev For credit under the name of a rotated account the word of its payee counts, not that account's.
    /// @param refused True to refuse.
    function refusePush(bool refused) external;

    /// @notice Returns the address that stands for the chain's own coin.
    /// @return token The address, as of ERC-7528.
    function NATIVE() external view returns (address token);

    /// @notice Returns the gas that every push of a batch is given.
    /// @return gasLimit The gas.
    function PUSH_GAS() external view returns (uint256 gasLimit);

    /// @notice Returns the nonce of an EIP-3009 authorization that credits `account` in this vault.
    /// @param account The account to credit.
    /// @param salt A number of the signer's choice.
    /// @return nonce `keccak256(abi.encode(vault, account, salt))` with its last 64 bits zero: tokens that read a nonce
    /// as a key and a 64-bit sequence number then see a fresh key.
    function authorizationNonce(address account, bytes32 salt) external view returns (bytes32 nonce);

    /// @notice Returns whether an account refuses pushes.
    /// @param account The account.
    /// @return refused True when it does.
    function refusesPush(address account) external view returns (bool refused);

    /// @notice Returns the credit of `account`.
    /// @param token The token.
    /// @param account The account.
    /// @return amount The credit, in base units.
    function creditOf(address token, address account) external view returns (uint256 amount);
}
