// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FundingPool} from "../../../contracts/FundingPool.sol";
import {FundingPools} from "../../../contracts/FundingPools.sol";
import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {IFundingPool} from "../../../contracts/interfaces/IFundingPool.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";

/// @notice Three neighbours fund a bounty together: 50, 30 and 20 of a hundred parts.
contract PoolLifeTest is EscrowTest {
    address private constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;
    uint64 private constant DEADLINE = NOW + 14 days;
    uint256 private constant GOAL = 2 * MAX_AWARD;

    FundingPools private _pools;
    FundingPool private _pool;
    address[3] private _neighbours = [makeAddr("aoi"), makeAddr("botan"), makeAddr("chika")];
    uint256[3] private _parts = [uint256(50), 30, 20];

    function setUp() public override {
        super.setUp();
        _pools = new FundingPools(escrow);
        _openPool();
    }

    function _openPool() private {
        terms.funder = _pools.poolAt(outsider, terms, DEADLINE, "");
        vm.prank(outsider);
        _pool = FundingPool(_pools.open(terms, DEADLINE, ""));
    }

    function _fill() private {
        for (uint256 i = 0; i < 3; ++i) {
            uint256 amount = (GOAL * _parts[i]) / 100;
            yen.mint(_neighbours[i], amount);
            vm.startPrank(_neighbours[i]);
            yen.approve(address(_pool), amount);
            _pool.contribute(amount);
            vm.stopPrank();
        }
    }

    function _openFrom() private {
        vm.prank(owner);
        bountyId = opener.openFrom(terms);
        work.bountyId = bountyId;
    }

    function _release() private {
        for (uint256 i = 0; i < 3; ++i) {
            if (_pool.pendingOf(_neighbours[i]) > 0) _pool.release(_neighbours[i]);
        }
    }

    function test_nobody_else_opens_the_bounty() external {
        _fill();

        // it should let nobody else open it
        address[2] memory callers = [outsider, _neighbours[0]];
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IBountyOpener.BountyOpener_NotAuthorized.selector, projectId, callers[i])
            );
            opener.openFrom(terms);
        }
    }

    function test_terms_that_differ() external {
        _fill();
        bytes32 agreed = _pool.termsHash();
        terms.arbiterWindow += 1;

        // it should refuse to fund
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(
                IFundingPool.FundingPool_BountyMismatch.selector,
                keccak256(_terms()),
                address(yen),
                GOAL
            )
        );
        opener.openFrom(terms);
        assertNotEq(keccak256(_terms()), agreed);
    }

    function test_a_whole_life() external {
        _fill();
        _openFrom();

        // it should fund the bounty with what the three brought
        assertEq(_credit(address(escrow)), GOAL);
        assertEq(_credit(address(_pool)), 0);
        assertEq(_pool.bountyId(), bountyId);

        // it should share the refunds of a whole life to the unit
        _submit();
        _approve(0);
        _approve(1);
        skip(terms.success.opensAfter);
        _report(SUCCESS, 8_000);
        skip(7 days);
        _settle(SUCCESS);
        _close();
        _release();
        skip(335 days);
        _report(LONG_TERM, 3_333);
        skip(7 days);
        _settle(LONG_TERM);
        _release();
        uint256 paid = _credit(worker) + _credit(colleague);
        assertGt(paid, 0);
        assertEq(_pool.received(), GOAL - paid);
        uint256 shared = _credit(_neighbours[0]) + _credit(_neighbours[1]) + _credit(_neighbours[2]);
        assertEq(shared + _credit(address(_pool)), GOAL - paid);
        assertLe(_credit(address(_pool)), 1);
        assertEq(_credit(address(escrow)), 0);
    }

    function test_a_bounty_without_work() external {
        _fill();
        _openFrom();
        _close();
        _release();

        // it should give everyone back what it brought
        for (uint256 i = 0; i < 3; ++i) assertEq(_credit(_neighbours[i]), (GOAL * _parts[i]) / 100);
        assertEq(_credit(address(_pool)), 0);
    }

    function test_native_coin() external {
        terms.token = NATIVE;
        _openPool();
        for (uint256 i = 0; i < 3; ++i) {
            uint256 amount = (GOAL * _parts[i]) / 100;
            vm.deal(_neighbours[i], amount);
            vm.prank(_neighbours[i]);
            _pool.contributeNative{value: amount}();
        }
        _openFrom();
        _close();
        _release();

        // it should fund and share native coin
        for (uint256 i = 0; i < 3; ++i) {
            uint256 amount = (GOAL * _parts[i]) / 100;
            assertEq(vault.creditOf(NATIVE, _neighbours[i]), amount);
            vault.push(NATIVE, _neighbours[i]);
            assertEq(_neighbours[i].balance, amount);
        }
    }
}
