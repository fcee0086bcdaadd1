// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {ProjectToken} from "../../../contracts/ProjectToken.sol";

/// @title TokenHandler
/// @notice Random business with a token: three minters named and dismissed, promises, mints, transfers, delegation.
contract TokenHandler is Test {
    ProjectToken public immutable TOKEN;
    address private immutable OWNER;
    address[3] public accounts = [address(0xA11CE), address(0xB0B), address(0xCA401)];

    constructor(ProjectToken token, address owner) {
        (TOKEN, OWNER) = (token, owner);
    }

    function setMinter(uint256 who, bool named) external {
        vm.prank(OWNER);
        TOKEN.setMinter(accounts[who % 3], named);
    }

    function openTransfers() external {
        if (TOKEN.areTransfersOpen()) return;
        vm.prank(OWNER);
        TOKEN.openTransfers();
    }

    function reserve(uint256 who, uint256 amount) external {
        if (!TOKEN.isMinter(accounts[who % 3])) return;
        amount = bound(amount, 0, _room());
        vm.prank(accounts[who % 3]);
        TOKEN.reserve(amount);
    }

    function release(uint256 who, uint256 amount) external {
        amount = bound(amount, 0, TOKEN.reservedBy(accounts[who % 3]));
        vm.prank(accounts[who % 3]);
        TOKEN.release(amount);
    }

    function mintReserved(uint256 who, uint256 to, uint256 amount) external {
        amount = bound(amount, 0, TOKEN.reservedBy(accounts[who % 3]));
        vm.prank(accounts[who % 3]);
        TOKEN.mintReserved(accounts[to % 3], amount);
    }

    function mint(uint256 who, uint256 to, uint256 amount) external {
        if (!TOKEN.isMinter(accounts[who % 3])) return;
        amount = bound(amount, 0, _room());
        vm.prank(accounts[who % 3]);
        TOKEN.mint(accounts[to % 3], amount);
    }

    function overdraw(uint256 who, uint256 excess) external {
        uint256 amount = _room() + bound(excess, 1, type(uint128).max);
        vm.prank(accounts[who % 3]);
        vm.expectRevert();
        TOKEN.mint(accounts[who % 3], amount);
    }

    function transfer(uint256 from, uint256 to, uint256 amount) external {
        if (!TOKEN.areTransfersOpen()) return;
        amount = bound(amount, 0, TOKEN.balanceOf(accounts[from % 3]));
        vm.prank(accounts[from % 3]);
        TOKEN.transfer(accounts[to % 3], amount);
    }

    function delegate(uint256 from, uint256 to) external {
        vm.prank(accounts[from % 3]);
        TOKEN.delegate(accounts[to % 3]);
    }

    function _room() private view returns (uint256) {
        return TOKEN.cap() - TOKEN.totalSupply() - TOKEN.totalReserved();
    }
}
