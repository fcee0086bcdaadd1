// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IProjectToken} from "../../../contracts/interfaces/IProjectToken.sol";
import {RegistryTest} from "../ProjectRegistry/RegistryTest.sol";

/// @title TokenTest
/// @notice The registry's cast with one project open: its token, with a cap of a million, and a worker.
abstract contract TokenTest is RegistryTest {
    uint256 internal constant CAP = 1_000_000 ether;

    ProjectToken internal token;
    uint256 internal projectId;
    address internal worker = makeAddr("worker");

    function setUp() public virtual override {
        super.setUp();
        (projectId, token) = _open();
    }

    function _notMinter(address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProjectToken.ProjectToken_NotMinter.selector, caller);
    }

    function _notTokenOwner(address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProjectToken.ProjectToken_NotOwner.selector, caller);
    }

    function _capExceeded(uint256 wanted) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProjectToken.ProjectToken_CapExceeded.selector, wanted, CAP);
    }

    function _reservationExceeded(uint256 reserved, uint256 needed) internal view returns (bytes memory) {
        return
            abi.encodeWithSelector(IProjectToken.ProjectToken_ReservationExceeded.selector, minter, reserved, needed);
    }

    function _mint(address to, uint256 amount) internal {
        vm.prank(minter);
        token.mint(to, amount);
    }
}
