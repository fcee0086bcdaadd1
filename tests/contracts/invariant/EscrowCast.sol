// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";
import {AuthorizedYen} from "../mocks/AuthorizedYen.sol";
import {DrawnAdmission} from "./DrawnAdmission.sol";
import {PurseFunder} from "./PurseFunder.sol";

/// @title EscrowCast
/// @notice Who takes part in a campaign, what was opened and filed, and the one of them that a call is about.
/// @dev A campaign forgets the time between two calls, so the cast keeps it; and it reads the time from the test's own
/// clock, because the compiler takes the block's for the same all through a call.
abstract contract EscrowCast is EscrowTest {
    /// @dev A bounty as it was opened, and its state after the last call; `token` is the place of its token, `answer`
    /// the hash of what the escrow said.
    struct Opened {
        bytes terms;
        uint256 token;
        uint256 maxAward;
        uint256 maxAwards;
        uint256 submitBy;
        uint256 appealableUntil;
        bytes32 answer;
        IBountyEscrow.BountyState former;
    }

    /// @dev A submission as it was handed in, what it was paid, and its state after the last call.
    struct Filed {
        uint256 bountyId;
        uint256 submissionId;
        bytes submission;
        bytes32 contentHash;
        uint256 amount;
        uint256 paid;
        uint256 parts;
        uint256 claimed;
        address[2] challengers;
        bytes32 answer;
        IBountyEscrow.SubmissionState former;
    }

    uint256 internal constant MOST_BOUNTIES = 6;
    uint256 internal constant MOST_WORKS = 16;
    uint256 internal constant NONE = type(uint256).max;
    address internal constant COIN = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE; // ERC-7528
    bytes32 internal constant SCHEDULE = "schedule";

    address[3] public tokens;
    mapping(bytes32 deed => uint256 times) public count;

    AuthorizedYen internal authorizedYen;
    DrawnAdmission internal admission;
    PurseFunder internal purse;
    address internal steward;
    address internal collector = makeAddr("collector");
    address[3] internal workers;
    address[5] public payees;
    address[] internal accounts;
    mapping(address account => uint256 key) internal keyOf;

    Opened[] internal opened;
    Filed[] internal filed;
    uint256 internal touched;
    IBountyEscrow.Tranche internal tranche;
    bool internal ruled;
    uint256 internal taxBps = 1_021;
    uint256 private _now;

    constructor() {
        setUp();
        _now = NOW;
        authorizedYen = new AuthorizedYen();
        tokens = [address(yen), address(authorizedYen), COIN];
        admission = new DrawnAdmission();
        purse = new PurseFunder(vault, address(escrow));
        (, keyOf[owner]) = makeAddrAndKey("owner");
        steward = _named("steward");
        workers = [worker, _named("second worker"), _named("third worker")];
        keyOf[worker] = workerKey;
        payees = [workers[0], workers[1], workers[2], colleague, makeAddr("fourth payee")];
        accounts = [owner, steward, address(purse), collector, outsider, source, arbiter];
        for (uint256 i = 0; i < payees.length; ++i) accounts.push(payees[i]);
        vm.prank(owner);
        projects.setSteward(projectId, steward, true);
        _stateTax(taxBps);
    }

    function _named(string memory name) private returns (address account) {
        uint256 key;
        (account, key) = makeAddrAndKey(name);
        keyOf[account] = key;
    }

    function _stateTax(uint256 bps) internal {
        taxBps = bps;
        // A schedule is for one token, so each has its own.
        for (uint256 i = 0; i < tokens.length; ++i) {
            withholdings.state(_scheduleOf(tokens[i]), tokens[i], collector, bps);
        }
    }

    function _scheduleOf(address token) internal pure returns (bytes32) {
        return SCHEDULE ^ bytes32(uint256(uint160(token)));
    }

    /* TIME */

    modifier inTime() {
        vm.warp(_now);
        (touched, ruled) = (NONE, false);
        _;
        _now = _time();
        _watch();
    }

    /// @dev Looks at everything after each call.
    function _watch() internal virtual;

    function _time() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    function _waitUntil(uint256 time) internal {
        if (_time() < time) vm.warp(time);
    }

    /* CHANCE */

    function _draw(uint256 seed, uint256 i, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + (uint256(keccak256(abi.encode(seed, i))) % (high - low + 1));
    }

    /// @dev Amounts of every size: one unit is as likely as a quadrillion.
    function _drawAmount(uint256 seed, uint256 i, uint256 digits) internal pure returns (uint256) {
        return _draw(seed, i, 1, 10 ** _draw(seed, i + 1_000, 0, digits));
    }

    /* FOCUS */

    function _focusBounty(uint256 id) internal {
        bountyId = id;
        terms = abi.decode(opened[id - 1].terms, (IBountyEscrow.Terms));
        work.bountyId = id;
    }

    function _focus(uint256 i) internal {
        touched = i;
        submissionId = filed[i].submissionId;
        _focusBounty(filed[i].bountyId);
        work = abi.decode(filed[i].submission, (IBountyEscrow.Submission));
    }

    /// @dev Looks from `which` on for work at the stage, so that few calls are in vain.
    function _focusStage(uint256 which, IBountyEscrow.Stage stage) internal returns (bool found) {
        for (uint256 k = 0; k < filed.length; ++k) {
            uint256 i = ((which % filed.length) + k) % filed.length;
            if (filed[i].former.stage != stage) continue;
            _focus(i);
            return true;
        }
        return false;
    }

    function _focusTranche(uint256 which, IBountyEscrow.TrancheStage stage) internal returns (bool found) {
        uint256 places = 2 * filed.length;
        for (uint256 k = 0; k < places; ++k) {
            uint256 place = ((which % places) + k) % places;
            IBountyEscrow.SubmissionState storage state = filed[place / 2].former;
            if (state.stage != IBountyEscrow.Stage.Accepted) continue;
            if ((place % 2 == 0 ? state.success : state.longTerm).stage != stage) continue;
            tranche = IBountyEscrow.Tranche(place % 2);
            _focus(place / 2);
            return true;
        }
        return false;
    }

    /* WHAT IS IN FOCUS */

    function _former() internal view returns (IBountyEscrow.SubmissionState memory) {
        return filed[touched].former;
    }

    function _part() internal view returns (IBountyEscrow.TrancheTerms memory) {
        return tranche == SUCCESS ? terms.success : terms.longTerm;
    }

    function _trancheState() internal view returns (IBountyEscrow.TrancheState memory) {
        return tranche == SUCCESS ? filed[touched].former.success : filed[touched].former.longTerm;
    }

    function _isFull() internal view returns (bool) {
        return opened[bountyId - 1].former.awards == terms.maxAwards;
    }

    function _isReclaimable() internal view returns (bool) {
        IBountyEscrow.BountyState memory state = opened[bountyId - 1].former;
        if (state.reclaimed) return false;
        return _isFull() || (state.pending == 0 && _time() >= opened[bountyId - 1].appealableUntil);
    }

    /* SIGNATURES */

    /// @dev Every message ends with the one who acts, its nonce and the deadline; `head` is what comes before.
    function _sign(address actor, bytes memory head) internal view returns (IBountyEscrow.Signed memory) {
        uint256 deadline = _time() + 1;
        bytes memory tail = abi.encode(actor, escrow.nonces(actor), deadline);
        return _signed(keyOf[actor], deadline, _digest(_domain(), keccak256(bytes.concat(head, tail))));
    }

    function _domain() private view returns (bytes32) {
        bytes32 typeHash = keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        );
        return
            keccak256(abi.encode(typeHash, keccak256("BountyEscrow"), keccak256("1"), block.chainid, address(escrow)));
    }

    function _digest(bytes32 domain, bytes32 message) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }
}
