// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {EscrowModel} from "./EscrowModel.sol";

/// @title OpeningVerbs
/// @notice How bounties begin and end: opened in each of four ways, closed by the project or by time, reclaimed.
abstract contract OpeningVerbs is EscrowModel {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,"
        "bytes32 nonce)"
    );

    struct Vrs {
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /* OPENING */

    function open(uint256 seed) external inTime {
        if (opened.length == MOST_BOUNTIES) return;
        _drawTerms(seed);
        terms.funder = owner;
        uint256 way = _draw(seed, 100, 0, 4);
        if (way == 1 && terms.tokenReward == 0) terms.funder = steward;
        if (way == 2 && terms.token == COIN) way = 0;
        if (way == 3) terms.token = tokens[1];
        if (way == 4) terms.funder = address(purse);
        terms.withholding = terms.withholding == 0 ? bytes32(0) : _scheduleOf(terms.token);
        uint256 needed = opener.escrowOf(terms);
        assertEq(needed, _mostOfAward() * terms.maxAwards, "all that can be owed is escrowed");
        if (needed == 0) return;

        uint256 credit = vault.creditOf(terms.token, address(escrow));
        _openBy(way, needed, seed);
        _noteOpened(vault.creditOf(terms.token, address(escrow)) - credit);
        assertEq(vault.creditOf(terms.token, address(escrow)) - credit, needed, "the escrow gets what was announced");
        if (terms.token == COIN) ++count["opened with coin"];
        ++count["open"];
    }

    function _openBy(uint256 way, uint256 needed, uint256 seed) private {
        if (way == 4) {
            _fill(address(purse), needed);
            vm.prank(owner);
            bountyId = opener.openFrom(terms);
            ++count["opened from a purse"];
            return;
        }
        _give(terms.funder, needed);
        if (way == 2) _openWithPermit(needed, _draw(seed, 101, 0, 1) == 0);
        else if (way == 3) _openWithAuthorization(needed, keccak256(abi.encode(seed, opened.length)));
        else _openPlainly(needed);
    }

    function _openPlainly(uint256 needed) private {
        bool isCoin = terms.token == COIN;
        if (!isCoin) _allow(terms.funder, address(opener), needed);
        vm.prank(terms.funder);
        bountyId = opener.open{value: isCoin ? needed : 0}(terms);
    }

    function _openWithPermit(uint256 needed, bool isFrontRun) private {
        TestYen token = TestYen(terms.token);
        uint256 deadline = _time();
        bytes memory message = abi.encode(
            PERMIT_TYPEHASH,
            owner,
            address(opener),
            needed,
            token.nonces(owner),
            deadline
        );
        Vrs memory signature = _signForToken(message);
        if (isFrontRun) {
            token.permit(owner, address(opener), needed, deadline, signature.v, signature.r, signature.s);
            ++count["permit front-run"];
        }
        vm.prank(owner);
        bountyId = opener.openWithPermit(terms, deadline, signature.v, signature.r, signature.s);
        ++count["opened with a permit"];
    }

    function _openWithAuthorization(uint256 needed, bytes32 salt) private {
        bytes32 nonce = keccak256(abi.encode(address(opener), opener.hashTerms(terms), salt));
        uint256 validBefore = _time() + 1;
        bytes memory message = abi.encode(
            RECEIVE_TYPEHASH,
            terms.funder,
            address(opener),
            needed,
            0,
            validBefore,
            nonce
        );
        Vrs memory signature = _signForToken(message);
        vm.prank(outsider);
        bountyId = opener.openWithAuthorization(
            terms,
            IBountyOpener.FundingAuthorization(0, validBefore, salt, signature.v, signature.r, signature.s)
        );
        ++count["opened with an authorization"];
    }

    function _signForToken(bytes memory message) private view returns (Vrs memory signature) {
        bytes32 digest = _digest(TestYen(terms.token).DOMAIN_SEPARATOR(), keccak256(message));
        (signature.v, signature.r, signature.s) = vm.sign(keyOf[owner], digest);
    }

    /* MONEY */

    /// @dev Money in a wallet that is spent within the same call, so that nobody is due it afterwards.
    function _give(address account, uint256 amount) internal {
        if (terms.token == COIN) vm.deal(account, account.balance + amount);
        else TestYen(terms.token).mint(account, amount);
    }

    function _allow(address account, address spender, uint256 amount) internal {
        vm.prank(account);
        TestYen(terms.token).approve(spender, amount);
    }

    /// @dev A credit out of nowhere, in the token of the terms.
    function _fill(address account, uint256 amount) internal {
        if (terms.token == COIN) {
            vm.deal(address(this), amount);
            vault.depositNative{value: amount}(account);
        } else {
            TestYen(terms.token).mint(address(vault), amount);
            vault.settle(terms.token, account, amount);
        }
    }

    /* ENDING */

    function close(uint256 which, uint256 who) external inTime {
        if (opened.length == 0) return;
        uint256 id = (which % opened.length) + 1;
        // Most bounties live on for a while.
        if (opened[id - 1].former.closed || (who % 4 > 0 && _time() < opened[id - 1].submitBy)) return;
        _focusBounty(id);
        bytes memory encoded = _terms();
        if (_time() >= terms.submitBy) {
            vm.prank(outsider);
            escrow.close(id, encoded, "expired", "");
            ++count["closed by time"];
        } else {
            vm.prank(who % 8 == 0 ? owner : steward);
            escrow.close(id, encoded, "enough", "bafkreireason");
            ++count["closed by the project"];
        }
    }

    function reclaim(uint256 which) external inTime {
        for (uint256 k = 0; k < opened.length; ++k) {
            uint256 id = (((which % opened.length) + k) % opened.length) + 1;
            if (!opened[id - 1].former.closed || opened[id - 1].former.reclaimed) continue;
            _focusBounty(id);
            if (opened[id - 1].former.pending == 0) _waitUntil(opened[id - 1].appealableUntil);
            if (!_isReclaimable()) continue;

            bytes memory encoded = _terms();
            vm.prank(outsider);
            escrow.reclaim(id, encoded);
            ++count["reclaim"];
            return;
        }
    }
}
