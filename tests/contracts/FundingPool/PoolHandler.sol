// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {FundingPool} from "../../../contracts/FundingPool.sol";
import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {AuthorizedYen} from "../mocks/AuthorizedYen.sol";
import {PoolEscrow} from "../mocks/PoolEscrow.sol";

/// @title PoolHandler
/// @notice Random business with a pool: four accounts contribute, take back, are given back, and have shares
/// released; the bounty is funded; money comes back in parts; strangers give.
contract PoolHandler is Test {
    uint256 private constant BOUNTY = 7;

    FundingPool public immutable POOL;
    AuthorizedYen private immutable YEN;
    PayoutVault private immutable VAULT;
    PoolEscrow private immutable ESCROW;
    address private immutable GIVER = makeAddr("giver");

    address[4] public accounts = [address(0xA11CE), address(0xB0B), address(0xCA401), address(0xDA7E)];
    /// @notice What each account has put in less what it took out before the funding.
    mapping(address account => uint256) public put;
    /// @notice What was released to each account.
    mapping(address account => uint256) public released;
    uint256 public gifts;
    uint256 public refunds;

    constructor(FundingPool pool, AuthorizedYen yen, PayoutVault vault, PoolEscrow escrow) {
        (POOL, YEN, VAULT, ESCROW) = (pool, yen, vault, escrow);
        for (uint256 i = 0; i < 4; ++i) {
            vm.prank(accounts[i]);
            yen.approve(address(pool), type(uint256).max);
        }
        vm.prank(GIVER);
        yen.approve(address(vault), type(uint256).max);
    }

    function contribute(uint256 who, uint256 amount) external {
        (, uint256 goal, uint256 deadline) = POOL.plan();
        uint256 room = goal - POOL.raised();
        if (POOL.bountyId() != 0 || room == 0 || vm.getBlockTimestamp() >= deadline) return;
        // Half of the contributions fill the pool, so that many runs come to the funding.
        amount = amount % 2 == 0 ? room : bound(amount, 1, room);
        address account = accounts[who % 4];
        YEN.mint(account, amount);
        vm.prank(account);
        POOL.contribute(amount);
        put[account] += amount;
    }

    function takeBack(uint256 who, uint256 amount) external {
        address account = accounts[who % 4];
        if (POOL.bountyId() != 0 || put[account] == 0) return;
        amount = bound(amount, 1, put[account]);
        vm.prank(account);
        POOL.takeBack(amount);
        put[account] -= amount;
    }

    function giveBack(uint256 who) external {
        (, , uint256 deadline) = POOL.plan();
        address account = accounts[who % 4];
        if (POOL.bountyId() != 0 || put[account] == 0 || vm.getBlockTimestamp() < deadline) return;
        POOL.giveBack(account);
        put[account] = 0;
    }

    function fund() external {
        (address token, uint256 goal, uint256 deadline) = POOL.plan();
        if (POOL.bountyId() != 0 || POOL.raised() < goal || vm.getBlockTimestamp() >= deadline) return;
        ESCROW.opener().openFrom(POOL, BOUNTY, POOL.termsHash(), token, goal);
    }

    function refund(uint256 amount) public {
        (, uint256 goal, ) = POOL.plan();
        if (POOL.bountyId() == 0 || refunds == goal) return;
        amount = bound(amount, 1, goal - refunds);
        ESCROW.refund(address(YEN), address(POOL), amount);
        refunds += amount;
    }

    function give(uint256 amount) external {
        amount = bound(amount, 1, 50);
        YEN.mint(GIVER, amount);
        vm.prank(GIVER);
        VAULT.deposit(address(YEN), address(POOL), amount);
        gifts += amount;
    }

    function release(uint256 who) public {
        address account = accounts[who % 4];
        if (POOL.pendingOf(account) == 0) return;
        released[account] += POOL.release(account);
    }

    function wait(uint256 time) external {
        skip(time % 2 days);
    }
}
