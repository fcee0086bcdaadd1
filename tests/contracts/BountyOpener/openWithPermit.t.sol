// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {HookToken} from "../mocks/HookToken.sol";
import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";

contract OpenWithPermitTest is EscrowTest {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    struct Permit {
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    uint256 private _ownerKey;

    function setUp() public override {
        super.setUp();
        (, _ownerKey) = makeAddrAndKey("owner");
        vm.prank(owner);
        yen.approve(address(opener), 0);
    }

    function _permit(uint256 amount) private view returns (Permit memory permit) {
        permit.deadline = NOW + 1 hours;
        bytes32 message = keccak256(
            abi.encode(PERMIT_TYPEHASH, owner, address(opener), amount, yen.nonces(owner), permit.deadline)
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", yen.DOMAIN_SEPARATOR(), message));
        (permit.v, permit.r, permit.s) = vm.sign(_ownerKey, digest);
    }

    function _openBy(Permit memory permit) private {
        opener.openWithPermit(terms, permit.deadline, permit.v, permit.r, permit.s);
    }

    function _expectAllowanceTooLow(uint256 allowance) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(opener),
                allowance,
                2 * MAX_AWARD
            )
        );
    }

    function test_openWithPermit_reverts_when_caller_is_an_outsider() external {
        Permit memory permit = _permit(2 * MAX_AWARD);

        // it should revert with BountyOpener_FunderMismatch, and with BountyOpener_NotAuthorized when it names itself
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IBountyOpener.BountyOpener_FunderMismatch.selector, owner, outsider));
        _openBy(permit);
        terms.funder = outsider;
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IBountyOpener.BountyOpener_NotAuthorized.selector, projectId, outsider));
        _openBy(permit);
    }

    function test_openWithPermit_reverts_when_permit_is_for_less() external {
        Permit memory permit = _permit(2 * MAX_AWARD - 1);

        // it should revert
        vm.prank(owner);
        _expectAllowanceTooLow(0);
        _openBy(permit);
    }

    function test_openWithPermit_reverts_when_permit_has_expired() external {
        Permit memory permit = _permit(2 * MAX_AWARD);
        vm.warp(permit.deadline + 1);

        // it should revert
        vm.prank(owner);
        _expectAllowanceTooLow(0);
        _openBy(permit);
    }

    function test_pitfall_11_openWithPermit_opens_when_permit_was_used_by_somebody_else() external {
        Permit memory permit = _permit(2 * MAX_AWARD);
        vm.prank(outsider);
        yen.permit(owner, address(opener), 2 * MAX_AWARD, permit.deadline, permit.v, permit.r, permit.s);

        // it should open by the allowance that it made
        vm.prank(owner);
        _openBy(permit);
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
    }

    function test_openWithPermit_opens_by_an_allowance_when_token_has_no_permit() external {
        HookToken token = new HookToken();
        token.mint(owner, 2 * MAX_AWARD);
        terms.token = address(token);
        Permit memory permit = _permit(1);
        vm.startPrank(owner);
        token.approve(address(opener), 2 * MAX_AWARD);

        // it should open by an allowance
        _openBy(permit);
        assertEq(vault.creditOf(address(token), address(escrow)), 2 * MAX_AWARD, "credit");
    }

    function test_openWithPermit_reverts_when_token_is_no_contract() external {
        Permit memory permit = _permit(2 * MAX_AWARD);
        terms.token = outsider;

        // it should revert
        vm.prank(owner);
        vm.expectRevert();
        _openBy(permit);
    }

    function test_openWithPermit_opens_and_leaves_no_allowance() external {
        Permit memory permit = _permit(2 * MAX_AWARD);
        vm.prank(owner);
        _openBy(permit);

        // it should open and leave no allowance
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
        assertEq(yen.allowance(owner, address(opener)), 0, "allowance");
    }
}
