// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {HookToken, ITokenHook} from "../mocks/HookToken.sol";
import {VaultTest} from "./VaultTest.sol";

/// @notice An account that makes one call of its choice whenever a transfer of the hooked token touches it.
contract Attacker is ITokenHook {
    HookToken private immutable TOKEN;
    IPayoutVault private immutable VAULT;
    bytes private _call;
    bytes public answer;
    bool public succeeded;

    constructor(HookToken token, IPayoutVault vault) {
        (TOKEN, VAULT) = (token, vault);
        token.setHook(true);
        token.approve(address(vault), type(uint256).max);
    }

    function arm(bytes memory call_) external {
        _call = call_;
    }

    function run(bytes memory call_) external {
        (bool success, bytes memory returned) = address(VAULT).call(call_);
        if (!success) revert(string(returned));
    }

    function onTokenMoved() external {
        if (_call.length == 0) return;
        bytes memory call_ = _call;
        delete _call;
        (succeeded, answer) = address(VAULT).call(call_);
    }
}

contract ReentrancyTest is VaultTest {
    HookToken private _token;
    Attacker private _attacker;

    function setUp() public override {
        super.setUp();
        _token = new HookToken();
        _attacker = new Attacker(_token, vault);
        _token.mint(address(vault), 200);
        vault.settle(address(_token), address(_attacker), 100);
        vault.settle(address(_token), worker, 100);
        _deposit(address(_attacker), 10);
        _deposit(worker, 10);
    }

    function _doors() private view returns (bytes[] memory calls) {
        address token = address(_token);
        calls = new bytes[](6);
        calls[0] = abi.encodeCall(vault.withdraw, (token, 50));
        calls[1] = abi.encodeCall(vault.withdrawTo, (token, address(_attacker), 50));
        calls[2] = abi.encodeCall(vault.push, (token, address(_attacker)));
        calls[3] = abi.encodeCall(vault.settle, (token, address(_attacker), 50));
        calls[4] = abi.encodeCall(vault.deposit, (token, address(_attacker), 1));
        calls[5] = abi.encodeCall(vault.withdraw, (address(yen), 10));
    }

    function test_no_money_door_opens_within_a_withdrawal() external {
        bytes[] memory calls = _doors();
        for (uint256 i = 0; i < calls.length; i++) {
            _attacker.arm(calls[i]);
            _attacker.run(abi.encodeCall(vault.withdraw, (address(_token), 10)));
            _requireRefused();
        }
        assertEq(_token.balanceOf(address(_attacker)), 60);
        assertEq(vault.creditOf(address(_token), address(_attacker)), 40);
        _requireWorkerWhole();
    }

    function test_no_money_door_opens_within_a_deposit() external {
        _token.mint(address(_attacker), 60);
        bytes[] memory calls = _doors();
        for (uint256 i = 0; i < calls.length; i++) {
            _attacker.arm(calls[i]);
            _attacker.run(abi.encodeCall(vault.deposit, (address(_token), address(_attacker), 10)));
            _requireRefused();
        }
        assertEq(vault.creditOf(address(_token), address(_attacker)), 160);
        _requireWorkerWhole();
    }

    // Credit may move within a withdrawal: it is spent before the money leaves, so it cannot be used twice.
    function test_credit_moved_within_a_withdrawal_is_not_used_twice() external {
        uint256 id = _idOf(address(_token));
        _attacker.arm(abi.encodeCall(vault.transfer, (outsider, id, 100)));
        _attacker.run(abi.encodeCall(vault.withdraw, (address(_token), 10)));
        assertFalse(_attacker.succeeded());

        _attacker.arm(abi.encodeCall(vault.transfer, (outsider, id, 80)));
        _attacker.run(abi.encodeCall(vault.withdraw, (address(_token), 10)));
        assertTrue(_attacker.succeeded());

        assertEq(vault.creditOf(address(_token), address(_attacker)), 0);
        assertEq(vault.creditOf(address(_token), outsider), 80);
        assertEq(vault.totalSupply(id), _token.balanceOf(address(vault)));
        _requireWorkerWhole();
    }

    function _requireRefused() private view {
        assertFalse(_attacker.succeeded());
        assertEq(
            bytes4(_attacker.answer()),
            ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector,
            "refused for another reason"
        );
    }

    function _requireWorkerWhole() private {
        vault.push(address(_token), worker);
        vault.push(address(yen), worker);
        assertEq(_token.balanceOf(worker), 100);
        assertEq(yen.balanceOf(worker), 10);
    }
}
