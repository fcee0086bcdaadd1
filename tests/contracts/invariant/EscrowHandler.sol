// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";

/// @title EscrowHandler
/// @notice Random business at the escrow: several bounties in two tokens, every verb, odd amounts, meddlers.
/// @dev A verb is called only when the rules allow it, after waiting for its time if need be, and then it must not
/// revert: what the rules promise to everybody can always be done. `meddle` calls anything at any time.
contract EscrowHandler is EscrowTest {
    uint256 private constant MOST_BOUNTIES = 8;

    struct Filed {
        uint256 bountyId;
        uint256 submissionId;
    }

    TestYen[2] public tokens;
    address[4] public payees;
    mapping(address token => uint256) public escrowed;
    mapping(address token => uint256) public donated;
    mapping(bytes32 verb => uint256) public calls;

    IBountyEscrow.Terms[] private _allTerms;
    IBountyEscrow.Submission[] private _allWork;
    Filed[] private _filed;
    uint8[] private _rank;
    IBountyEscrow.Tranche private _tranche;
    uint256 private _now;

    constructor() {
        setUp();
        tokens = [yen, new TestYen()];
        payees = [worker, colleague, makeAddr("third payee"), makeAddr("fourth payee")];
        _now = block.timestamp;
    }

    /* VERBS */

    /// @dev A campaign forgets the time between two calls.
    modifier inTime() {
        vm.warp(_now);
        _;
        _now = block.timestamp;
        _watchSteps();
    }

    function open(uint256 seed) external inTime {
        if (_allTerms.length == MOST_BOUNTIES) return;
        _drawTerms(seed);
        TestYen token = TestYen(terms.token);
        uint256 needed = _maxAward() * terms.maxAwards;
        if (needed == 0) return;
        token.mint(owner, needed);
        vm.prank(owner);
        token.approve(address(escrow), needed);

        _open();
        _allTerms.push(terms);
        escrowed[address(token)] += needed;
        ++calls["open"];
    }

    function submit(uint256 which, uint256 seed) external inTime {
        if (!_focusBounty(which)) return;
        if (_bounty().closed || _bounty().awards == terms.maxAwards || block.timestamp >= terms.submitBy) return;
        _drawWork(seed);

        _submit();
        _allWork.push(work);
        _filed.push(Filed(bountyId, submissionId));
        _rank.push(0);
        ++calls["submit"];
    }

    function review(uint256 which, uint256 who, uint256 vote) external inTime {
        if (!_focusWork(which, IBountyEscrow.Stage.Pending)) return;
        uint256 reviewer = who % 3;
        bool approved = vote % 3 != 0;
        bool isOver = block.timestamp >= _state().clock + terms.reviewWindow;
        bool isDone = ((_state().approvals | _state().rejections) >> reviewer) & 1 == 1;
        bool isStuck = approved && _bounty().awards == terms.maxAwards;
        if (isOver || isDone || isStuck) return;

        _review(reviewer, approved);
        ++calls["review"];
    }

    function acceptBySilence(uint256 which) external inTime {
        if (!_focusWork(which, IBountyEscrow.Stage.Pending) || _bounty().awards == terms.maxAwards) return;
        _waitUntil(_state().clock + terms.reviewWindow);

        vm.prank(outsider);
        escrow.acceptBySilence(submissionId, terms, work);
        ++calls["silence"];
    }

    function report(uint256 which, uint256 bps) external inTime {
        if (!_focusTranche(which, IBountyEscrow.TrancheStage.Waiting)) return;
        IBountyEscrow.TrancheTerms memory part = _part();
        if (block.timestamp >= _state().clock + part.closesAfter) return;
        _waitUntil(_state().clock + part.opensAfter);

        _report(_tranche, uint16(bps % 10_001));
        ++calls["report"];
    }

    function challenge(uint256 which) external inTime {
        if (!_focusTranche(which, IBountyEscrow.TrancheStage.Reported)) return;
        if (block.timestamp >= _trancheState().clock + _part().challengeWindow) return;

        vm.prank(owner);
        escrow.challenge(submissionId, terms, work, _tranche, "bafkreichallenge");
        ++calls["challenge"];
    }

    function rule(uint256 which, uint256 bps) external inTime {
        if (!_focusTranche(which, IBountyEscrow.TrancheStage.Challenged)) return;
        if (block.timestamp >= _trancheState().clock + terms.arbiterWindow) return;

        _rule(_tranche, uint16(bps % 10_001));
        ++calls["rule"];
    }

    function settle(uint256 which, uint256 stage) external inTime {
        if (!_focusTranche(which, IBountyEscrow.TrancheStage(stage % 4))) return;
        _waitUntil(_finalFrom());

        _settle(_tranche);
        ++calls["settle"];
    }

    function claimTokens(uint256 which) external inTime {
        if (!_focusAny(which) || terms.tokenReward == 0 || _state().tokensClaimed) return;
        if (uint8(_state().stage) < uint8(IBountyEscrow.Stage.Accepted)) return;

        escrow.claimTokens(submissionId, terms, work);
        ++calls["claim"];
    }

    function close(uint256 which) external inTime {
        if (!_focusBounty(which) || _bounty().closed) return;
        if (_bounty().pending > 0 && _bounty().awards < terms.maxAwards) return;

        _close();
        ++calls["close"];
    }

    function withdraw(uint256 which, uint256 who) external inTime {
        address token = address(tokens[which % 2]);
        address account = who % 5 == 4 ? owner : payees[who % 5];
        if (vault.creditOf(token, account) == 0) return;

        vault.push(token, account);
        ++calls["withdraw"];
    }

    function donate(uint256 which, uint256 amount) external inTime {
        TestYen token = tokens[which % 2];
        amount = _draw(amount, 0, 1, 1 ether);
        token.mint(address(vault), amount);
        vault.settle(address(token), address(escrow), amount);
        donated[address(token)] += amount;
        ++calls["donate"];
    }

    function wait(uint256 time) external inTime {
        skip(_draw(time, 0, 1, 5 days));
        ++calls["wait"];
    }

    function meddle(uint256 which, uint256 verb, uint256 who) external inTime {
        if (!_focusAny(which)) return;
        address[5] memory callers = [outsider, worker, owner, reviewers[0], source];
        IBountyEscrow.Tranche tranche = who % 2 == 0 ? SUCCESS : LONG_TERM;
        bytes[5] memory attempts = [
            abi.encodeCall(escrow.acceptBySilence, (submissionId, terms, work)),
            abi.encodeCall(escrow.challenge, (submissionId, terms, work, tranche, "bafkreichallenge")),
            abi.encodeCall(escrow.settle, (submissionId, terms, work, tranche)),
            abi.encodeCall(escrow.claimTokens, (submissionId, terms, work)),
            abi.encodeCall(escrow.close, (bountyId, terms, "code", "bafkreireason"))
        ];
        vm.prank(callers[who % 5]);
        (bool taken, ) = address(escrow).call(attempts[verb % 5]);
        if (taken) ++calls["meddled"];
    }

    /* DRAWING */

    function _drawTerms(uint256 seed) private {
        terms.token = address(tokens[_draw(seed, 0, 0, 1)]);
        terms.amount = uint128(_draw(seed, 1, 1, 10 ** _draw(seed, 2, 1, 24)));
        terms.maxAwards = uint16(_draw(seed, 3, 1, 3));
        terms.minMultiplierBps = uint16(_draw(seed, 4, 1, 15_000));
        terms.maxMultiplierBps = uint16(_draw(seed, 5, terms.minMultiplierBps, 50_000));
        uint256 smallest = (uint256(terms.amount) * terms.minMultiplierBps) / 10_000;
        terms.guaranteed = uint128(_draw(seed, 6, 0, smallest));
        terms.tokenReward = uint128(_draw(seed, 7, 0, 1) * _draw(seed, 8, 1, 1_000 ether));
        terms.quorum = uint16(_draw(seed, 9, 1, 3));
        terms.baseBps = uint16(_draw(seed, 10, 0, 2) * 5_000);
        terms.success.shareBps = uint16(_draw(seed, 11, 0, 10_000 - terms.baseBps));
        terms.longTerm.shareBps = 10_000 - terms.baseBps - terms.success.shareBps;
        terms.success.silentBps = uint16(_draw(seed, 12, 0, 10_000));
        terms.longTerm.silentBps = uint16(_draw(seed, 13, 0, 10_000));
        terms.success.challengeWindow = uint32(_draw(seed, 14, 0, 1) * 7 days);
        terms.submitBy = uint64(block.timestamp + _draw(seed, 15, 1 days, 90 days));
    }

    function _drawWork(uint256 seed) private {
        uint256 count = _draw(seed, 0, 1, 4);
        (work.payees, work.sharesBps) = (new address[](count), new uint16[](count));
        uint16 left = 10_000;
        for (uint256 i = 0; i < count; ++i) {
            work.payees[i] = payees[_draw(seed, i + 1, 0, 3)];
            work.sharesBps[i] = i + 1 == count ? left : uint16(_draw(seed, i + 10, 1, 3_333));
            left -= work.sharesBps[i];
        }
    }

    function _draw(uint256 seed, uint256 i, uint256 low, uint256 high) private pure returns (uint256) {
        return low + (uint256(keccak256(abi.encode(seed, i))) % (high - low + 1));
    }

    /* FOCUS */

    function _focusBounty(uint256 which) private returns (bool found) {
        if (_allTerms.length == 0) return false;
        bountyId = (which % _allTerms.length) + 1;
        terms = _allTerms[bountyId - 1];
        work.bountyId = bountyId;
        return true;
    }

    function _focusAny(uint256 which) private returns (bool found) {
        if (_filed.length == 0) return false;
        uint256 i = which % _filed.length;
        (bountyId, submissionId) = (_filed[i].bountyId, _filed[i].submissionId);
        (terms, work) = (_allTerms[bountyId - 1], _allWork[i]);
        return true;
    }

    /// @dev Looks from `which` on for work at the stage, so that few calls are in vain.
    function _focusWork(uint256 which, IBountyEscrow.Stage stage) private returns (bool found) {
        for (uint256 i = 0; i < _filed.length; ++i) {
            if (_focusAny((which % _filed.length) + i) && _state().stage == stage) return true;
        }
        return false;
    }

    function _focusTranche(uint256 which, IBountyEscrow.TrancheStage stage) private returns (bool found) {
        uint256 count = 2 * _filed.length;
        for (uint256 i = 0; i < count; ++i) {
            uint256 place = ((which % count) + i) % count;
            _focusAny(place / 2);
            _tranche = place % 2 == 0 ? SUCCESS : LONG_TERM;
            if (_state().stage == IBountyEscrow.Stage.Accepted && _trancheState().stage == stage) return true;
        }
        return false;
    }

    function _part() private view returns (IBountyEscrow.TrancheTerms memory) {
        return _tranche == SUCCESS ? terms.success : terms.longTerm;
    }

    function _trancheState() private view returns (IBountyEscrow.TrancheState memory) {
        return _tranche == SUCCESS ? _state().success : _state().longTerm;
    }

    function _finalFrom() private view returns (uint256 time) {
        IBountyEscrow.TrancheState memory state = _trancheState();
        if (state.stage == IBountyEscrow.TrancheStage.Waiting) return uint256(_state().clock) + _part().closesAfter;
        if (state.stage == IBountyEscrow.TrancheStage.Reported) return uint256(state.clock) + _part().challengeWindow;
        if (state.stage == IBountyEscrow.TrancheStage.Challenged) return uint256(state.clock) + terms.arbiterWindow;
        return 0;
    }

    function _waitUntil(uint256 time) private {
        if (block.timestamp < time) vm.warp(time);
    }

    /* NO STEP BACK */

    /// @dev Every state is numbered so that each allowed step leads to a higher number.
    function _watchSteps() private {
        for (uint256 i = 0; i < _filed.length; ++i) {
            (, IBountyEscrow.SubmissionState memory state) = escrow.submissionOf(
                _filed[i].bountyId,
                _filed[i].submissionId
            );
            uint8 rank = uint8(state.stage) * 20 + uint8(state.success.stage) + uint8(state.longTerm.stage);
            assertGe(rank, _rank[i], "a step back");
            assertTrue(_rank[i] / 20 != uint8(IBountyEscrow.Stage.Rejected) || rank == _rank[i], "a rejection undone");
            _rank[i] = rank;
        }
    }

    /* TO THE END */

    /// @notice Drives every bounty to its end by calls that anyone may make, and claims what is left to claim.
    function finish() external {
        vm.warp(_now + 3_650 days);
        for (uint256 i = 0; i < _filed.length; ++i) {
            _focusAny(i);
            if (_state().stage == IBountyEscrow.Stage.Pending && _bounty().awards < terms.maxAwards) {
                escrow.acceptBySilence(submissionId, terms, work);
                _waitUntil(block.timestamp + terms.longTerm.closesAfter);
            }
            if (_state().success.stage != IBountyEscrow.TrancheStage.Settled) _settleIfAccepted(SUCCESS);
            if (_state().longTerm.stage != IBountyEscrow.TrancheStage.Settled) _settleIfAccepted(LONG_TERM);
            bool isAwarded = uint8(_state().stage) >= uint8(IBountyEscrow.Stage.Accepted);
            if (isAwarded && terms.tokenReward > 0 && !_state().tokensClaimed) {
                escrow.claimTokens(submissionId, terms, work);
            }
        }
        for (uint256 i = 0; i < _allTerms.length; ++i) {
            _focusBounty(i);
            if (_bounty().closed) continue;
            vm.prank(outsider);
            escrow.close(bountyId, terms, "expired", "bafkreireason");
        }
    }

    function _settleIfAccepted(IBountyEscrow.Tranche tranche) private {
        if (_state().stage == IBountyEscrow.Stage.Accepted) _settle(tranche);
    }

    /* VIEWS */

    function _maxAward() private view returns (uint256) {
        return (uint256(terms.amount) * terms.maxMultiplierBps) / 10_000;
    }

    function counts() external view returns (uint256 bounties, uint256 works) {
        return (_allTerms.length, _filed.length);
    }

    function termsOf(uint256 id) external view returns (IBountyEscrow.Terms memory) {
        return _allTerms[id - 1];
    }

    function filed(uint256 i) external view returns (uint256 bounty, uint256 submission) {
        return (_filed[i].bountyId, _filed[i].submissionId);
    }

    function system() external view returns (address, address, address, address) {
        return (address(escrow), address(vault), address(projectToken), owner);
    }
}
