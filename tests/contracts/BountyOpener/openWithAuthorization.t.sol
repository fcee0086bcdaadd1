// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";
import {HookToken} from "../mocks/HookToken.sol";

contract OpenWithAuthorizationTest is EscrowTest {
    bytes32 private constant TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,"
        "bytes32 nonce)"
    );
    bytes32 private constant SALT = "salt";
    uint256 private constant NEEDED = 2 * MAX_AWARD;

    uint256 private _ownerKey;

    function setUp() public override {
        super.setUp();
        (, _ownerKey) = makeAddrAndKey("owner");
        vm.prank(owner);
        yen.approve(address(opener), 0);
    }

    function _authorize(
        uint256 key,
        uint256 value
    ) private view returns (IBountyOpener.FundingAuthorization memory authorization) {
        (authorization.validAfter, authorization.validBefore, authorization.salt) = (NOW - 1, NOW + 1 hours, SALT);
        bytes32 nonce = keccak256(abi.encode(address(opener), keccak256(_terms()), SALT));
        bytes32 message = keccak256(
            abi.encode(
                TYPEHASH,
                owner,
                address(opener),
                value,
                authorization.validAfter,
                authorization.validBefore,
                nonce
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", yen.DOMAIN_SEPARATOR(), message));
        (authorization.v, authorization.r, authorization.s) = vm.sign(key, digest);
    }

    function _expectRefused(IBountyOpener.FundingAuthorization memory authorization) private {
        vm.prank(outsider);
        vm.expectRevert();
        opener.openWithAuthorization(terms, authorization);
        assertEq(escrow.bountyCount(), 0, "bounties");
    }

    function test_openWithAuthorization_reverts_when_the_funder_may_not_open() external {
        terms.funder = outsider;
        IBountyOpener.FundingAuthorization memory authorization = _authorize(_ownerKey, NEEDED);

        // it should revert with BountyOpener_NotAuthorized
        vm.expectRevert(abi.encodeWithSelector(IBountyOpener.BountyOpener_NotAuthorized.selector, projectId, outsider));
        opener.openWithAuthorization(terms, authorization);
    }

    function test_openWithAuthorization_reverts_when_it_was_signed_for_something_else() external {
        IBountyOpener.FundingAuthorization memory authorization = _authorize(_ownerKey, NEEDED);

        // it should revert
        terms.submitBy += 1;
        _expectRefused(authorization);
        terms.submitBy -= 1;
        authorization.salt = "other";
        _expectRefused(authorization);
        _expectRefused(_authorize(_ownerKey, NEEDED - 1));
        _expectRefused(_authorize(workerKey, NEEDED));
    }

    function test_openWithAuthorization_reverts_outside_its_time() external {
        IBountyOpener.FundingAuthorization memory authorization = _authorize(_ownerKey, NEEDED);

        // it should revert
        vm.warp(authorization.validAfter);
        _expectRefused(authorization);
        vm.warp(authorization.validBefore);
        _expectRefused(authorization);
        vm.warp(authorization.validBefore - 1);
        opener.openWithAuthorization(terms, authorization);
    }

    function test_openWithAuthorization_reverts_when_it_was_used() external {
        IBountyOpener.FundingAuthorization memory authorization = _authorize(_ownerKey, NEEDED);
        opener.openWithAuthorization(terms, authorization);

        // it should revert
        vm.expectRevert();
        opener.openWithAuthorization(terms, authorization);
    }

    function test_openWithAuthorization_reverts_when_the_token_knows_none() external {
        IBountyOpener.FundingAuthorization memory authorization = _authorize(_ownerKey, NEEDED);
        HookToken token = new HookToken();
        token.mint(owner, NEEDED);
        terms.token = address(token);

        // it should revert
        _expectRefused(authorization);
        terms.token = vault.NATIVE();
        _expectRefused(authorization);
    }

    function test_openWithAuthorization_opens_for_whoever_relays() external {
        IBountyOpener.FundingAuthorization memory authorization = _authorize(_ownerKey, NEEDED);
        uint256 before = yen.balanceOf(owner);

        // it should open for whoever relays it
        vm.prank(outsider);
        bountyId = opener.openWithAuthorization(terms, authorization);
        (bytes32 termsHash, ) = escrow.bountyOf(bountyId);
        assertEq(termsHash, keccak256(_terms()), "terms");
        assertEq(_credit(address(escrow)), NEEDED, "credit");
        assertEq(before - yen.balanceOf(owner), NEEDED, "paid");

        // it should keep nothing here
        assertEq(yen.balanceOf(address(opener)), 0, "kept");
    }
}
