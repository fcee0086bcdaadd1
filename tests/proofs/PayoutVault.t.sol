// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PayoutVault} from "../../contracts/PayoutVault.sol";
import {IPayeeRotation} from "../../contracts/interfaces/IPayeeRotation.sol";
import {IPayoutVault} from "../../contracts/interfaces/IPayoutVault.sol";
import {TestYen} from "../../contracts/mocks/TestYen.sol";
import {Symbolic} from "./Symbolic.sol";

/// @title PayoutVaultProof
/// @notice Credits are only written for money that is there, only spent by their owner, and moved to the unit.
contract PayoutVaultProof is Symbolic {
    uint256 private constant HELD = 1_000;
    address private constant WORKER = address(0xA11CE);

    PayoutVault private _vault;
    TestYen private _yen;

    function setUp() external {
        _vault = new PayoutVault();
        _yen = new TestYen();
        _yen.mint(address(_vault), HELD);
        _vault.settle(address(_yen), WORKER, HELD);
    }

    /// A transfer takes from one what the other gets, to the unit, and makes no credit out of nothing.
    function check_a_transfer_moves_credit_to_the_unit(address sender, address receiver, uint256 amount) external {
        vm.assume(sender != receiver);
        uint256 both = _credit(sender) + _credit(receiver);
        uint256 had = _credit(receiver);
        vm.prank(sender);
        (bool done, ) = address(_vault).call(abi.encodeCall(_vault.transfer, (receiver, _id(), amount)));

        assert(_credit(sender) + _credit(receiver) == both);
        assert(!done || _credit(receiver) == had + amount);
        assert(_vault.totalSupply(_id()) == HELD);
    }

    /// A deposit is credited only as far as its money arrived, and the vault still holds all credits together.
    function check_a_credit_is_written_only_for_money_that_is_there(
        address account,
        uint128 sent,
        uint256 amount
    ) external {
        vm.assume(account != WORKER);
        _yen.mint(address(_vault), sent);
        (bool done, ) = address(_vault).call(abi.encodeCall(_vault.settle, (address(_yen), account, amount)));

        assert(!done || amount <= sent);
        assert(_credit(account) == (done ? amount : 0));
        assert(_yen.balanceOf(address(_vault)) >= _vault.totalSupply(_id()));
    }

    /// A withdrawal lowers the credit, and the money of the vault, by exactly what the receiver gets.
    function check_a_withdrawal_spends_what_it_pays(address to, uint256 amount) external {
        vm.assume(to != address(_vault));
        uint256 had = _yen.balanceOf(to);
        vm.prank(WORKER);
        (bool done, ) = address(_vault).call(abi.encodeCall(_vault.withdrawTo, (address(_yen), to, amount)));
        uint256 paid = done ? amount : 0;

        assert(_credit(WORKER) == HELD - paid);
        assert(_yen.balanceOf(to) == had + paid);
        assert(_yen.balanceOf(address(_vault)) == HELD - paid);
    }

    /// Every function of the vault that asks for no signature, with every argument, called by anybody but the account.
    /// Signatures are left out because to the solver any of them may be the account's own.
    function check_no_call_of_another_lowers_a_credit_that_refuses_pushes(address caller) external {
        vm.assume(caller != WORKER);
        vm.prank(WORKER);
        _vault.refusePush(true);
        bytes memory call = SYMBOLIC.createCalldata("PayoutVault");
        vm.assume(!_isSigned(bytes4(call)));
        vm.prank(caller);
        (bool done, ) = address(_vault).call(call);
        done;

        assert(_credit(WORKER) >= HELD);
        assert(_yen.balanceOf(address(_vault)) >= HELD);
    }

    function _isSigned(bytes4 selector) private pure returns (bool) {
        return
            selector == IPayoutVault.withdrawToBySignature.selector ||
            selector == IPayeeRotation.announceRotationBySignature.selector ||
            selector == IPayeeRotation.vetoRotationBySignature.selector ||
            selector == IPayeeRotation.approveRotationBySignature.selector ||
            selector == IPayeeRotation.announceGuardiansBySignature.selector ||
            selector == IPayeeRotation.vetoGuardiansBySignature.selector;
    }

    function _credit(address account) private view returns (uint256) {
        return _vault.creditOf(address(_yen), account);
    }

    function _id() private view returns (uint256) {
        return uint256(uint160(address(_yen)));
    }
}
