// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {BlocklistToken} from "../mocks/BlocklistToken.sol";
import {CoinReceiver} from "../mocks/CoinReceiver.sol";
import {ReturnsFalseToken} from "../mocks/ReturnsFalseToken.sol";
import {VaultTest} from "./VaultTest.sol";

contract BatchTest is VaultTest {
    address private _coin;

    function setUp() public override {
        super.setUp();
        _coin = vault.NATIVE();
        vm.deal(funder, 1_000_000 ether);
    }

    function _pay(address account, uint256 amount) private {
        vm.prank(funder);
        vault.depositNative{value: amount}(account);
    }

    function _receiver(CoinReceiver.Mood mood) private returns (address) {
        CoinReceiver receiver = new CoinReceiver();
        receiver.setMood(mood);
        return address(receiver);
    }

    /* WITHDRAW MANY */

    function test_withdrawMany_sends_nothing_given_no_credit() external {
        _deposit(worker, 100);
        address[] memory tokens = new address[](2);
        (tokens[0], tokens[1]) = (address(yen), _coin);

        // it should send nothing
        vm.prank(outsider);
        uint256[] memory amounts = vault.withdrawMany(tokens);
        assertEq(amounts[0] + amounts[1], 0, "amounts");
        assertEq(yen.balanceOf(outsider), 0, "yen");
    }

    function test_withdrawMany_reverts_given_one_token_fails() external {
        ReturnsFalseToken broken = new ReturnsFalseToken();
        broken.mint(address(vault), 5);
        vault.settle(address(broken), worker, 5);
        broken.set(true, false);
        _deposit(worker, 100);
        address[] memory tokens = new address[](2);
        (tokens[0], tokens[1]) = (address(yen), address(broken));

        // it should revert and keep every credit
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(broken)));
        vault.withdrawMany(tokens);
        assertEq(vault.creditOf(address(yen), worker), 100, "credit");
    }

    function test_withdrawMany_sends_all_of_each() external {
        _deposit(worker, 100);
        _deposit(outsider, 50);
        _pay(worker, 7);
        address[] memory tokens = new address[](4);
        (tokens[0], tokens[1], tokens[2], tokens[3]) = (address(yen), _coin, address(yen), makeAddr("no token"));

        vm.prank(worker);
        uint256[] memory amounts = vault.withdrawMany(tokens);

        // it should send all of each
        assertEq(yen.balanceOf(worker), 100, "yen");
        assertEq(worker.balance, 7, "coin");

        // it should pass over a token that is named twice
        assertEq(amounts[2] + amounts[3], 0, "second time and no token");

        // it should return what it sent
        assertEq(amounts[0], 100, "amount of yen");
        assertEq(amounts[1], 7, "amount of coin");

        // it should touch nobody else's credit
        assertEq(vault.creditOf(address(yen), outsider), 50, "outsider");
    }

    /* PUSH MANY */

    function test_pushMany_reverts_when_gas_is_low() external {
        _deposit(worker, 100);
        address[] memory accounts = new address[](1);
        accounts[0] = worker;

        // it should revert with PayoutVault_GasTooLow
        vm.expectPartialRevert(IPayoutVault.PayoutVault_GasTooLow.selector);
        vault.pushMany{gas: 200_000}(address(yen), accounts);
    }

    function test_pitfall_15_pushMany_pays_every_other_account() external {
        BlocklistToken token = new BlocklistToken();
        address[] memory accounts = new address[](5);
        (accounts[0], accounts[1], accounts[2]) = (makeAddr("blocked"), worker, makeAddr("refusing"));
        (accounts[3], accounts[4]) = (makeAddr("without credit"), outsider);
        token.mint(address(vault), 400);
        for (uint256 i = 0; i < 5; ++i) if (i != 3) vault.settle(address(token), accounts[i], 100);
        token.setBlocked(accounts[0], true);
        vm.prank(accounts[2]);
        vault.refusePush(true);

        // it should emit {PushFailed} with the reason
        _expectFailure(
            address(token),
            accounts[0],
            abi.encodeWithSelector(BlocklistToken.BlocklistToken_Blocked.selector, accounts[0])
        );
        _expectFailure(
            address(token),
            accounts[2],
            abi.encodeWithSelector(IPayoutVault.PayoutVault_PushRefused.selector, accounts[2])
        );
        _expectFailure(
            address(token),
            accounts[3],
            abi.encodeWithSelector(IPayoutVault.PayoutVault_AmountZero.selector)
        );
        uint256 failures = vault.pushMany(address(token), accounts);

        // it should return how many failed
        assertEq(failures, 3, "failures");

        // it should pay every other account
        assertEq(token.balanceOf(worker), 100, "worker");
        assertEq(token.balanceOf(outsider), 100, "outsider");

        // it should keep the credit
        assertEq(vault.creditOf(address(token), accounts[0]), 100, "blocked");
        assertEq(vault.creditOf(address(token), accounts[2]), 100, "refusing");
    }

    function _expectFailure(address token, address account, bytes memory reason) private {
        vm.expectEmit(address(vault));
        emit IPayoutVault.PushFailed(token, account, reason);
    }

    function test_pitfall_15_pushMany_bears_every_receiver_of_coin() external {
        address[] memory accounts = new address[](6);
        accounts[0] = _receiver(CoinReceiver.Mood.Reverts);
        accounts[1] = _receiver(CoinReceiver.Mood.BurnsGas);
        accounts[2] = worker;
        accounts[3] = _receiver(CoinReceiver.Mood.ThrowsBomb);
        accounts[4] = _receiver(CoinReceiver.Mood.RevertsSilently);
        accounts[5] = _receiver(CoinReceiver.Mood.Accepts);
        for (uint256 i = 0; i < 6; ++i) _pay(accounts[i], 10);

        _expectFailure(_coin, accounts[0], abi.encodeWithSelector(CoinReceiver.CoinReceiver_Refused.selector, 10));
        // it should leave out an answer that is too long
        _expectFailure(_coin, accounts[3], "");
        uint256 before = gasleft();
        assertEq(vault.pushMany(_coin, accounts), 4, "failures");
        uint256 spent = before - gasleft();

        // it should pay every other receiver
        assertEq(worker.balance, 10, "worker");
        assertEq(accounts[5].balance, 10, "contract");
        assertEq(vault.creditOf(_coin, accounts[1]), 10, "the burner keeps its credit");

        // it should spend no more than its share on each
        assertLt(spent, 6 * (vault.PUSH_GAS() + 10_000), "gas");
    }

    function test_pitfall_15_pushMany_pays_250_payees() external {
        address[] memory accounts = new address[](250);
        for (uint256 i = 0; i < 250; ++i) {
            accounts[i] = address(uint160(0x1000_0000 + i));
            if (i == 3 || i == 77 || i == 249) accounts[i] = _receiver(CoinReceiver.Mood.Reverts);
            if (i == 100) accounts[i] = _receiver(CoinReceiver.Mood.BurnsGas);
            if (i == 101) accounts[i] = _receiver(CoinReceiver.Mood.ThrowsBomb);
            _pay(accounts[i], i + 1);
        }

        uint256 before = gasleft();
        uint256 failures = vault.pushMany(_coin, accounts);

        // it should pay all but those that fail for less than a block
        assertLt(before - gasleft(), 15_000_000, "gas");
        assertEq(failures, 5, "failures");
        uint256 kept = (3 + 1) + (77 + 1) + (249 + 1) + (100 + 1) + (101 + 1);
        assertEq(vault.totalSupply(_idOf(_coin)), kept, "credit kept");
        assertEq(address(vault).balance, kept, "coin kept");
        for (uint256 i = 0; i < 250; ++i) {
            assertEq(accounts[i].balance + vault.creditOf(_coin, accounts[i]), i + 1, "nobody lost a unit");
        }
    }

    /// @dev The 63/64 trick: a caller who picks the gas must not be able to pick who fails.
    function testFuzz_pitfall_16_pushMany_gives_every_push_the_same(uint256 gasGiven) external {
        address[] memory accounts = new address[](3);
        for (uint256 i = 0; i < 3; ++i) {
            accounts[i] = _receiver(CoinReceiver.Mood.Accepts);
            _pay(accounts[i], 10);
        }
        gasGiven = bound(gasGiven, 30_000, 700_000);

        // it should give every push the same or revert
        try vault.pushMany{gas: gasGiven}(_coin, accounts) returns (uint256 failures) {
            assertEq(failures, 0, "somebody failed for want of gas");
            for (uint256 i = 0; i < 3; ++i) {
                assertGt(CoinReceiver(payable(accounts[i])).gasGiven(), 100_000, "gas");
                assertLt(CoinReceiver(payable(accounts[i])).gasGiven(), vault.PUSH_GAS(), "gas");
            }
        } catch {
            assertEq(vault.totalSupply(_idOf(_coin)), 30, "nothing happened");
        }
    }

    function test_pitfall_16_pushMany_gives_exactly_the_gas_at_its_edge() external {
        _pay(_receiver(CoinReceiver.Mood.Accepts), 10);
        address[] memory accounts = new address[](1);
        accounts[0] = _receiver(CoinReceiver.Mood.Accepts);
        _pay(accounts[0], 10);
        uint256 snapshot = vm.snapshotState();
        assertEq(vault.pushMany(_coin, accounts), 0, "with plenty");
        uint256 plenty = CoinReceiver(payable(accounts[0])).gasGiven();

        // The least gas that is taken gives the receiver exactly as much as plenty does.
        uint256 low = 100_000;
        uint256 high = 1_000_000;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            vm.revertToState(snapshot);
            (bool taken, ) = address(vault).call{gas: middle}(abi.encodeCall(vault.pushMany, (_coin, accounts)));
            if (taken) high = middle;
            else low = middle;
        }
        vm.revertToState(snapshot);
        vault.pushMany{gas: high}(_coin, accounts);
        assertEq(CoinReceiver(payable(accounts[0])).gasGiven(), plenty, "at the edge");
    }

    function test_pushMany_names_its_caller() external {
        _deposit(worker, 100);
        address[] memory accounts = new address[](1);
        accounts[0] = worker;

        // it should emit {Withdrawn} with the outsider as caller
        vm.expectEmit(address(vault));
        emit IPayoutVault.Withdrawn(address(yen), worker, worker, outsider, 100);
        vm.prank(outsider);
        vault.pushMany(address(yen), accounts);
    }

    function test_pushOne_reverts_when_called_from_outside() external {
        _deposit(worker, 100);

        // it should revert with PayoutVault_NotVault
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(IPayoutVault.PayoutVault_NotVault.selector, worker));
        vault.pushOne(address(yen), worker, worker);
    }
}
