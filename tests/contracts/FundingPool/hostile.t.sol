// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {FundingPool} from "../../../contracts/FundingPool.sol";
import {IFundingPool} from "../../../contracts/interfaces/IFundingPool.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {BlocklistToken} from "../mocks/BlocklistToken.sol";
import {FeeOnTransferToken} from "../mocks/FeeOnTransferToken.sol";
import {HookToken, ITokenHook} from "../mocks/HookToken.sol";
import {PoolTest} from "./PoolTest.sol";

/// @notice A contributor that calls everything when its tokens move.
contract CallingContributor is ITokenHook {
    FundingPool private immutable POOL;
    bytes4[] public answers;

    constructor(FundingPool pool, HookToken token) {
        POOL = pool;
        token.approve(address(pool), 100);
    }

    function contribute(HookToken token, uint256 amount) external {
        token.setHook(true);
        POOL.contribute(amount);
    }

    function onTokenMoved() external {
        IFundingPool.Authorization memory none;
        _try(abi.encodeCall(IFundingPool.contribute, (1)));
        _try(abi.encodeCall(IFundingPool.contributeWithPermit, (1, 0, 0, 0, 0)));
        _try(abi.encodeCall(IFundingPool.contributeWithAuthorization, (1, none)));
        _try(abi.encodeCall(IFundingPool.contributeNative, ()));
        _try(abi.encodeCall(IFundingPool.takeBack, (1)));
        _try(abi.encodeCall(IFundingPool.giveBack, (address(this))));
        _try(abi.encodeCall(IFundingPool.release, (address(this))));
        _try(abi.encodeCall(POOL.fund, (1, 0, address(0), 1)));
    }

    function _try(bytes memory call) private {
        (bool taken, bytes memory answer) = address(POOL).call(call);
        answers.push(taken ? bytes4(0) : bytes4(answer));
    }
}

/// @notice A token whose every function succeeds and does nothing.
contract YesToken {
    fallback() external {
        assembly {
            mstore(0, 1)
            return(0, 32)
        }
    }

    function balanceOf(address) external pure returns (uint256) {
        return 0;
    }
}

contract HostileTest is PoolTest {
    function test_calling_back_takes_nothing() external {
        HookToken token = new HookToken();
        pool = _openPool(address(token), "hook");
        CallingContributor contributor = new CallingContributor(pool, token);
        token.mint(address(contributor), 100);
        contributor.contribute(token, 50);

        // it should refuse every function that moves money
        for (uint256 i = 0; i < 8; ++i) {
            assertEq(contributor.answers(i), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        }
        assertEq(pool.contributionOf(address(contributor)).amount, 50);
        assertEq(vault.creditOf(address(token), address(pool)), 50);
    }

    function test_pitfall_08_token_with_a_fee() external {
        FeeOnTransferToken token = new FeeOnTransferToken();
        pool = _openPool(address(token), "fee");
        token.mint(alice, 100);
        vm.startPrank(alice);
        token.approve(address(pool), 100);

        // it should be refused by the vault
        vm.expectRevert(abi.encodeWithSelector(IPayoutVault.PayoutVault_NotFunded.selector, address(token), 99, 100));
        pool.contribute(100);
    }

    function test_token_that_only_says_yes() external {
        YesToken token = new YesToken();
        pool = _openPool(address(token), "yes");
        bytes memory refusal = abi.encodeWithSelector(
            IPayoutVault.PayoutVault_NotFunded.selector,
            address(token),
            0,
            100
        );
        vm.startPrank(alice);

        // it should be refused by the vault, in every lane
        vm.expectRevert(refusal);
        pool.contribute(100);
        vm.expectRevert(refusal);
        pool.contributeWithPermit(100, DEADLINE, 27, "r", "s");
        vm.expectRevert(refusal);
        pool.contributeWithAuthorization(100, IFundingPool.Authorization(alice, 0, DEADLINE, 0, 27, "r", "s"));
    }

    function test_pitfall_15_token_that_blocks_a_contributor() external {
        BlocklistToken token = new BlocklistToken();
        pool = _openPool(address(token), "block");
        token.mint(alice, 40);
        token.mint(bob, 40);
        vm.prank(alice);
        token.approve(address(pool), 40);
        _contribute(alice, 40);
        vm.prank(bob);
        token.approve(address(pool), 40);
        _contribute(bob, 40);
        token.setBlocked(alice, true);
        vm.warp(DEADLINE);

        // it should give back all the same
        pool.giveBack(alice);
        pool.giveBack(bob);
        assertEq(vault.creditOf(address(token), alice), 40);
        vault.push(address(token), bob);
        assertEq(token.balanceOf(bob), 40);
    }
}
