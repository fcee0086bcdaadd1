// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @title SignedActs
/// @notice The four things that a wallet can sign for at the escrow, each brought to where it can be done, as the words
/// that are hashed, so that a test can change any of them.
abstract contract SignedActs is EscrowTest {
    enum Act {
        Submit,
        Revise,
        Appeal,
        Challenge
    }

    uint256 internal constant ACTS = 4;

    /// @dev The work as it was before the revision that is signed for.
    bytes private _former;

    /* STAGES */

    /// @dev Afterwards `worker` of the work can do `act`, and nothing of it was signed.
    function _toAct(Act act) internal {
        if (act == Act.Submit) _open();
        if (act == Act.Revise) _toPending();
        if (act == Act.Appeal) _toRejected();
        if (act == Act.Challenge) _toReported(SUCCESS, 9_000);
        if (act == Act.Revise) {
            _former = _work();
            work.evidence = "bafkreisecond";
        }
    }

    /* WHAT IS SIGNED */

    /// @dev Every word of the EIP-712 message, its type first.
    function _message(Act act, uint256 nonce, uint256 deadline) internal view returns (bytes memory) {
        return bytes.concat(_head(act), abi.encode(work.worker, nonce, deadline));
    }

    function _head(Act act) private view returns (bytes memory) {
        if (act == Act.Submit) {
            string memory submit =
                "SubmitWork(uint256 bountyId,bytes32 contentHash,address worker,uint256 nonce,uint256 deadline)";
            return abi.encode(keccak256(bytes(submit)), bountyId, _contentHash());
        }
        if (act == Act.Revise) {
            string memory revise =
                "ReviseWork(uint256 bountyId,uint256 submissionId,bytes32 contentHash,address worker,"
                "uint256 nonce,uint256 deadline)";
            return abi.encode(keccak256(bytes(revise)), bountyId, submissionId, _contentHash());
        }
        if (act == Act.Appeal) {
            string memory appeal =
                "AppealRejection(uint256 bountyId,uint256 submissionId,string reason,address worker,"
                "uint256 nonce,uint256 deadline)";
            return abi.encode(keccak256(bytes(appeal)), bountyId, submissionId, keccak256("bafkreisigned"));
        }
        string memory challenge =
            "ChallengeOutcome(uint256 bountyId,uint256 submissionId,uint8 tranche,string reason,address challenger,"
            "uint256 nonce,uint256 deadline)";
        return abi.encode(keccak256(bytes(challenge)), bountyId, submissionId, SUCCESS, keccak256("bafkreisigned"));
    }

    /// @dev Every word of the EIP-712 domain, its type first.
    function _domain(address verifier) internal view returns (bytes memory) {
        return
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("BountyEscrow"),
                keccak256("1"),
                block.chainid,
                verifier
            );
    }

    function _digest(bytes memory domain, bytes memory message) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", keccak256(domain), keccak256(message)));
    }

    /// @dev What the worker signs for `act` now.
    function _digestOf(Act act, uint256 deadline) internal view returns (bytes32) {
        return _digest(_domain(address(escrow)), _message(act, escrow.nonces(work.worker), deadline));
    }

    function _signedBy(uint256 key, Act act, uint256 deadline) internal view returns (IBountyEscrow.Signed memory) {
        return _signed(key, deadline, _digestOf(act, deadline));
    }

    /* DOING */

    /// @dev As whoever was pranked.
    function _do(Act act, IBountyEscrow.Signed memory signed) internal {
        if (act == Act.Submit) submissionId = escrow.submit(_terms(), work, signed);
        if (act == Act.Revise) escrow.revise(submissionId, _terms(), _former, work, signed);
        if (act == Act.Appeal) escrow.appeal(submissionId, _terms(), _work(), "bafkreisigned", signed);
        if (act == Act.Challenge) {
            escrow.challenge(submissionId, _terms(), _work(), SUCCESS, work.worker, "bafkreisigned", signed);
        }
    }

    function _relay(Act act, IBountyEscrow.Signed memory signed) internal {
        vm.prank(outsider);
        _do(act, signed);
        _former = _work();
    }

    function _expectRelayRefused(Act act, IBountyEscrow.Signed memory signed, bytes memory refusal) internal {
        vm.prank(outsider);
        vm.expectRevert(refusal);
        _do(act, signed);
    }

    function _invalid() internal view returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SignatureInvalid.selector, work.worker);
    }

    function _assertDone(Act act) internal view {
        IBountyEscrow.SubmissionState memory state = _state();
        if (act == Act.Submit) assertEq(state.version, 1, "submitted");
        if (act == Act.Revise) assertEq(state.version, 2, "revised");
        if (act == Act.Appeal) assertTrue(state.appealed, "appealed");
        if (act == Act.Challenge) {
            assertEq(uint8(state.success.stage), uint8(IBountyEscrow.TrancheStage.Challenged), "challenged");
        }
    }
}
