// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {LedgerHandler} from "./LedgerHandler.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice The laws of the ledger, after every call in any order.
contract LedgerInvariantTest is LedgerTest {
    LedgerHandler private _handler;

    function setUp() public override {
        super.setUp();
        // The first two accounts are raters too, who work and are rated.
        address[4] memory accounts = [raters[0], raters[1], worker, peer];
        _handler = new LedgerHandler(ledger, registry, book, arbiter, accounts);
        IReputationLedger.Policy[2] memory policies = [policy, policy];
        policies[0].halfLife = IReputationLedger.HalfLife.Days30;
        policies[1].halfLife = IReputationLedger.HalfLife.Days365;
        _handler.open([projectId, _openProject()], owner, policies);
        targetContract(address(_handler));
        bytes4[] memory selectors = new bytes4[](8);
        (selectors[0], selectors[1], selectors[2]) = (
            _handler.rate.selector,
            _handler.record.selector,
            _handler.wait.selector
        );
        (selectors[3], selectors[4]) = (_handler.appeal.selector, _handler.rule.selector);
        (selectors[5], selectors[6]) = (_handler.strikeBySilence.selector, _handler.revoke.selector);
        selectors[7] = _handler.recordAgain.selector;
        targetSelector(FuzzSelector(address(_handler), selectors));
    }

    function invariant_every_law_of_reputation_holds() external view {
        _handler.assertBounds();
        _handler.assertEventsRebuildEveryState();
        _handler.assertTalliesAreWhatIsLeft();
    }

    // Whatever happened, anyone can end every appeal, and in the end everything is forgotten.
    function afterInvariant() external {
        _handler.endEveryAppeal();
        _handler.assertEventsRebuildEveryState();
        _handler.assertTalliesAreWhatIsLeft();
        _handler.endEverything();
    }

    function _rateAt(uint256 seed) private {
        _handler.rate(seed, seed >> 8, seed >> 16, uint8(seed >> 24), uint16(seed >> 32), uint8(seed >> 48));
    }

    /// @dev The laws would hold for a handler that is always refused, too.
    function test_the_handler_reaches_every_deed() external {
        for (uint256 i = 0; i < 2_000; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            uint256 deed = seed % 8;
            if (deed == 0 || deed == 7) _rateAt(seed >> 8);
            if (deed == 1) _handler.record(seed >> 8, seed >> 16, uint16(seed >> 24), uint16(seed >> 40));
            if (deed == 2) _handler.appeal(seed >> 8);
            if (deed == 3) _handler.rule(seed >> 8, seed & 256 == 0);
            if (deed == 4) _handler.strikeBySilence(seed >> 8);
            if (deed == 5 && seed >> 250 == 0) _handler.revoke(seed >> 8);
            if (deed == 6) _handler.wait(uint32(seed >> 8) % 5 days);
        }
        bytes32[8] memory deeds = [
            bytes32("rated"),
            "recorded",
            "appealed",
            "upheld",
            "struck",
            "silent",
            "revoked",
            "refused"
        ];
        for (uint256 i = 0; i < deeds.length; ++i) assertGt(_handler.taken(deeds[i]), 0, vm.toString(deeds[i]));
        _handler.assertBounds();
        _handler.assertEventsRebuildEveryState();
        _handler.assertTalliesAreWhatIsLeft();
    }
}
