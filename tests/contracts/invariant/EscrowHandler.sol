// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {MeddlingVerbs} from "./MeddlingVerbs.sol";

/// @title EscrowHandler
/// @notice Random business at the escrow: several bounties under drawn terms, every function, meddlers and trespassers.
/// @dev A verb is called only when the rules allow it, after waiting for its time if need be, and then it must not
/// revert: what the rules promise to everybody can always be done. `meddle` calls anything at any time, and must
/// succeed just when the rules allow it; `trespass` calls what must never succeed.
contract EscrowHandler is MeddlingVerbs {
    /* AROUND THE ESCROW */

    function withdraw(uint256 which, uint256 who) external inTime {
        address token = tokens[which % 3];
        address account = accounts[who % accounts.length];
        uint256 credit = vault.creditOf(token, account);
        if (credit == 0) return;
        if (which % 2 == 0) {
            vault.push(token, account);
        } else {
            vm.prank(account);
            vault.withdraw(token, credit);
        }
        ++count["withdraw"];
    }

    function donate(uint256 which, uint256 seed) external inTime {
        terms.token = tokens[which % 3];
        uint256 amount = _drawAmount(seed, 0, 18);
        _fill(address(escrow), amount);
        books[terms.token].donated += amount;
        ++count["donate"];
    }

    function wait(uint256 time) external inTime {
        vm.warp(_time() + _draw(time, 0, 1, 5 days));
        ++count["wait"];
    }

    /// @dev Reputations and rates change while bounties run.
    function restate(uint256 who, uint256 bps) external inTime {
        reputation.state(projectId, workers[who % 3], _draw(bps, 0, 1, 60_000));
        _stateTax(_draw(bps, 1, 0, 10_000));
        ++count["restate"];
    }

    /* TO THE END */

    /// @notice Drives every bounty to its end by calls that an outsider makes, and claims what is left to claim.
    function finish() external inTime {
        for (uint256 i = 0; i < filed.length; ++i) {
            _decide(i);
            if (filed[i].former.stage != IBountyEscrow.Stage.Accepted) continue;
            _settleTranche(i, SUCCESS);
            _settleTranche(i, LONG_TERM);
        }
        for (uint256 i = 0; i < filed.length; ++i) {
            _claim(i);
        }
        // Past the last window in which a rejection could be appealed.
        vm.warp(_time() + 3_650 days);
        for (uint256 id = 1; id <= opened.length; ++id) _end(id);
    }

    /// @dev Work for which no award is left lapses: nothing is owed for it and nothing waits for it.
    function _decide(uint256 i) private {
        vm.warp(_time() + 3_650 days);
        _focus(i);
        IBountyEscrow.Stage stage = _former().stage;
        if (stage == IBountyEscrow.Stage.Pending && !_isFull()) {
            _decideBySilence(escrow.acceptBySilence.selector);
        } else if (stage == IBountyEscrow.Stage.ChangesRequested) {
            _decideBySilence(escrow.rejectBySilence.selector);
        } else if (stage == IBountyEscrow.Stage.Appealed && !(terms.silentAppealAccepts && _isFull())) {
            _decideBySilence(escrow.settleAppeal.selector);
        } else if (stage == IBountyEscrow.Stage.Pending || stage == IBountyEscrow.Stage.Appealed) {
            ++count["lapsed"];
        }
        _watch();
    }

    function _settleTranche(uint256 i, IBountyEscrow.Tranche which) private {
        vm.warp(_time() + 3_650 days);
        _focus(i);
        tranche = which;
        if (_trancheState().stage == IBountyEscrow.TrancheStage.Settled) return;
        _settle(which);
        _watch();
    }

    function _claim(uint256 i) private {
        _focus(i);
        if (!_isClaimable()) return;
        _claimTokens(EVERYBODY);
        _watch();
    }

    function _end(uint256 id) private {
        touched = NONE;
        _focusBounty(id);
        bytes memory encoded = _terms();
        IBountyEscrow.BountyState memory state = opened[id - 1].former;
        if (state.reclaimed) return;
        vm.prank(outsider);
        if (state.closed) escrow.reclaim(id, encoded);
        else escrow.close(id, encoded, "expired", "");
        _watch();
    }

    /* VIEWS */

    function isEnded() external view returns (bool) {
        for (uint256 i = 0; i < opened.length; ++i) {
            if (!opened[i].former.closed || !opened[i].former.reclaimed) return false;
        }
        for (uint256 i = 0; i < filed.length; ++i) {
            if (filed[i].former.stage == IBountyEscrow.Stage.Accepted) return false;
        }
        return true;
    }

    /// @notice Counts pending and accepted work of a bounty by the stages of its submissions.
    function tally(uint256 id) external view returns (uint256 pending, uint256 awards) {
        for (uint256 i = 0; i < filed.length; ++i) {
            if (filed[i].bountyId != id) continue;
            IBountyEscrow.Stage stage = filed[i].former.stage;
            bool isDecided = stage == IBountyEscrow.Stage.Rejected || _isAward(filed[i].former);
            if (!isDecided) ++pending;
            if (_isAward(filed[i].former)) ++awards;
        }
    }

    function bountyCount() external view returns (uint256) {
        return opened.length;
    }

    function everybody() external view returns (address[] memory) {
        return accounts;
    }

    function system() external view returns (address, address, address) {
        return (address(escrow), address(vault), address(projectToken));
    }
}
