// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {BountyEscrow} from "../../../contracts/BountyEscrow.sol";
import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {EscrowHandler} from "./EscrowHandler.sol";
import {EscrowModel} from "./EscrowModel.sol";

/// @notice The laws of the money, after every call of a random business in two tokens and the native coin.
/// @dev The handler tells from terms and changes of state what everybody is due; these laws compare it with what
/// everybody has. What may follow on what is watched by the handler itself, in `StageWatch`.
/// forge-config: default.invariant.runs = 256
/// forge-config: default.invariant.depth = 60
/// forge-config: ci.invariant.runs = 1000
/// forge-config: ci.invariant.depth = 100
/// forge-config: deep.invariant.runs = 8000
/// forge-config: deep.invariant.depth = 125
contract EscrowInvariantTest is Test {
    address private constant COIN = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    EscrowHandler private _handler;
    BountyEscrow private _escrow;
    PayoutVault private _vault;
    ProjectToken private _projectToken;
    address private _opener;
    address[3] private _tokens;
    address[] private _accounts;
    mapping(bytes32 deed => uint256 times) private _done;

    function setUp() external {
        _begin();
        targetContract(address(_handler));
        targetSelector(FuzzSelector(address(_handler), _verbs()));
    }

    function _begin() private {
        _handler = new EscrowHandler();
        (address escrow, address vault, address token) = _handler.system();
        (_escrow, _vault, _projectToken) = (BountyEscrow(escrow), PayoutVault(vault), ProjectToken(token));
        _opener = address(_escrow.opener());
        for (uint256 i = 0; i < 3; ++i) _tokens[i] = _handler.tokens(i);
        _accounts = _handler.everybody();
    }

    /* LAWS */

    /// @dev One campaign for all laws, because each invariant function would run a campaign of its own.
    function invariant_every_law_holds() public view {
        EscrowModel.Book[3] memory books = _handler.statement();
        uint256[][3] memory dues = _handler.dues();
        for (uint256 i = 0; i < 3; ++i) {
            address token = _tokens[i];
            _lawTheEscrowCanPayAllThatItCanOwe(token, books[i]);
            _lawMoneyIsConserved(token, books[i]);
            _lawEverybodyHasWhatIsDue(token, dues[i]);
        }
        _lawProjectTokensAreReservedForEveryPromise();
        _lawCountsAreThoseOfTheStages();
    }

    /// @dev Solvency: in each token the escrow's credit is the most that can still be owed, with the bonds of open
    /// challenges, to the unit; gifts come on top and stay.
    function _lawTheEscrowCanPayAllThatItCanOwe(address token, EscrowModel.Book memory book) private view {
        uint256 credit = _vault.creditOf(token, address(_escrow));
        assertGe(credit, book.owed, "the escrow can pay all that it can owe");
        assertEq(credit, book.owed + book.donated, "the escrow holds no more than what can be owed, and gifts");
        assertEq(_wallet(token, address(_escrow)), 0, "the escrow itself keeps nothing");
        assertEq(_wallet(token, _opener), 0, "the opener keeps nothing");
        assertEq(_vault.creditOf(token, _opener), 0, "the opener has no credit");
    }

    /// @dev Conservation: what was escrowed is what was paid, taxes in it, what was returned, and what is still held.
    function _lawMoneyIsConserved(address token, EscrowModel.Book memory book) private view {
        uint256 held = _vault.creditOf(token, address(_escrow)) - book.donated - book.bonds;
        assertEq(book.paid + book.returned + held, book.escrowed, "money is conserved");
        assertLe(book.taxed, book.paid, "tax is a part of what was paid");
    }

    /// @dev Nobody has a unit more or less than the terms give: no payment is made twice, to another, or in part.
    function _lawEverybodyHasWhatIsDue(address token, uint256[] memory dues) private view {
        for (uint256 i = 0; i < dues.length; ++i) {
            uint256 has = _wallet(token, _accounts[i]) + _vault.creditOf(token, _accounts[i]);
            // An assertion that holds costs more than the comparison.
            if (has != dues[i]) assertEq(has, dues[i], "everybody has what is due");
        }
    }

    /// @dev The project's token is reserved for every promise not yet kept, and minted to those it was promised to.
    function _lawProjectTokensAreReservedForEveryPromise() private view {
        assertEq(_projectToken.reservedBy(address(_escrow)), _handler.tokensPromised(), "promises are reserved");
        uint256 minted = 0;
        for (uint256 i = 0; i < 5; ++i) {
            address payee = _handler.payees(i);
            uint256 promised = _handler.tokensDue(payee);
            uint256 has = _projectToken.balanceOf(payee);
            if (has != promised) assertEq(has, promised, "tokens are minted as promised");
            minted += promised;
        }
        assertEq(_projectToken.totalSupply(), minted, "no other token is minted");
    }

    /// @dev The counts by which a bounty ends are those of the stages of its submissions.
    function _lawCountsAreThoseOfTheStages() private view {
        uint256 bounties = _handler.bountyCount();
        assertEq(_escrow.bountyCount(), bounties, "only what was opened is there");
        for (uint256 id = 1; id <= bounties; ++id) {
            (, IBountyEscrow.BountyState memory state) = _escrow.bountyOf(id);
            (uint256 pending, uint256 awards) = _handler.tally(id);
            if (state.pending != pending) assertEq(state.pending, pending, "pending");
            if (state.awards != awards) assertEq(state.awards, awards, "awards");
        }
    }

    /* EVERYTHING ENDS */

    /// @dev No state without a timed exit: from whatever was reached, time and calls by an outsider end every bounty,
    /// leave nothing in the escrow but gifts, and everybody can take all that is due out of the vault.
    function afterInvariant() external {
        _lawEverythingEnds();
    }

    function _lawEverythingEnds() private {
        _handler.finish();
        invariant_every_law_holds();
        assertTrue(_handler.isEnded(), "every bounty ends");
        assertEq(_projectToken.reservedBy(address(_escrow)), 0, "no promise is left");
        EscrowModel.Book[3] memory books = _handler.statement();
        for (uint256 i = 0; i < 3; ++i) {
            address token = _tokens[i];
            assertEq(books[i].owed, 0, "nothing is owed at the end");
            uint256 gifts = books[i].donated;
            assertEq(_vault.creditOf(token, address(_escrow)), gifts, "only gifts are left at the end");
            _pushAll(token);
            assertEq(_vault.totalSupply(uint256(uint160(token))), gifts, "everybody was paid");
            assertEq(_wallet(token, address(_vault)), gifts, "the vault is empty but for gifts");
        }
    }

    function _pushAll(address token) private {
        for (uint256 i = 0; i < _accounts.length; ++i) {
            if (_vault.creditOf(token, _accounts[i]) > 0) _vault.push(token, _accounts[i]);
        }
    }

    /// @dev The same from states along the way: a prefix of any length of a random business.
    /// forge-config: default.fuzz.runs = 64
    /// forge-config: ci.fuzz.runs = 500
    /// forge-config: deep.fuzz.runs = 5000
    function testFuzz_from_any_state_an_outsider_and_time_end_every_bounty(uint256 seed, uint256 length) external {
        _run(seed, bound(length, 0, 120));
        _lawEverythingEnds();
    }

    /* THE CAMPAIGN ITSELF */

    /// @dev A campaign whose verbs are all in vain would prove nothing: each of these happens in a few seeded rounds.
    function test_the_campaign_reaches_every_verb() external {
        // Longer than a transaction may be.
        vm.pauseGasMetering();
        bytes32[49] memory deeds = _deeds();
        for (uint256 round = 0; round < 16; ++round) {
            _run(round, 200);
            invariant_every_law_holds();
            _lawEverythingEnds();
            for (uint256 i = 0; i < deeds.length; ++i) _done[deeds[i]] += _handler.count(deeds[i]);
            _begin();
        }
        for (uint256 i = 0; i < deeds.length; ++i) {
            string memory deed = string(abi.encodePacked(deeds[i]));
            emit log_named_uint(deed, _done[deeds[i]]);
            assertGt(_done[deeds[i]], 0, deed);
        }
    }

    function _run(uint256 seed, uint256 length) private {
        bytes4[] memory verbs = _verbs();
        for (uint256 i = 0; i < length; ++i) {
            uint256 drawn = uint256(keccak256(abi.encode(seed, i)));
            bytes4 verb = verbs[drawn % verbs.length];
            bytes memory arguments = abi.encode(drawn >> 8, drawn >> 16, drawn >> 24);
            (bool done, bytes memory reason) = address(_handler).call(abi.encodePacked(verb, arguments));
            if (!done) {
                assembly {
                    revert(add(reason, 0x20), mload(reason))
                }
            }
        }
    }

    function _deeds() private pure returns (bytes32[49] memory deeds) {
        bytes32[24] memory first = [
            bytes32("open"),
            "opened with coin",
            "opened with a permit",
            "permit front-run",
            "opened with an authorization",
            "opened from a purse",
            "submit",
            "submitted by signature",
            "admitted",
            "revise",
            "revised by signature",
            "cancelSignature",
            "approve",
            "reject",
            "request changes",
            "accept by silence",
            "reject by silence",
            "appeal",
            "appealed by signature",
            "appeal won",
            "appeal lost",
            "silent appeal won",
            "silent appeal lost",
            "lapsed"
        ];
        bytes32[25] memory second = [
            bytes32("report"),
            "final report",
            "beyond the target",
            "challenge",
            "challenged by signature",
            "rule",
            "bond lost",
            "bond returned",
            "settled unreported",
            "settled as reported",
            "settled unruled",
            "topped up",
            "tax withheld",
            "claimTokens",
            "claimed for some",
            "closed by the project",
            "closed by time",
            "reclaim",
            "withdraw",
            "donate",
            "wait",
            "restate",
            "meddled",
            "meddling refused",
            "trespass"
        ];
        for (uint256 i = 0; i < 24; ++i) deeds[i] = first[i];
        for (uint256 i = 0; i < 25; ++i) deeds[24 + i] = second[i];
    }

    function _verbs() private view returns (bytes4[] memory verbs) {
        bytes4[37] memory all = [
            _handler.open.selector,
            _handler.open.selector,
            _handler.submit.selector,
            _handler.submit.selector,
            _handler.revise.selector,
            _handler.cancelSignature.selector,
            _handler.review.selector,
            _handler.review.selector,
            _handler.review.selector,
            _handler.review.selector,
            _handler.review.selector,
            _handler.review.selector,
            _handler.review.selector,
            _handler.acceptBySilence.selector,
            _handler.rejectBySilence.selector,
            _handler.appeal.selector,
            _handler.appeal.selector,
            _handler.ruleAppeal.selector,
            _handler.ruleAppeal.selector,
            _handler.settleAppeal.selector,
            _handler.report.selector,
            _handler.report.selector,
            _handler.challenge.selector,
            _handler.challenge.selector,
            _handler.rule.selector,
            _handler.settle.selector,
            _handler.claimTokens.selector,
            _handler.close.selector,
            _handler.reclaim.selector,
            _handler.withdraw.selector,
            _handler.donate.selector,
            _handler.wait.selector,
            _handler.restate.selector,
            _handler.meddle.selector,
            _handler.meddle.selector,
            _handler.meddle.selector,
            _handler.trespass.selector
        ];
        verbs = new bytes4[](all.length);
        for (uint256 i = 0; i < all.length; ++i) verbs[i] = all[i];
    }

    function _wallet(address token, address account) private view returns (uint256) {
        return token == COIN ? account.balance : TestYen(token).balanceOf(account);
    }
}
