// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ApplicationDesk} from "../../../contracts/ApplicationDesk.sol";
import {IApplicationDesk} from "../../../contracts/interfaces/IApplicationDesk.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";

/// @notice The desk with the real escrow, from an application to the pay.
contract LifeTest is EscrowTest {
    uint128 private constant BID = 200_000 ether;

    ApplicationDesk private _desk;
    address private _rival = makeAddr("rival");

    function setUp() public override {
        super.setUp();
        _desk = new ApplicationDesk(escrow);
        terms.admission = address(_desk);
    }

    function _apply(address applicant) private {
        vm.prank(applicant);
        _desk.applyFor(bountyId, _terms(), applicant, BID, "bafkreiproposal", _unsigned());
    }

    function _select(address applicant) private {
        bytes32 applicationHash = _desk.applicationOf(bountyId, applicant).applicationHash;
        vm.prank(owner);
        _desk.select(bountyId, _terms(), applicant, applicationHash, uint64(block.timestamp + 5 days));
    }

    function _toHandedIn() private {
        _open();
        _apply(worker);
        _select(worker);
        _submit();
    }

    function _expectNoPlace(address applicant, uint256 taken) private {
        bytes32 applicationHash = _desk.applicationOf(bountyId, applicant).applicationHash;
        bytes memory encoded = _terms();
        bytes4 selector = IApplicationDesk.ApplicationDesk_NoPlaceFree.selector;
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(selector, bountyId, taken, terms.maxAwards));
        _desk.select(bountyId, encoded, applicant, applicationHash, uint64(block.timestamp + 5 days));
    }

    function test_life_pays_the_bid_of_who_was_selected() external {
        _toHandedIn();
        assertEq(escrow.agreedAmountOf(bountyId, submissionId), BID, "agreed");

        _approve(0);
        _approve(1);
        assertEq(_credit(worker) + _credit(colleague), (uint256(BID) * terms.baseBps) / 10_000, "base of the bid");
    }

    function test_life_takes_no_work_without_a_selection() external {
        _open();
        _apply(worker);
        bytes memory encoded = _terms();

        vm.prank(worker);
        vm.expectRevert(
            abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_NotSelected.selector, bountyId, worker)
        );
        escrow.submit(encoded, work, _unsigned());
    }

    function test_life_takes_one_work_for_one_selection() external {
        _toHandedIn();
        bytes memory encoded = _terms();

        vm.prank(worker);
        vm.expectRevert(
            abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_NotSelected.selector, bountyId, worker)
        );
        escrow.submit(encoded, work, _unsigned());
    }

    function test_life_keeps_the_award_for_an_appeal() external {
        terms.maxAwards = 1;
        _toHandedIn();
        _review(0, REJECT);
        _review(1, REJECT);
        _apply(_rival);
        _expectNoPlace(_rival, 1);

        skip(terms.appealWindow - 1);
        _expectNoPlace(_rival, 1);
        _appeal();
        skip(1);
        _expectNoPlace(_rival, 1);
        _ruleAppeal(APPROVE);
        _assertStage(IBountyEscrow.Stage.Accepted);
        _expectNoPlace(_rival, 1);
    }

    function test_life_gives_a_finally_rejected_worker_another_chance() external {
        terms.maxAwards = 1;
        _toHandedIn();
        _review(0, REJECT);
        _review(1, REJECT);
        _appeal();
        _ruleAppeal(REJECT);
        _apply(worker);
        _expectNoPlace(worker, 1);

        skip(terms.appealWindow);
        _select(worker);
        _submit();
        _approve(0);
        _approve(1);
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    function _expectCloseRefused() private {
        bytes memory encoded = _terms();
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_WorkersSelected.selector, bountyId, 1));
        escrow.close(bountyId, encoded, "enough", "bafkreireason");
    }

    function test_pitfall_03_the_project_cannot_close_while_it_keeps_somebody_waiting() external {
        _open();
        _apply(worker);
        _select(worker);
        _expectCloseRefused();
        skip(5 days - 1);
        _expectCloseRefused();
        _submit();
        _close();
        _approve(0);
        _approve(1);
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    function test_life_lets_the_project_close_once_an_idle_worker_is_released() external {
        _open();
        _apply(worker);
        _select(worker);
        skip(5 days);
        _expectCloseRefused();
        _desk.release(bountyId, worker);
        _close();
        assertEq(_credit(owner), 2 * MAX_AWARD, "returned");
    }

    function test_life_lets_the_project_close_from_submitBy_on() external {
        _open();
        vm.warp(terms.submitBy - 5 days);
        _apply(worker);
        _select(worker);
        vm.warp(terms.submitBy - 1);
        _expectCloseRefused();
        vm.warp(terms.submitBy);
        _close();
        assertEq(_credit(owner), 2 * MAX_AWARD, "returned");
    }

    function test_life_replaces_an_idle_worker() external {
        terms.maxAwards = 1;
        _open();
        _apply(worker);
        _select(worker);
        _apply(_rival);
        _expectNoPlace(_rival, 1);

        skip(5 days);
        _desk.release(bountyId, worker);
        _select(_rival);
        work.worker = _rival;
        _submit();
        _assertStage(IBountyEscrow.Stage.Pending);
    }
}
