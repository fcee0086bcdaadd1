// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ProjectRegistry} from "../../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {PlainVotes} from "../mocks/PlainVotes.sol";
import {GasTest} from "./GasTest.sol";

/// @notice A clone of the token as its own registry would make it, and nothing else: what the record of a project adds is
/// the difference to `ProjectRegistry.open`.
contract CloneAlone {
    function ownerOf(uint256) external pure returns (address) {
        return address(0);
    }

    function create(address implementation) external returns (address) {
        bytes memory arguments = abi.encodePacked(
            address(this),
            uint64(1),
            uint128(1 ether),
            uint8(3),
            "SKR",
            "Sakura"
        );
        return Clones.cloneDeterministicWithImmutableArgs(implementation, arguments, 0);
    }

    function setMinter(ProjectToken token, address minter) external {
        token.setMinter(minter, true);
    }
}

/// @notice A project's life at the registry and its token.
contract ProjectGasTest is GasTest {
    ProjectToken private _implementation = new ProjectToken();
    ProjectRegistry private _registry = new ProjectRegistry(address(_implementation));
    address private _owner = makeAddr("owner");
    address private _minter = makeAddr("minter");
    address private _worker = makeAddr("worker");
    address private _other = makeAddr("other");

    function setUp() external {
        // The first project pays for the counter's slot; a later one is the usual case.
        _registry.open(_opening());
    }

    function _opening() private view returns (IProjectRegistry.Opening memory opening) {
        opening.name = "Sakura Bakery";
        opening.symbol = "SKR";
        opening.cap = 1_000_000 ether;
        opening.metadata = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
        opening.minters = new address[](1);
        opening.minters[0] = _minter;
    }

    /// forge-config: default.isolate = true
    function test_gas_clone() external {
        CloneAlone factory = new CloneAlone();
        ProjectToken token = ProjectToken(factory.create(address(_implementation)));
        uint256 clone = _record("ProjectToken clone alone");
        factory.setMinter(token, _minter);
        vm.prank(_minter);
        token.mint(_worker, 0.5 ether);
        uint256 mint = _record("ProjectToken.mint, the first");
        vm.snapshotValue("gas", "ProjectToken clone and first mint in one transaction", clone + mint - 21_000);
    }

    /// @dev The same transfers by a clone and by a plain token that is deployed whole. The clone adds the call behind the
    /// proxy (2,600 for the code, EIP-2929) and the read that says whether transfers are open (2,100).
    /// forge-config: default.isolate = true
    function test_gas_transfer() external {
        vm.startPrank(_owner);
        (, address account) = _registry.open(_opening());
        ProjectToken(account).openTransfers();
        vm.stopPrank();
        PlainVotes plain = new PlainVotes();
        vm.prank(_minter);
        ProjectToken(account).mint(_worker, 10 ether);
        plain.mint(_worker, 10 ether);

        _transfers(ProjectToken(account), "ProjectToken.transfer, ");
        _transfers(ProjectToken(address(plain)), "OpenZeppelin ERC20Votes.transfer, ");
    }

    function _transfers(ProjectToken token, string memory prefix) private {
        vm.warp(1_800_000_000);
        vm.prank(_worker);
        token.transfer(_other, 1 ether);
        _record(string.concat(prefix, "without votes, to a fresh holder"));
        vm.prank(_worker);
        token.transfer(_other, 1 ether);
        _record(string.concat(prefix, "without votes, to a known holder"));
        vm.prank(_worker);
        token.delegate(_worker);
        vm.prank(_other);
        token.delegate(_other);
        vm.warp(1_800_000_001);
        vm.prank(_worker);
        token.transfer(_other, 1 ether);
        _record(string.concat(prefix, "with votes, between known holders"));
    }

    /// forge-config: default.isolate = true
    function test_gas_project() external {
        vm.startPrank(_owner);
        (uint256 id, address account) = _registry.open(_opening());
        _record("ProjectRegistry.open with one minter");
        _registry.setSteward(id, _other, true);
        _record("ProjectRegistry.setSteward");
        _registry.offerOwnership(id, _other);
        _record("ProjectRegistry.offerOwnership");
        vm.stopPrank();
        vm.startPrank(_other);
        _registry.acceptOwnership(id);
        _record("ProjectRegistry.acceptOwnership");
        ProjectToken(account).openTransfers();
        _record("ProjectToken.openTransfers");
        vm.stopPrank();
        _recordToken(ProjectToken(account));
        vm.prank(_other);
        _registry.close(id, "goal-met", "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy");
        _record("ProjectRegistry.close");
    }

    function _recordToken(ProjectToken token) private {
        vm.startPrank(_minter);
        token.reserve(100 ether);
        _record("ProjectToken.reserve");
        token.mint(_minter, 1 ether);
        token.mintReserved(_worker, 10 ether);
        _record("ProjectToken.mintReserved to a fresh holder");
        token.mintReserved(_worker, 10 ether);
        _record("ProjectToken.mintReserved to a known holder");
        token.release(10 ether);
        _record("ProjectToken.release");
        vm.stopPrank();
        vm.startPrank(_worker);
        token.delegate(_worker);
        _record("ProjectToken.delegate to oneself");
        token.transfer(_owner, 1 ether);
        _record("ProjectToken.transfer to a fresh holder");
        vm.stopPrank();
    }
}
