// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {HostileToken} from "../mocks/HostileToken.sol";
import {ReenteringParty} from "../mocks/ReenteringParty.sol";
import {EscrowDoors} from "./EscrowDoors.sol";

/// @notice Whoever is called while the escrow or its opener works calls back into every function of both.
/// @dev There is an accepted award in yen on which both tranches are due, so that what can be entered can also pay.
contract ReentrancyTest is EscrowDoors {
    HostileToken private _token;
    ReenteringParty private _party;
    Door[] private _entries;
    bytes private _guardRefusal;

    function setUp() public override {
        super.setUp();
        _guardRefusal = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _token = new HostileToken();
        _party = new ReenteringParty(vault, address(escrow));
        vm.prank(owner);
        projects.setSteward(projectId, address(_party), true);
        _toAccepted();
        skip(400 days);
        Door[] memory doors = _doorsOf(address(_party));
        for (uint256 i = 0; i < doors.length; ++i) _entries.push(doors[i]);
        // The bounties that are opened from here on.
        terms.submitBy = uint64(block.timestamp + 1 days);
        terms.tokenReward = 0;
    }

    function _assertGuarded(Door memory door, bool succeeded, bytes memory answer) private view {
        if (!door.guarded) return;
        assertFalse(succeeded, door.name);
        assertEq(answer, _guardRefusal, door.name);
    }

    /// @dev Of the yen that the first bounty escrowed nothing may be lost, and nothing may go to the one who calls back.
    function _assertNoGain(string memory name) private view {
        assertEq(_sumOfCredits(), 2 * MAX_AWARD, name);
        assertEq(_credit(address(_party)), 0, name);
        assertEq(_credit(address(_token)), 0, name);
        // A steward may close, which returns the award that nobody won.
        uint256 owed = _bounty().reclaimed ? 0 : MAX_AWARD;
        if (_state().stage == IBountyEscrow.Stage.Accepted) owed += MAX_AWARD - _credit(worker) - _credit(colleague);
        assertEq(_credit(address(escrow)), owed, name);
    }

    /* A HOSTILE TOKEN */

    function test_reentrancy_from_a_token_at_the_opening() external {
        _token.mint(owner, 100 * MAX_AWARD);
        terms.token = address(_token);
        for (uint256 i = 0; i < _entries.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            Door memory door = _entries[i];
            _token.prepare(door.target, door.call);
            vm.startPrank(owner);
            _token.approve(address(opener), type(uint256).max);
            if (i % 2 == 0) opener.open(terms);
            else opener.openWithPermit(terms, block.timestamp, 0, 0, 0);
            vm.stopPrank();

            if (door.target == address(opener)) _assertGuarded(door, _token.succeeded(), _token.answer());
            _assertNoGain(door.name);
            assertEq(vault.creditOf(address(_token), address(escrow)), 2 * MAX_AWARD, door.name);
            vm.revertToState(snapshot);
        }
    }

    function test_reentrancy_from_a_token_into_the_vault_takes_only_the_tokens_own_money() external {
        _token.mint(owner, 2 * MAX_AWARD);
        terms.token = address(_token);
        _token.prepare(address(vault), abi.encodeCall(vault.settle, (address(_token), outsider, 2 * MAX_AWARD)));
        vm.startPrank(owner);
        _token.approve(address(opener), type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(IPayoutVault.PayoutVault_NotFunded.selector, address(_token), 0, 2 * MAX_AWARD)
        );
        opener.open(terms);
        vm.stopPrank();
        _assertNoGain("vault");
    }

    function test_reentrancy_from_a_token_at_the_bond() external {
        _token.mint(owner, 2 * MAX_AWARD);
        _token.mint(worker, MAX_AWARD);
        (terms.token, terms.challengeBond) = (address(_token), 1_000 ether);
        vm.startPrank(owner);
        _token.approve(address(opener), type(uint256).max);
        bountyId = opener.open(terms);
        vm.stopPrank();
        work.bountyId = bountyId;
        _submit();
        _approve(0);
        _approve(1);
        skip(30 days);
        _report(SUCCESS, 8_000);
        vm.prank(worker);
        _token.approve(address(escrow), type(uint256).max);
        for (uint256 i = 0; i < _entries.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            Door memory door = _entries[i];
            _token.prepare(door.target, door.call);
            _challenge(SUCCESS);
            if (door.target == address(escrow)) _assertGuarded(door, _token.succeeded(), _token.answer());
            else assertFalse(_token.succeeded(), door.name);
            assertEq(
                vault.creditOf(address(_token), address(escrow)),
                2 * MAX_AWARD - 90_000 ether + 1_000 ether,
                door.name
            );
            vm.revertToState(snapshot);
        }
    }

    /* A HOSTILE FUNDER */

    function test_reentrancy_from_a_funder() external {
        terms.funder = address(_party);
        yen.mint(owner, 100 * MAX_AWARD);
        for (uint256 i = 0; i < _entries.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            Door memory door = _entries[i];
            _provide(2 * MAX_AWARD);
            _party.prepare(door.target, door.call);
            vm.prank(owner);
            (bool opened, bytes memory refusal) = address(opener).call(abi.encodeCall(opener.openFrom, (terms)));

            if (door.target == address(opener)) _assertGuarded(door, _party.succeeded(), _party.answer());
            if (opened) {
                assertEq(_credit(address(_party)), 0, door.name);
                assertEq(_sumOfCredits(), 4 * MAX_AWARD, door.name);
            } else {
                // What paid out of the escrow meanwhile is missing, and undone.
                assertEq(bytes4(refusal), IBountyOpener.BountyOpener_NotFunded.selector, door.name);
                assertEq(_credit(address(_party)), 2 * MAX_AWARD, door.name);
                assertEq(_sumOfCredits(), 2 * MAX_AWARD, door.name);
            }
            vm.revertToState(snapshot);
        }
    }

    function _provide(uint256 amount) private {
        vm.startPrank(owner);
        yen.approve(address(vault), amount);
        vault.deposit(address(yen), address(_party), amount);
        vm.stopPrank();
    }

    function test_pitfall_10_a_payment_to_the_escrow_itself_does_not_fund_a_bounty() external {
        // The escrow as a payee is paid from its own credit, which grows by nothing.
        address[] memory payees = new address[](1);
        payees[0] = address(escrow);
        (work.payees, work.sharesBps) = (payees, new uint16[](1));
        work.sharesBps[0] = 10_000;
        (terms.submitBy, terms.tokenReward) = (uint64(block.timestamp + 1 days), 0);
        _open();
        _submit();
        _approve(0);
        _approve(1);
        skip(60 days);
        bytes memory settle = abi.encodeCall(escrow.settle, (submissionId, _terms(), _work(), SUCCESS));
        _party.prepare(address(escrow), settle);
        (terms.funder, terms.submitBy) = (address(_party), uint64(block.timestamp + 1 days));
        uint256 before = _credit(address(escrow));
        _provide(2 * MAX_AWARD - 1);

        vm.prank(owner);
        vm.expectRevert();
        opener.openFrom(terms);
        _provide(1);
        vm.prank(owner);
        opener.openFrom(terms);
        assertTrue(_party.succeeded(), "settled meanwhile");
        assertEq(_credit(address(escrow)), before + 2 * MAX_AWARD, "just the funder's money");
    }

    /* A HOSTILE ADMISSION */

    function _toAdmitting() private {
        terms.admission = address(_party);
        _open();
    }

    function test_reentrancy_from_an_admission() external {
        _toAdmitting();
        for (uint256 i = 0; i < _entries.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            Door memory door = _entries[i];
            _party.prepare(door.target, door.call);
            _submit();
            assertTrue(_party.struck(), "struck");
            if (door.target == address(escrow)) _assertGuarded(door, _party.succeeded(), _party.answer());
            else assertFalse(_party.succeeded(), door.name);
            assertEq(_credit(address(escrow)), 4 * MAX_AWARD - 90_000 ether, door.name);
            vm.revertToState(snapshot);
        }
    }

    function test_reentrancy_from_an_admission_that_could_open_a_bounty_brings_no_money_in() external {
        _toAdmitting();
        uint256 before = _credit(address(escrow));
        yen.mint(address(_party), 2 * MAX_AWARD);
        _party.run(address(yen), abi.encodeCall(yen.approve, (address(opener), type(uint256).max)));
        IBountyEscrow.Terms memory own = terms;
        own.funder = address(_party);
        _party.prepare(address(opener), abi.encodeCall(opener.open, (own)));
        _submit();

        assertFalse(_party.succeeded(), "opened");
        assertEq(_party.answer(), _guardRefusal, "refused by the escrow");
        assertEq(yen.balanceOf(address(_party)), 2 * MAX_AWARD, "money stays");
        assertEq(_credit(address(escrow)), before, "credit");
        // By itself it may.
        _party.run(address(opener), abi.encodeCall(opener.open, (own)));
    }

    /* A HOSTILE RECEIVER OF COIN */

    function test_reentrancy_from_a_receiver_of_coin() external {
        address coin = vault.NATIVE();
        vm.deal(address(this), 1 ether);
        vault.depositNative{value: 1 ether}(address(_party));
        for (uint256 i = 0; i < _entries.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            Door memory door = _entries[i];
            _party.prepare(door.target, door.call);
            vault.push(coin, address(_party));
            assertTrue(_party.struck(), "struck");
            _assertNoGain(door.name);
            assertEq(vault.creditOf(coin, address(_party)), 0, door.name);
            assertEq(address(_party).balance, 1 ether, door.name);
            vm.revertToState(snapshot);
        }
    }

    function test_pitfall_04_a_receiver_of_coin_is_not_paid_twice() external {
        // The receiver is a payee of a bounty in coin; when the vault sends, it settles what else is due.
        terms.token = vault.NATIVE();
        terms.maxAwards = 1;
        work.payees[0] = address(_party);
        vm.deal(owner, MAX_AWARD);
        vm.prank(owner);
        bountyId = opener.open{value: MAX_AWARD}(terms);
        work.bountyId = bountyId;
        _submit();
        _approve(0);
        _approve(1);
        skip(400 days);
        _party.prepare(address(escrow), abi.encodeCall(escrow.settle, (submissionId, _terms(), _work(), SUCCESS)));
        vault.push(terms.token, address(_party));
        assertTrue(_party.succeeded(), "settled from the inside");
        _party.prepare(address(0), "");
        vault.push(terms.token, address(_party));
        _settle(LONG_TERM);
        vault.push(terms.token, address(_party));

        assertEq(address(_party).balance, (180_000 ether * 7) / 10, "its share of base and defaults");
        assertEq(vault.creditOf(terms.token, address(escrow)), 0, "escrow");
    }
}
