// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20PermitUpgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20PermitUpgradeable.sol"; // solhint-disable-line max-line-length

import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IProjectToken} from "../../../contracts/interfaces/IProjectToken.sol";
import {TokenTest} from "./TokenTest.sol";

contract HoldingTest is TokenTest {
    bytes32 private constant PERMIT = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    /* TRANSFERS */

    function test_openTransfers_reverts_for_outsider_minter_and_registry() external {
        address[3] memory callers = [outsider, minter, address(registry)];

        // it should revert with ProjectToken_NotOwner
        for (uint256 i = 0; i < 3; i++) {
            vm.prank(callers[i]);
            vm.expectRevert(_notTokenOwner(callers[i]));
            token.openTransfers();
        }
    }

    function test_openTransfers_reverts_the_second_time() external {
        vm.startPrank(owner);
        token.openTransfers();

        // it should revert with ProjectToken_TransfersAlreadyOpen
        vm.expectRevert(IProjectToken.ProjectToken_TransfersAlreadyOpen.selector);
        token.openTransfers();
    }

    function test_transfers_are_locked_at_first() external {
        // it should let mints through
        _mint(worker, 10);
        assertFalse(token.areTransfersOpen());

        vm.startPrank(worker);
        token.approve(outsider, 10);

        // it should revert with ProjectToken_TransfersLocked for the holder
        vm.expectRevert(IProjectToken.ProjectToken_TransfersLocked.selector);
        token.transfer(outsider, 1);
        vm.stopPrank();

        // it should revert with ProjectToken_TransfersLocked for a spender
        vm.prank(outsider);
        vm.expectRevert(IProjectToken.ProjectToken_TransfersLocked.selector);
        token.transferFrom(worker, outsider, 1);
    }

    function test_transfers_move_tokens_and_votes_once_open() external {
        _mint(worker, 10);
        vm.prank(worker);
        token.delegate(worker);
        vm.prank(outsider);
        token.delegate(outsider);

        // it should emit {TransfersOpened}
        vm.expectEmit(address(token));
        emit IProjectToken.TransfersOpened();
        vm.prank(owner);
        token.openTransfers();

        // it should move tokens and votes
        vm.prank(worker);
        token.transfer(outsider, 4);
        assertEq(token.balanceOf(outsider), 4);
        assertEq(token.getVotes(worker), 6);
        assertEq(token.getVotes(outsider), 4);
    }

    /* PERMIT */

    function _sign(ProjectToken signed, uint256 key, address holder) private view returns (uint8, bytes32, bytes32) {
        bytes32 structHash = keccak256(abi.encode(PERMIT, holder, outsider, 5, 0, block.timestamp));
        return vm.sign(key, keccak256(abi.encodePacked(hex"1901", signed.DOMAIN_SEPARATOR(), structHash)));
    }

    function test_permit_reverts_when_someone_else_signed() external {
        (, uint256 key) = makeAddrAndKey("stranger");
        (uint8 v, bytes32 r, bytes32 s) = _sign(token, key, worker);

        // it should revert with ERC2612InvalidSigner
        vm.expectPartialRevert(ERC20PermitUpgradeable.ERC2612InvalidSigner.selector);
        token.permit(worker, outsider, 5, block.timestamp, v, r, s);
    }

    function test_permit_reverts_when_signed_for_another_project() external {
        (address holder, uint256 key) = makeAddrAndKey("holder");
        (, ProjectToken other) = _open();
        (uint8 v, bytes32 r, bytes32 s) = _sign(other, key, holder);

        // it should revert with ERC2612InvalidSigner of another account
        vm.expectPartialRevert(ERC20PermitUpgradeable.ERC2612InvalidSigner.selector);
        token.permit(holder, outsider, 5, block.timestamp, v, r, s);
    }

    function test_permit_sets_the_allowance_once() external {
        (address holder, uint256 key) = makeAddrAndKey("holder");
        (uint8 v, bytes32 r, bytes32 s) = _sign(token, key, holder);
        token.permit(holder, outsider, 5, block.timestamp, v, r, s);

        // it should set the allowance
        assertEq(token.allowance(holder, outsider), 5);
        assertEq(token.nonces(holder), 1);

        // it should refuse the same signature again
        vm.expectPartialRevert(ERC20PermitUpgradeable.ERC2612InvalidSigner.selector);
        token.permit(holder, outsider, 5, block.timestamp, v, r, s);
    }

    function test_the_domain_is_the_tokens_own() external view {
        (, string memory name, string memory version, uint256 chainId, address contract_, , ) = token.eip712Domain();
        assertEq(name, "Sakura Bakery");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(contract_, address(token));
    }

    /* VOTES */

    function test_votes_follow_delegation_and_time() external {
        // it should count by time
        assertEq(token.clock(), block.timestamp);
        assertEq(token.CLOCK_MODE(), "mode=timestamp");

        // it should give votes to who delegates
        _mint(worker, 10);
        assertEq(token.getVotes(worker), 0);
        vm.prank(worker);
        token.delegate(outsider);
        assertEq(token.getVotes(outsider), 10);

        // it should remember past votes
        uint256 then = vm.getBlockTimestamp();
        vm.warp(then + 100);
        _mint(worker, 5);
        vm.warp(then + 200);
        assertEq(token.getPastVotes(outsider, then), 10);
        assertEq(token.getPastVotes(outsider, then + 100), 15);
        assertEq(token.getPastTotalSupply(then), 10);
    }

    /* THE IMPLEMENTATION */

    function test_implementation_is_empty() external {
        ProjectToken bare = new ProjectToken();

        // it should have no registry, no project, no cap and no name
        assertEq(bare.registry(), address(0));
        assertEq(bare.projectId(), 0);
        assertEq(bare.cap(), 0);
        assertEq(bare.name(), "");
        assertEq(bare.symbol(), "");
    }

    function testFuzz_implementation_obeys_nobody(address caller) external {
        vm.assume(caller != address(0));
        ProjectToken bare = ProjectToken(registry.TOKEN_IMPLEMENTATION());
        vm.startPrank(caller);

        // it should let nobody name minters, mint, reserve or open transfers
        vm.expectRevert();
        bare.setMinter(caller, true);
        vm.expectRevert();
        bare.openTransfers();
        vm.expectRevert(_notMinter(caller));
        bare.mint(caller, 1);
        vm.expectRevert(_notMinter(caller));
        bare.reserve(1);
        vm.expectRevert();
        bare.mintReserved(caller, 1);
    }
}
