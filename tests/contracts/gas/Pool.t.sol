// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {PoolTest} from "../FundingPool/PoolTest.sol";
import {GasTest} from "./GasTest.sol";

/// @notice A pool of three contributors from its opening to the last share; the escrow is the tests' own, and costs
/// nothing.
contract PoolGasTest is GasTest, PoolTest {
    /// forge-config: default.isolate = true
    function test_gas_pool() external {
        IBountyEscrow.Terms memory terms = _terms(address(yen), "other");
        vm.prank(opener);
        pools.open(terms, DEADLINE, "other");
        _record("FundingPools.open");
        _contribute(alice, 50);
        _record("FundingPool.contribute, the first");
        _contribute(bob, 20);
        _record("FundingPool.contribute, a later one");
        vm.prank(bob);
        pool.takeBack(10);
        _record("FundingPool.takeBack of a part");
        _contribute(bob, 20);
        _contribute(carol, 20);
        _fund();
        _record("FundingPool.fund");
        _refund(40);
        pool.release(alice);
        _record("FundingPool.release to fresh credit");
        _refund(40);
        pool.release(alice);
        _record("FundingPool.release to known credit");
    }
}
