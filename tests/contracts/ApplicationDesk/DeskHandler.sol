// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ApplicationDesk} from "../../../contracts/ApplicationDesk.sol";
import {IApplicationDesk} from "../../../contracts/interfaces/IApplicationDesk.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";

/// @title DeskHandler
/// @notice Random business at the desk of the real escrow: several bounties, four workers, every step of a life.
/// @dev A verb is called only when the rules allow it, and then it must not revert: who was selected can hand in work,
/// and what was handed in can be accepted, now or by an appeal.
contract DeskHandler is EscrowTest {
    uint256 private constant MOST_BOUNTIES = 8;

    enum Standing {
        None,
        Applied,
        Selected
    }

    struct Filed {
        uint256 bountyId;
        uint256 submissionId;
        address worker;
    }

    ApplicationDesk public desk;
    address[4] public workers;
    mapping(bytes32 verb => uint256) public calls;

    IBountyEscrow.Terms[] private _allTerms;
    Filed[] private _filed;
    uint256 private _now;

    constructor() {
        setUp();
        desk = new ApplicationDesk(escrow);
        workers = [worker, colleague, makeAddr("third worker"), makeAddr("fourth worker")];
        // One reviewer decides, and an accepted work is complete at once.
        (terms.admission, terms.quorum, terms.reviewers) = (address(desk), 1, new address[](1));
        terms.reviewers[0] = reviewers[0];
        (terms.baseBps, terms.success.shareBps, terms.longTerm.shareBps) = (10_000, 0, 0);
        terms.tokenReward = 0;
        (work.payees, work.sharesBps) = (new address[](1), new uint16[](1));
        work.sharesBps[0] = 10_000;
        _now = block.timestamp;
    }

    /// @dev A campaign forgets the time between two calls.
    modifier inTime() {
        vm.warp(_now);
        _;
        _now = block.timestamp;
    }

    /* VERBS */

    function open(uint256 awards, uint256 appeals) external inTime {
        if (_allTerms.length == MOST_BOUNTIES) return;
        terms.maxAwards = uint16(1 + (awards % 3));
        terms.appealWindow = appeals % 4 == 0 ? 0 : 3 days;
        terms.submitBy = uint64(block.timestamp + 120 days);

        _open();
        _allTerms.push(terms);
        ++calls["open"];
    }

    function applyFor(uint256 which, uint256 bid, uint256 mood) external inTime {
        if (!_focus(which, mood % 4 == 0 ? Standing.Applied : Standing.None) || block.timestamp >= terms.submitBy)
            return;

        uint128 offer = uint128(1 + (bid % AMOUNT));
        vm.prank(work.worker);
        desk.applyFor(bountyId, _terms(), work.worker, offer, "bafkreiproposal", _unsigned());
        ++calls["applyFor"];
    }

    function select(uint256 which, uint256 time) external inTime {
        if (!_focus(which, Standing.Applied) || block.timestamp + 10 days >= terms.submitBy) return;
        bytes memory encoded = _terms();
        bytes32 applicationHash = desk.applicationOf(bountyId, work.worker).applicationHash;
        uint64 deliverBy = uint64(block.timestamp + 1 + (time % 9 days));
        bool full = desk.takenOf(bountyId) >= terms.maxAwards;

        vm.prank(owner);
        if (full) vm.expectPartialRevert(IApplicationDesk.ApplicationDesk_NoPlaceFree.selector);
        desk.select(bountyId, encoded, work.worker, applicationHash, deliverBy);
        ++calls[full ? bytes32("full") : bytes32("select")];
    }

    function withdraw(uint256 which, uint256 mood) external inTime {
        // Most applicants stay, so that some come to the end.
        if (mood % 4 > 0 || !_focus(which, mood % 8 == 0 ? Standing.Applied : Standing.Selected)) return;
        bytes32 applicationHash = desk.applicationOf(bountyId, work.worker).applicationHash;

        vm.prank(work.worker);
        desk.withdraw(bountyId, work.worker, applicationHash, _unsigned());
        ++calls["withdraw"];
    }

    function release(uint256 which, uint256 mood) external inTime {
        if (mood % 4 > 0 || !_focus(which, Standing.Selected)) return;
        _waitUntil(desk.applicationOf(bountyId, work.worker).deliverBy);

        desk.release(bountyId, work.worker);
        ++calls["release"];
    }

    function submit(uint256 which) external inTime {
        if (!_focus(which, Standing.Selected) || block.timestamp >= terms.submitBy) return;

        _submit();
        _filed.push(Filed(bountyId, submissionId, work.worker));
        ++calls["submit"];
    }

    function decide(uint256 which, uint256 verdict) external inTime {
        if (!_focusWork(which, IBountyEscrow.Stage.Pending)) return;

        if (verdict % 6 == 0) _waitUntil(_state().clock + terms.reviewWindow);
        if (block.timestamp >= _state().clock + terms.reviewWindow) {
            escrow.acceptBySilence(submissionId, _terms(), _work());
            ++calls["silence"];
        } else {
            _review(0, verdict % 6 == 1 ? APPROVE : REJECT);
            ++calls["decide"];
        }
    }

    function appeal(uint256 which) external inTime {
        if (!_focusWork(which, IBountyEscrow.Stage.Rejected)) return;

        _appeal();
        ++calls["appeal"];
    }

    function rule(uint256 which, uint256 verdict) external inTime {
        if (!_focusWork(which, IBountyEscrow.Stage.Appealed)) return;

        if (verdict % 4 == 0) _waitUntil(_state().clock + terms.arbiterWindow);
        if (block.timestamp >= _state().clock + terms.arbiterWindow) {
            escrow.settleAppeal(submissionId, _terms(), _work());
            ++calls["settle"];
        } else {
            _ruleAppeal(verdict % 4 == 1 ? APPROVE : REJECT);
            ++calls["rule"];
        }
    }

    function wait(uint256 time) external inTime {
        skip(1 + (time % 1 days));
        ++calls["wait"];
    }

    /* FOCUS */

    /// @dev Looks from `which` on for a worker who stands so, so that few calls are in vain.
    function _focus(uint256 which, Standing standing) private returns (bool found) {
        uint256 count = 4 * _allTerms.length;
        for (uint256 i = 0; i < count; ++i) {
            uint256 place = ((which % count) + i) % count;
            if (_standing(place / 4 + 1, workers[place % 4]) != standing) continue;
            bountyId = place / 4 + 1;
            terms = _allTerms[bountyId - 1];
            _focusWorker(workers[place % 4]);
            return true;
        }
        return false;
    }

    function _standing(uint256 id, address account) private view returns (Standing) {
        IApplicationDesk.Application memory application = desk.applicationOf(id, account);
        if (application.deliverBy > 0) return Standing.Selected;
        return application.applicationHash > 0 ? Standing.Applied : Standing.None;
    }

    function _focusWorker(address account) private {
        (work.bountyId, work.worker, work.payees[0]) = (bountyId, account, account);
    }

    /// @dev Looks from `which` on for work at the stage, so that few calls are in vain.
    function _focusWork(uint256 which, IBountyEscrow.Stage stage) private returns (bool found) {
        for (uint256 i = 0; i < _filed.length; ++i) {
            _focusFiled(((which % _filed.length) + i) % _filed.length);
            bool isOpen = stage != IBountyEscrow.Stage.Rejected || _isAppealable();
            if (_state().stage == stage && isOpen) return true;
        }
        return false;
    }

    function _focusFiled(uint256 i) private {
        (bountyId, submissionId) = (_filed[i].bountyId, _filed[i].submissionId);
        terms = _allTerms[bountyId - 1];
        _focusWorker(_filed[i].worker);
    }

    function _isAppealable() private view returns (bool) {
        return !_state().appealed && block.timestamp < _state().clock + terms.appealWindow;
    }

    function _waitUntil(uint256 time) private {
        if (block.timestamp < time) vm.warp(time);
    }

    /* LAWS */

    /// @notice Compares every bounty's books with what its applications and works are.
    function check() external {
        vm.warp(_now);
        for (uint256 id = 1; id <= _allTerms.length; ++id) {
            uint256 selected = _countSelected(id);
            uint256 possible = selected + _countWorks(id);
            assertEq(desk.placesOf(id).selected, selected, "selected");
            assertLe(possible, _allTerms[id - 1].maxAwards, "an award for everybody who can win one");
            assertGe(desk.takenOf(id), possible, "no place is counted free that is not");
        }
    }

    function _countSelected(uint256 id) private view returns (uint256 count) {
        for (uint256 i = 0; i < 4; ++i) {
            if (_standing(id, workers[i]) == Standing.Selected) ++count;
        }
    }

    function _countWorks(uint256 id) private returns (uint256 count) {
        for (uint256 i = 0; i < _filed.length; ++i) {
            _focusFiled(i);
            if (bountyId != id) continue;
            if (_state().stage != IBountyEscrow.Stage.Rejected || _isAppealable()) ++count;
        }
    }

    /// @notice Ends every selection by calls that anyone may make.
    function finish() external {
        vm.warp(_now + 3_650 days);
        for (uint256 id = 1; id <= _allTerms.length; ++id) {
            for (uint256 i = 0; i < 4; ++i) {
                if (_standing(id, workers[i]) == Standing.Selected) desk.release(id, workers[i]);
            }
            assertEq(desk.placesOf(id).selected, 0, "selected at the end");
        }
    }
}
