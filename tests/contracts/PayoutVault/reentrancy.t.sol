// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {HookToken, ITokenHook} from "../mocks/HookToken.sol";
import {Doors} from "./Doors.sol";

/// @notice An account that makes one call of its choice whenever a transfer of the hooked token, or coin, touches it.
contract Attacker is ITokenHook {
    HookToken private immutable TOKEN;
    IPayoutVault private immutable VAULT;
    bytes private _call;
    bytes public answer;
    bool public succeeded;
    bool public struck;

    constructor(HookToken token, IPayoutVault vault) {
        (TOKEN, VAULT) = (token, vault);
        token.setHook(true);
        token.approve(address(vault), type(uint256).max);
    }

    function arm(bytes memory call_) external {
        (_call, struck, succeeded) = (call_, false, false);
    }

    function run(bytes memory call_) external {
        (bool success, bytes memory returned) = address(VAULT).call(call_);
        if (!success) revert(string(returned));
    }

    function onTokenMoved() external {
        _strike();
    }

    receive() external payable {
        _strike();
    }

    function _strike() private {
        if (_call.length == 0) return;
        bytes memory call_ = _call;
        delete _call;
        struck = true;
        (succeeded, answer) = address(VAULT).call(call_);
    }
}

contract ReentrancyTest is Doors {
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
        vm.deal(funder, 200);
        vm.startPrank(funder);
        vault.depositNative{value: 100}(address(_attacker));
        vault.depositNative{value: 100}(worker);
        vm.stopPrank();
    }

    function _moneyCalls() private view returns (bytes[] memory calls) {
        address token = address(_token);
        calls = new bytes[](6);
        calls[0] = abi.encodeCall(vault.withdraw, (token, 50));
        calls[1] = abi.encodeCall(vault.withdrawTo, (token, address(_attacker), 50));
        calls[2] = abi.encodeCall(vault.push, (token, address(_attacker)));
        calls[3] = abi.encodeCall(vault.settle, (token, address(_attacker), 50));
        calls[4] = abi.encodeCall(vault.deposit, (token, address(_attacker), 1));
        calls[5] = abi.encodeCall(vault.withdraw, (address(yen), 10));
    }

    function test_pitfall_04_no_money_door_opens_within_a_withdrawal() external {
        bytes[] memory calls = _moneyCalls();
        for (uint256 i = 0; i < calls.length; i++) {
            _attacker.arm(calls[i]);
            _attacker.run(abi.encodeCall(vault.withdraw, (address(_token), 10)));
            _requireRefused();
        }
        assertEq(_token.balanceOf(address(_attacker)), 60);
        assertEq(vault.creditOf(address(_token), address(_attacker)), 40);
        _requireWorkerWhole();
    }

    function test_pitfall_04_no_money_door_opens_within_a_deposit() external {
        _token.mint(address(_attacker), 60);
        bytes[] memory calls = _moneyCalls();
        for (uint256 i = 0; i < calls.length; i++) {
            _attacker.arm(calls[i]);
            _attacker.run(abi.encodeCall(vault.deposit, (address(_token), address(_attacker), 10)));
            _requireRefused();
        }
        assertEq(vault.creditOf(address(_token), address(_attacker)), 160);
        _requireWorkerWhole();
    }

    // Credit may move within a withdrawal: it is spent before the money leaves, so it cannot be used twice.
    function test_pitfall_04_credit_moved_within_a_withdrawal_is_not_used_twice() external {
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

    /* THE MATRIX: every way in or out, with every function called from within */

    /// @dev Ways in which the attacker's own credit or money moves, so that it is called in the middle.
    function _ways(address token) private returns (bytes[] memory ways) {
        address self = address(_attacker);
        address[] memory one = new address[](1);
        one[0] = self;
        address[] memory tokens = new address[](1);
        tokens[0] = token;
        ways = new bytes[](8);
        ways[0] = abi.encodeCall(vault.withdraw, (token, 2));
        ways[1] = abi.encodeCall(vault.withdrawTo, (token, self, 2));
        ways[2] = abi.encodeCall(vault.withdrawFrom, (token, self, self, 2));
        ways[3] = abi.encodeCall(vault.withdrawMany, (tokens));
        ways[4] = abi.encodeCall(vault.push, (token, self));
        ways[5] = abi.encodeCall(vault.pushMany, (token, one));
        if (token == vault.NATIVE()) return ways;
        _token.mint(self, 10);
        ways[6] = abi.encodeCall(vault.deposit, (token, self, 2));
        ways[7] = abi.encodeCall(vault.depositWithPermit, (token, self, 2, 0, 0, 0, 0));
    }

    function test_matrix_within_a_hooked_token() external {
        _matrix(address(_token));
    }

    function test_matrix_within_a_receiver_of_coin() external {
        _matrix(vault.NATIVE());
    }

    function _matrix(address token) private {
        bytes[] memory ways = _ways(token);
        Door[] memory doors = _doorsTo(token, worker, address(_attacker));
        for (uint256 i = 0; i < ways.length && ways[i].length != 0; ++i) {
            for (uint256 j = 0; j < doors.length; ++j) {
                uint256 snapshot = vm.snapshotState();
                _attacker.arm(doors[j].call);
                _attacker.run(ways[i]);
                assertTrue(_attacker.struck(), "not called from within");
                if (doors[j].guarded) _requireRefused();
                _requireSolvent(token);
                _requireWorkerWhole();
                vm.revertToState(snapshot);
            }
        }
    }

    function _requireSolvent(address token) private view {
        uint256 held = token == vault.NATIVE() ? address(vault).balance : _token.balanceOf(address(vault));
        assertEq(held, vault.totalSupply(_idOf(token)), "held is what is owed, to the unit");
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
        vault.push(vault.NATIVE(), worker);
        assertEq(_token.balanceOf(worker), 100);
        assertEq(yen.balanceOf(worker), 100);
        assertEq(worker.balance, 100);
    }
}
