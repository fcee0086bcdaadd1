// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";

/// @title VaultTest
/// @notice The cast of the vault's tests: a funder with money and an open allowance, a worker, an outsider.
abstract contract VaultTest is Test {
    PayoutVault internal vault;
    TestYen internal yen;
    address internal funder = makeAddr("funder");
    address internal worker = makeAddr("worker");
    address internal outsider = makeAddr("outsider");

    function setUp() public virtual {
        vault = new PayoutVault();
        yen = new TestYen();
        yen.mint(funder, 1_000_000 ether);
        vm.prank(funder);
        yen.approve(address(vault), type(uint256).max);
    }

    function _deposit(address account, uint256 amount) internal {
        vm.prank(funder);
        vault.deposit(address(yen), account, amount);
    }

    function _idOf(address token) internal pure returns (uint256) {
        return uint256(uint160(token));
    }

    function _notFunded(address token, uint256 found, uint256 needed) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPayoutVault.PayoutVault_NotFunded.selector, token, found, needed);
    }
}
