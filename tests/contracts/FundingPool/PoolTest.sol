// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {FundingPool} from "../../../contracts/FundingPool.sol";
import {FundingPools} from "../../../contracts/FundingPools.sol";
import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IFundingPool} from "../../../contracts/interfaces/IFundingPool.sol";
import {AuthorizedYen} from "../mocks/AuthorizedYen.sol";
import {PoolEscrow, PoolOpener} from "../mocks/PoolEscrow.sol";

/// @title PoolTest
/// @notice The cast: a vault, an escrow, a yen coin, and one pool of 100. Alice,
/// Bob and Carol have a thousand each and have allowed the pool all of it.
abstract contract PoolTest is Test {
    address internal constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;
    uint128 internal constant GOAL = 100;
    uint256 internal constant BOUNTY = 7;
    uint256 internal constant START = 1_800_000_000;
    uint64 internal constant DEADLINE = uint64(START + 30 days);

    PayoutVault internal vault;
    PoolEscrow internal escrow;
    PoolOpener internal bounties;
    FundingPools internal pools;
    FundingPool internal pool;
    bytes32 internal termsHash;
    AuthorizedYen internal yen;
    address internal opener = makeAddr("opener");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal carol = makeAddr("carol");
    address internal outsider = makeAddr("outsider");

    function setUp() public virtual {
        vm.warp(START);
        vault = new PayoutVault();
        escrow = new PoolEscrow(vault);
        bounties = escrow.opener();
        pools = new FundingPools(IBountyEscrow(address(escrow)));
        yen = new AuthorizedYen();
        pool = _openPool(address(yen), "salt");
        termsHash = pool.termsHash();
        address[3] memory contributors = [alice, bob, carol];
        for (uint256 i = 0; i < 3; ++i) {
            yen.mint(contributors[i], 1_000);
            vm.deal(contributors[i], 1_000);
            vm.prank(contributors[i]);
            yen.approve(address(pool), 1_000);
        }
    }

    function _terms(address token, bytes32 salt) internal view returns (IBountyEscrow.Terms memory terms) {
        (terms.projectId, terms.token, terms.amount) = (3, token, GOAL);
        terms.funder = pools.poolAt(opener, terms, DEADLINE, salt);
    }

    function _openPool(address token, bytes32 salt) internal returns (FundingPool) {
        IBountyEscrow.Terms memory terms = _terms(token, salt);
        vm.prank(opener);
        return FundingPool(pools.open(terms, DEADLINE, salt));
    }

    function _contribute(address contributor, uint256 amount) internal {
        vm.prank(contributor);
        pool.contribute(amount);
    }

    function _fill() internal {
        _contribute(alice, 50);
        _contribute(bob, 30);
        _contribute(carol, 20);
    }

    function _fund() internal {
        bounties.openFrom(pool, BOUNTY, termsHash, address(yen), GOAL);
    }

    function _fund(FundingPool funder, uint256 bountyId) internal {
        bounties.openFrom(funder, bountyId, funder.termsHash(), address(yen), GOAL);
    }

    function _refund(uint256 amount) internal {
        escrow.refund(address(yen), address(pool), amount);
    }

    function _credit(address account) internal view returns (uint256) {
        return vault.creditOf(address(yen), account);
    }

    function _deadlinePassed() internal view returns (bytes memory) {
        return
            abi.encodeWithSelector(IFundingPool.FundingPool_DeadlinePassed.selector, DEADLINE, vm.getBlockTimestamp());
    }

    function _alreadyFunded() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IFundingPool.FundingPool_AlreadyFunded.selector, BOUNTY);
    }
}
