// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {GasTest} from "./GasTest.sol";

/// @notice The vault in steady state: it holds the token, and accounts differ in whether they had credit or money before.
contract VaultGasTest is GasTest {
    PayoutVault private _vault = new PayoutVault();
    TestYen private _yen = new TestYen();
    address private _funder = makeAddr("funder");
    address private _worker = makeAddr("worker");
    address private _other = makeAddr("other");

    function setUp() external {
        _yen.mint(_funder, 1_000 ether);
        vm.startPrank(_funder);
        _yen.approve(address(_vault), type(uint256).max);
        _vault.deposit(address(_yen), _funder, 1 ether);
        vm.stopPrank();
    }

    /// forge-config: default.isolate = true
    function test_gas_vault() external {
        uint256 id = uint256(uint160(address(_yen)));
        vm.startPrank(_funder);
        _vault.deposit(address(_yen), _worker, 5 ether);
        _record("PayoutVault.deposit for a fresh account");
        _vault.deposit(address(_yen), _worker, 5 ether);
        _record("PayoutVault.deposit for a known account");
        _vault.transfer(_other, id, 0.5 ether);
        _record("PayoutVault.transfer of credit to a fresh account");
        _yen.transfer(address(_vault), 1 ether);
        _vault.settle(address(_yen), _worker, 1 ether);
        _record("PayoutVault.settle for a known account");
        vm.stopPrank();

        vm.startPrank(_worker);
        _vault.withdraw(address(_yen), 1 ether);
        _record("PayoutVault.withdraw of a part to a fresh holder");
        _vault.withdraw(address(_yen), 1 ether);
        _record("PayoutVault.withdraw of a part to a known holder");
        _vault.withdrawTo(address(_yen), _funder, 1 ether);
        _record("PayoutVault.withdrawTo of a part to a known holder");
        vm.stopPrank();

        _vault.push(address(_yen), _worker);
        _record("PayoutVault.push of all to a known holder");
    }

    /// forge-config: default.isolate = true
    function test_gas_vault_coin_and_batches() external {
        address coin = _vault.NATIVE();
        vm.deal(_funder, 1_000 ether);
        vm.startPrank(_funder);
        _vault.depositNative{value: 1 ether}(_funder);
        _vault.depositNative{value: 1 ether}(_worker);
        _record("PayoutVault.depositNative for a fresh account");
        vm.stopPrank();
        vm.prank(_worker);
        _vault.withdraw(coin, 0.5 ether);
        _record("PayoutVault.withdraw of a part of coin to a fresh holder");

        address[] memory accounts = new address[](250);
        vm.startPrank(_funder);
        for (uint256 i = 0; i < 250; ++i) {
            accounts[i] = address(uint160(0x1000_0000 + i));
            _vault.deposit(address(_yen), accounts[i], 1 ether);
            _yen.transfer(accounts[i], 1);
        }
        vm.stopPrank();
        _vault.pushMany(address(_yen), accounts);
        _record("PayoutVault.pushMany of all to 250 known holders");
    }

    /// forge-config: default.isolate = true
    function test_gas_vault_rotation() external {
        vm.prank(_funder);
        _vault.deposit(address(_yen), _worker, 5 ether);
        vm.prank(_worker);
        _vault.announceRotation(_worker, _other);
        _record("PayoutVault.announceRotation by the account");
        skip(7 days);
        _vault.finishRotation(_worker, _other);
        _record("PayoutVault.finishRotation without guardians");
        _vault.push(address(_yen), _worker);
        _record("PayoutVault.push of all to a successor, a fresh holder");
    }
}
