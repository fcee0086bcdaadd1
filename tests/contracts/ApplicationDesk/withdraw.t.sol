// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IApplicationDesk} from "../../../contracts/interfaces/IApplicationDesk.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {DeskTest} from "./DeskTest.sol";

contract WithdrawTest is DeskTest {
    uint256 private constant DEADLINE = NOW + 1 hours;

    function _expectRefused(
        address caller,
        bytes32 applicationHash,
        IBountyEscrow.Signed memory signed,
        bytes memory refusal
    ) private {
        vm.prank(caller);
        vm.expectRevert(refusal);
        desk.withdraw(BOUNTY, worker, applicationHash, signed);
    }

    function _signed(uint256 key, bytes32 applicationHash) private view returns (IBountyEscrow.Signed memory signed) {
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "WithdrawApplication(uint256 bountyId,bytes32 applicationHash,address worker,uint256 nonce,uint256 deadline)"
                ),
                BOUNTY,
                applicationHash,
                worker,
                desk.nonces(worker),
                DEADLINE
            )
        );
        return IBountyEscrow.Signed(DEADLINE, _sign(key, address(desk), message));
    }

    function test_withdraw_reverts_when_there_is_no_application() external {
        // it should revert with ApplicationDesk_ApplicationMismatch
        _expectRefused(worker, 0, _unsigned(), _mismatch(worker, 0));
        _expectRefused(worker, "any", _unsigned(), _mismatch(worker, 0));
    }

    function test_withdraw_reverts_when_another_application_is_named() external {
        bytes32 first = _apply(worker, BID);
        bytes32 second = _apply(worker, BID - 1);

        // it should revert with ApplicationDesk_ApplicationMismatch and what stands
        _expectRefused(worker, first, _unsigned(), _mismatch(worker, second));
        _expectRefused(worker, 0, _unsigned(), _mismatch(worker, second));
    }

    function test_withdraw_reverts_when_somebody_else_calls() external {
        bytes32 applicationHash = _apply(worker, BID);

        // it should revert with ApplicationDesk_NotSender
        bytes4 selector = IApplicationDesk.ApplicationDesk_NotSender.selector;
        _expectRefused(owner, applicationHash, _unsigned(), abi.encodeWithSelector(selector, worker, owner));
        _expectRefused(outsider, applicationHash, _unsigned(), abi.encodeWithSelector(selector, worker, outsider));
    }

    function test_withdraw_reverts_when_signature_is_not_for_this() external {
        bytes32 first = _apply(worker, BID);
        IBountyEscrow.Signed memory former = _signed(workerKey, first);
        bytes32 second = _apply(worker, BID - 1);
        (, uint256 outsiderKey) = makeAddrAndKey("outsider");

        // it should revert with ApplicationDesk_SignatureInvalid
        bytes memory refusal = abi.encodeWithSelector(
            IApplicationDesk.ApplicationDesk_SignatureInvalid.selector,
            worker
        );
        _expectRefused(outsider, second, former, refusal);
        _expectRefused(outsider, second, _signed(outsiderKey, second), refusal);
    }

    function test_withdraw_reverts_when_signature_is_late() external {
        bytes32 applicationHash = _apply(worker, BID);
        IBountyEscrow.Signed memory signed = _signed(workerKey, applicationHash);
        vm.warp(DEADLINE);

        // it should revert with ApplicationDesk_OutsideWindow
        _expectRefused(outsider, applicationHash, signed, _outside(0, DEADLINE));
    }

    function test_withdraw_ends_the_application() external {
        bytes32 applicationHash = _apply(worker, BID);

        // it should end the application and emit ApplicationWithdrawn
        vm.expectEmit(address(desk));
        emit IApplicationDesk.ApplicationWithdrawn(BOUNTY, worker, applicationHash, false);
        _withdraw(worker);
        _assertApplication(worker, 0, 0, 0);

        // it should let the worker apply again
        assertEq(_apply(worker, BID), applicationHash, "hash");
    }

    function test_withdraw_frees_the_place_of_a_selected_worker() external {
        _toSelected();
        bytes32 applicationHash = _hashOf(worker);

        // it should free the place
        vm.expectEmit(address(desk));
        emit IApplicationDesk.ApplicationWithdrawn(BOUNTY, worker, applicationHash, true);
        _withdraw(worker);
        assertEq(_selected(), 0, "selected");
        _assertApplication(worker, 0, 0, 0);
        vm.expectRevert(_notSelected());
        _admit(worker);
    }

    function test_withdraw_works_after_the_end() external {
        _toSelected();
        state.closed = true;
        _write();
        vm.warp(SUBMIT_BY);

        // it should still end the application
        _withdraw(worker);
        _assertApplication(worker, 0, 0, 0);
        assertEq(_selected(), 0, "selected");
    }

    function test_withdraw_ends_the_application_of_who_signed() external {
        bytes32 applicationHash = _apply(worker, BID);
        IBountyEscrow.Signed memory signed = _signed(workerKey, applicationHash);

        // it should end the application, whoever relays it
        vm.prank(outsider);
        desk.withdraw(BOUNTY, worker, applicationHash, signed);
        _assertApplication(worker, 0, 0, 0);
        assertEq(desk.nonces(worker), 1, "nonce");
    }
}
