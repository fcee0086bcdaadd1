// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {AuthorizationToken} from "../mocks/AuthorizationToken.sol";
import {KeyedAuthorizationToken} from "../mocks/KeyedAuthorizationToken.sol";
import {PermitFeeToken} from "../mocks/PermitFeeToken.sol";
import {VaultTest} from "./VaultTest.sol";

/// @notice Says yes to every authorization and moves nothing.
contract LyingToken {
    function balanceOf(address) external pure returns (uint256) {
        return 5_000;
    }

    function receiveWithAuthorization(
        address,
        address,
        uint256,
        uint256,
        uint256,
        bytes32,
        uint8,
        bytes32,
        bytes32
    ) external {}
}

contract AuthorizedDepositTest is VaultTest {
    AuthorizationToken private _token;
    address private _payer;
    uint256 private _payerKey;
    uint256 private _deadline;

    function setUp() public override {
        super.setUp();
        vm.warp(1_000_000);
        _deadline = vm.getBlockTimestamp() + 1 hours;
        (_payer, _payerKey) = makeAddrAndKey("payer");
        _token = new AuthorizationToken();
        _token.mint(_payer, 1_000);
        yen.mint(_payer, 1_000);
    }

    /* PERMIT */

    function _permit(uint256 amount) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 typeHash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 structHash = keccak256(
            abi.encode(typeHash, _payer, address(vault), amount, yen.nonces(_payer), _deadline)
        );
        return vm.sign(_payerKey, keccak256(abi.encodePacked("\x19\x01", yen.DOMAIN_SEPARATOR(), structHash)));
    }

    function test_depositWithPermit_reverts_without_permit() external {
        // it should revert with the token's error
        vm.prank(_payer);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 100)
        );
        vault.depositWithPermit(address(yen), worker, 100, _deadline, 27, bytes32(uint256(1)), bytes32(uint256(1)));
    }

    function test_depositWithPermit_spends_the_callers_money() external {
        (uint8 v, bytes32 r, bytes32 s) = _permit(100);

        // it should spend nothing but the caller's money
        vm.prank(outsider);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 100)
        );
        vault.depositWithPermit(address(yen), outsider, 100, _deadline, v, r, s);
        assertEq(yen.balanceOf(_payer), 1_000, "payer");
    }

    function test_pitfall_11_depositWithPermit_bears_a_front_run() external {
        (uint8 v, bytes32 r, bytes32 s) = _permit(100);
        vm.prank(outsider);
        yen.permit(_payer, address(vault), 100, _deadline, v, r, s);

        // it should deposit all the same
        vm.prank(_payer);
        vault.depositWithPermit(address(yen), worker, 100, _deadline, v, r, s);
        assertEq(vault.creditOf(address(yen), worker), 100, "credit");
    }

    function test_depositWithPermit_reverts_given_a_fee() external {
        PermitFeeToken token = new PermitFeeToken();
        token.mint(_payer, 1_000);

        // it should revert with PayoutVault_NotFunded
        vm.prank(_payer);
        vm.expectRevert(_notFunded(address(token), 990, 1_000));
        vault.depositWithPermit(address(token), worker, 1_000, _deadline, 0, 0, 0);
    }

    function test_depositWithPermit_credits_the_account() external {
        (uint8 v, bytes32 r, bytes32 s) = _permit(100);

        // it should emit {Deposited}
        vm.expectEmit(address(vault));
        emit IPayoutVault.Deposited(address(yen), worker, _payer, 100);
        vm.prank(_payer);
        vault.depositWithPermit(address(yen), worker, 100, _deadline, v, r, s);

        // it should credit the account
        assertEq(vault.creditOf(address(yen), worker), 100, "credit");
        assertEq(yen.balanceOf(_payer), 900, "payer");
        assertEq(yen.allowance(_payer, address(vault)), 0, "allowance");
    }

    /* AUTHORIZATION */

    function _authorize(
        AuthorizationToken token,
        address to,
        address account,
        uint256 amount,
        bytes32 salt
    ) private view returns (IPayoutVault.Authorization memory authorization) {
        authorization.from = _payer;
        authorization.validAfter = vm.getBlockTimestamp() - 1;
        authorization.validBefore = _deadline;
        authorization.salt = salt;
        bytes32 typeHash = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 structHash = keccak256(
            abi.encode(
                typeHash,
                _payer,
                to,
                amount,
                authorization.validAfter,
                _deadline,
                IPayoutVault(to).authorizationNonce(account, salt)
            )
        );
        (authorization.v, authorization.r, authorization.s) = vm.sign(_payerKey, _digest(address(token), structHash));
    }

    function _digest(address token, bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Authorization"),
                keccak256("1"),
                block.chainid,
                token
            )
        );
        return keccak256(abi.encodePacked("\x19\x01", domain, structHash));
    }

    function test_depositWithAuthorization_reverts_when_carrier_changes_it() external {
        IPayoutVault.Authorization memory signed = _authorize(_token, address(vault), worker, 100, "salt");

        // it should revert with the token's error, ERC3009InvalidSignature
        vm.startPrank(outsider);
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        vault.depositWithAuthorization(address(_token), outsider, 100, signed);
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        vault.depositWithAuthorization(address(_token), worker, 101, signed);
        signed.salt = "another salt";
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        vault.depositWithAuthorization(address(_token), worker, 100, signed);
        PayoutVault other = new PayoutVault();
        signed = _authorize(_token, address(other), worker, 100, "salt");
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        vault.depositWithAuthorization(address(_token), worker, 100, signed);
    }

    function test_depositWithAuthorization_reverts_the_second_time() external {
        IPayoutVault.Authorization memory signed = _authorize(_token, address(vault), worker, 100, "salt");
        vault.depositWithAuthorization(address(_token), worker, 100, signed);
        bytes32 nonce = vault.authorizationNonce(worker, "salt");

        // it should revert with ERC3009UsedAuthorization
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, _payer, nonce));
        vault.depositWithAuthorization(address(_token), worker, 100, signed);
    }

    function test_depositWithAuthorization_reverts_out_of_time() external {
        IPayoutVault.Authorization memory signed = _authorize(_token, address(vault), worker, 100, "salt");
        bytes memory refused = abi.encodeWithSelector(
            ERC3009.ERC3009InvalidAuthorizationTime.selector,
            signed.validAfter,
            signed.validBefore
        );

        // it should revert with ERC3009InvalidAuthorizationTime
        vm.warp(signed.validAfter);
        vm.expectRevert(refused);
        vault.depositWithAuthorization(address(_token), worker, 100, signed);
        vm.warp(signed.validBefore);
        vm.expectRevert(refused);
        vault.depositWithAuthorization(address(_token), worker, 100, signed);
    }

    function test_depositWithAuthorization_reverts_when_something_is_zero() external {
        IPayoutVault.Authorization memory signed = _authorize(_token, address(vault), address(0), 100, "salt");

        // it should revert with PayoutVault_AddressZero or PayoutVault_AmountZero
        vm.expectRevert(IPayoutVault.PayoutVault_AddressZero.selector);
        vault.depositWithAuthorization(address(_token), address(0), 100, signed);
        vm.expectRevert(IPayoutVault.PayoutVault_AddressZero.selector);
        vault.depositWithAuthorization(address(0), worker, 100, signed);
        vm.expectRevert(IPayoutVault.PayoutVault_AmountZero.selector);
        vault.depositWithAuthorization(address(_token), worker, 0, signed);
    }

    function test_depositWithAuthorization_reverts_given_a_fee() external {
        _token.setFee(1);
        _token.mint(address(vault), 500);
        IPayoutVault.Authorization memory signed = _authorize(_token, address(vault), worker, 100, "salt");

        // it should refuse what arrived short
        vm.expectRevert(_notFunded(address(_token), 99, 100));
        vault.depositWithAuthorization(address(_token), worker, 100, signed);
    }

    function test_depositWithAuthorization_reverts_given_a_lie() external {
        address liar = address(new LyingToken());
        IPayoutVault.Authorization memory signed;

        // it should refuse what never arrived
        vm.expectRevert(_notFunded(liar, 0, 100));
        vault.depositWithAuthorization(liar, worker, 100, signed);
    }

    function test_depositWithAuthorization_takes_keyed_nonces() external {
        KeyedAuthorizationToken token = new KeyedAuthorizationToken();
        token.mint(_payer, 300);

        // it should take any salt in any order
        for (uint256 i = 3; i > 0; --i) {
            bytes32 salt = keccak256(abi.encode(i));
            vault.depositWithAuthorization(
                address(token),
                worker,
                100,
                _authorize(AuthorizationToken(address(token)), address(vault), worker, 100, salt)
            );
        }
        assertEq(vault.creditOf(address(token), worker), 300, "credit");
    }

    function test_depositWithAuthorization_credits_the_committed_account() external {
        IPayoutVault.Authorization memory signed = _authorize(_token, address(vault), worker, 100, "salt");

        // it should emit {Deposited} with the signer as sender
        vm.expectEmit(address(vault));
        emit IPayoutVault.Deposited(address(_token), worker, _payer, 100);
        vm.prank(outsider);
        vault.depositWithAuthorization(address(_token), worker, 100, signed);

        // it should credit the account that the nonce commits to
        assertEq(vault.creditOf(address(_token), worker), 100, "credit");
        assertEq(_token.balanceOf(_payer), 900, "payer");
        assertEq(
            vault.authorizationNonce(worker, "salt") | bytes32(uint256(type(uint64).max)),
            keccak256(abi.encode(address(vault), worker, bytes32("salt"))) | bytes32(uint256(type(uint64).max)),
            "nonce"
        );
    }
}
