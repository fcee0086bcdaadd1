// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {ProjectRegistry} from "../../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract OpenTest is RegistryTest {
    function _length(uint256 length, uint256 longest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IProjectRegistry.ProjectRegistry_NameLength.selector, length, longest);
    }

    function test_constructor_reverts_when_implementation_has_no_code() external {
        // it should revert with ProjectRegistry_Empty
        vm.expectRevert(IProjectRegistry.ProjectRegistry_Empty.selector);
        new ProjectRegistry(outsider);
    }

    function test_open_reverts_when_name_has_a_bad_length() external {
        IProjectRegistry.Opening memory opening = _opening();

        // it should revert with ProjectRegistry_NameLength
        opening.name = "";
        vm.expectRevert(_length(0, 64));
        registry.open(opening);
        opening.name = string(new bytes(65));
        vm.expectRevert(_length(65, 64));
        registry.open(opening);
    }

    function test_open_reverts_when_symbol_has_a_bad_length() external {
        IProjectRegistry.Opening memory opening = _opening();

        // it should revert with ProjectRegistry_NameLength for the symbol
        opening.symbol = "";
        vm.expectRevert(_length(0, 16));
        registry.open(opening);
        opening.symbol = "ABCDEFGHIJKLMNOPQ";
        vm.expectRevert(_length(17, 16));
        registry.open(opening);
    }

    function test_open_reverts_when_cap_is_zero() external {
        IProjectRegistry.Opening memory opening = _opening();
        opening.cap = 0;

        // it should revert with ProjectRegistry_Empty for the cap
        vm.expectRevert(IProjectRegistry.ProjectRegistry_Empty.selector);
        registry.open(opening);
    }

    function test_open_reverts_when_description_is_empty() external {
        IProjectRegistry.Opening memory opening = _opening();
        opening.metadata = "";

        // it should revert with ProjectRegistry_Empty for the description
        vm.expectRevert(IProjectRegistry.ProjectRegistry_Empty.selector);
        registry.open(opening);
    }

    function test_open_reverts_when_a_minter_is_zero() external {
        IProjectRegistry.Opening memory opening = _opening();
        opening.minters[0] = address(0);

        // it should revert with ProjectRegistry_Empty for the minter
        vm.expectRevert(IProjectRegistry.ProjectRegistry_Empty.selector);
        registry.open(opening);
    }

    function test_open_creates_project_and_token() external {
        // it should create the token at an address known beforehand
        address expected = Clones.predictDeterministicAddressWithImmutableArgs(
            registry.TOKEN_IMPLEMENTATION(),
            abi.encodePacked(address(registry), uint64(1), uint128(1_000_000 ether), uint8(3), "SKR", "Sakura Bakery"),
            bytes32(uint256(1)),
            address(registry)
        );

        // it should emit {ProjectOpened}
        vm.expectEmit(address(registry));
        emit IProjectRegistry.ProjectOpened(1, owner, expected, _opening());
        (uint256 projectId, ProjectToken token) = _open();
        assertEq(address(token), expected);
        assertEq(registry.tokenOf(projectId), expected);

        // it should count from one
        assertEq(projectId, 1);
        assertEq(registry.projectCount(), 1);
        (uint256 second, ProjectToken other) = _open();
        assertEq(second, 2);
        assertNotEq(address(other), address(token));

        // it should make the caller the owner, and nobody else
        assertEq(registry.ownerOf(projectId), owner);
        assertEq(registry.pendingOwnerOf(projectId), address(0));
        assertTrue(registry.isAuthorized(projectId, owner));
        assertFalse(registry.isAuthorized(projectId, outsider));
        assertFalse(registry.isAuthorized(projectId, address(0)));

        // it should name the minters
        assertTrue(token.isMinter(minter));
        assertFalse(token.isMinter(owner));

        // it should leave the project open
        assertFalse(registry.isClosed(projectId));
    }

    function testFuzz_the_token_reads_its_opening(
        uint128 cap,
        uint256 nameLength,
        uint256 symbolLength,
        bytes32 seed
    ) external {
        vm.assume(cap != 0);
        IProjectRegistry.Opening memory opening = _opening();
        opening.cap = cap;
        opening.name = _text(seed, bound(nameLength, 1, 64));
        opening.symbol = _text(~seed, bound(symbolLength, 1, 16));

        (uint256 projectId, address account) = registry.open(opening);
        ProjectToken token = ProjectToken(account);

        assertEq(token.name(), opening.name);
        assertEq(token.symbol(), opening.symbol);
        assertEq(token.cap(), cap);
        assertEq(token.projectId(), projectId);
        assertEq(token.registry(), address(registry));
    }

    function _text(bytes32 seed, uint256 length) private pure returns (string memory) {
        bytes memory text = new bytes(length);
        for (uint256 i = 0; i < length; i++) text[i] = keccak256(abi.encode(seed, i))[0];
        return string(text);
    }
}
