// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @title EscrowDoors
/// @notice One call of every function of the escrow and its opener that writes, in the name of one account: none may be
/// missing, which `tests/unit/contracts/test_escrow_doors.py` compares with the interfaces.
abstract contract EscrowDoors is EscrowTest {
    /// @param guarded Whether it cannot be entered while the contract it belongs to is at work.
    struct Door {
        string name;
        address target;
        bytes call;
        bool guarded;
    }

    Door[] private _doors;

    /// @notice Returns the calls that `self` can make about the present bounty and submission.
    function _doorsOf(address self) internal returns (Door[] memory doors) {
        delete _doors;
        _openingDoors();
        _workDoors();
        _reviewDoors();
        _outcomeDoors(self);
        return _doors;
    }

    function _add(string memory name, bytes memory call) private {
        _doors.push(Door(name, address(escrow), call, true));
    }

    function _addToOpener(string memory name, bytes memory call) private {
        _doors.push(Door(name, address(opener), call, true));
    }

    function _openingDoors() private {
        IBountyOpener.FundingAuthorization memory authorization;
        _addToOpener("open", abi.encodeCall(opener.open, (terms)));
        _addToOpener("openWithPermit", abi.encodeCall(opener.openWithPermit, (terms, block.timestamp, 0, 0, 0)));
        _addToOpener("openWithAuthorization", abi.encodeCall(opener.openWithAuthorization, (terms, authorization)));
        _addToOpener("openFrom", abi.encodeCall(opener.openFrom, (terms)));
        _add("register", abi.encodeCall(escrow.register, (_terms(), MAX_AWARD)));
        _add("close", abi.encodeCall(escrow.close, (bountyId, _terms(), "code", "bafkreireason")));
        _add("reclaim", abi.encodeCall(escrow.reclaim, (bountyId, _terms())));
    }

    function _workDoors() private {
        _add("submit", abi.encodeCall(escrow.submit, (_terms(), work, _unsigned())));
        _add("revise", abi.encodeCall(escrow.revise, (submissionId, _terms(), _work(), work, _unsigned())));
        _doors.push(Door("cancelSignature", address(escrow), abi.encodeCall(escrow.cancelSignature, ()), false));
    }

    function _reviewDoors() private {
        IContributionRegistry.Attestation memory review = _attestation(
            escrow.REVIEW_SCHEMA(),
            _values(_reviewOf(APPROVE))
        );
        _add("onJudgement", abi.encodeCall(escrow.onJudgement, (review, reviewers[0], 0, _context())));
        _add("acceptBySilence", abi.encodeCall(escrow.acceptBySilence, (submissionId, _terms(), _work())));
        _add("rejectBySilence", abi.encodeCall(escrow.rejectBySilence, (submissionId, _terms(), _work())));
        _add("appeal", abi.encodeCall(escrow.appeal, (submissionId, _terms(), _work(), "bafkreiappeal", _unsigned())));
        _add("settleAppeal", abi.encodeCall(escrow.settleAppeal, (submissionId, _terms(), _work())));
    }

    function _outcomeDoors(address self) private {
        _add(
            "challenge",
            abi.encodeCall(
                escrow.challenge,
                (submissionId, _terms(), _work(), SUCCESS, self, "bafkreichallenge", _unsigned())
            )
        );
        _add("settle success", abi.encodeCall(escrow.settle, (submissionId, _terms(), _work(), SUCCESS)));
        _add("settle long-term", abi.encodeCall(escrow.settle, (submissionId, _terms(), _work(), LONG_TERM)));
        _add("claimTokens", abi.encodeCall(escrow.claimTokens, (submissionId, _terms(), _work(), EVERYBODY)));
    }

    function _isCancel(Door memory door) internal pure returns (bool) {
        return keccak256(bytes(door.name)) == keccak256("cancelSignature");
    }

    /// @dev All the credits in yen that came from this bounty's escrow.
    function _sumOfCredits() internal view returns (uint256) {
        return _credit(worker) + _credit(colleague) + _credit(owner) + _credit(address(escrow));
    }
}
