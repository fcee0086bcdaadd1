// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowCast} from "./EscrowCast.sol";

/// @title DrawnTerms
/// @notice Terms and work drawn from a number, over all that the rules allow and at their edges.
abstract contract DrawnTerms is EscrowCast {
    function _drawTerms(uint256 seed) internal {
        terms.token = tokens[_draw(seed, 0, 0, 2)];
        terms.maxAwards = uint16(_draw(seed, 1, 1, 3));
        terms.tokenReward = uint128(_draw(seed, 2, 0, 1) * _drawAmount(seed, 3, 21));
        terms.withholding = _draw(seed, 4, 0, 1) == 0 ? bytes32(0) : _scheduleOf(terms.token);
        terms.admission = _draw(seed, 5, 0, 2) == 0 ? address(admission) : address(0);
        terms.submitBy = uint64(_time() + _draw(seed, 6, 1 days, 200 days));
        _drawMoney(seed >> 8);
        _drawReviews(seed >> 16);
        _drawShares(seed >> 24);
        terms.challengeBond = uint128(_draw(seed, 8, 0, 1) * _drawAmount(seed, 9, 24));
    }

    function _drawMoney(uint256 seed) private {
        terms.amount = uint128(_drawAmount(seed, 0, 24));
        terms.minMultiplierBps = uint16(_draw(seed, 1, 1, 15_000));
        // A third of the bands are of one value.
        bool isWide = _draw(seed, 2, 0, 2) > 0;
        terms.maxMultiplierBps =
            isWide ? uint16(_draw(seed, 3, terms.minMultiplierBps, 50_000)) : terms.minMultiplierBps;
        uint256 smallest = (uint256(terms.amount) * terms.minMultiplierBps) / 10_000;
        terms.guaranteed = uint128(_draw(seed, 4, 0, 2) == 0 ? smallest : _draw(seed, 5, 0, smallest));
    }

    function _drawReviews(uint256 seed) private {
        uint256 heads = _draw(seed, 0, 1, 3);
        terms.reviewers = new address[](heads);
        for (uint256 i = 0; i < heads; ++i) terms.reviewers[i] = reviewers[i];
        terms.quorum = uint16(_draw(seed, 1, 1, heads));
        terms.reviewWindow = uint32(_draw(seed, 2, 1, 30 days));
        terms.appealWindow = uint32(_draw(seed, 3, 0, 3) * 20 days);
        terms.silentAppealAccepts = _draw(seed, 4, 0, 1) == 1;
        terms.arbiterWindow = uint32(_draw(seed, 5, 1, 30 days));
    }

    /// @dev A base alone, no base, a base and one tranche or both; odd shares as well as round ones.
    function _drawShares(uint256 seed) private {
        uint256 kind = _draw(seed, 0, 0, 5);
        uint256 base =
            kind == 0
                ? 10_000
                : kind == 1
                    ? 0
                    : _draw(seed, 1, 0, 10_000);
        uint256 success =
            kind == 2
                ? 0
                : kind == 3
                    ? 10_000 - base
                    : _draw(seed, 2, 0, 10_000 - base);
        terms.baseBps = uint16(base);
        terms.success = _drawTranche(seed >> 8, success);
        terms.longTerm = _drawTranche(seed >> 16, 10_000 - base - success);
    }

    function _drawTranche(
        uint256 seed,
        uint256 shareBps
    ) private view returns (IBountyEscrow.TrancheTerms memory part) {
        part.shareBps = uint16(shareBps);
        part.silentBps = uint16(_draw(seed, 0, 0, 2) * 5_000);
        part.capBps = uint16(_draw(seed, 1, 0, 1) == 0 ? 10_000 : _draw(seed, 2, 10_000, 20_000));
        part.opensAfter = uint32(_draw(seed, 3, 0, 30 days));
        part.closesAfter = part.opensAfter + uint32(_draw(seed, 4, 1, 30 days));
        part.challengeWindow = uint32(_draw(seed, 5, 0, 3) * 5 days);
        part.target = uint128(_drawAmount(seed, 6, 20));
        part.source = source;
    }

    function _drawWork(uint256 seed) internal {
        uint256 heads = _draw(seed, 0, 1, 4);
        work.worker = workers[_draw(seed, 1, 0, 2)];
        (work.payees, work.sharesBps) = (new address[](heads), new uint16[](heads));
        uint16 left = 10_000;
        for (uint256 i = 0; i < heads; ++i) {
            work.payees[i] = payees[_draw(seed, i + 2, 0, 4)];
            work.sharesBps[i] = i + 1 == heads ? left : uint16(_draw(seed, i + 10, 1, 3_333));
            left -= work.sharesBps[i];
        }
        work.exempt = _draw(seed, 20, 0, 15);
        work.evidence = vm.toString(seed);
    }
}
