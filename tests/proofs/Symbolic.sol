// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

/// @title ISymbolicVm
/// @notice What the theorems use of halmos's own cheat codes.
interface ISymbolicVm {
    function createCalldata(string memory contractName) external returns (bytes memory call);
}

/// @title Symbolic
/// @notice For theorems about any call at all: every function of a contract with every argument.
/// @dev As far as halmos makes them: lists of up to two members, bytes and text of 0, 65 or 1024 bytes, no coin sent.
abstract contract Symbolic is Test {
    ISymbolicVm internal constant SYMBOLIC = ISymbolicVm(address(uint160(uint256(keccak256("svm cheat code")))));

    /// @dev Whether the call succeeds does not matter.
    function _anyCall(string memory contractName, address target, address caller) internal {
        bytes memory call = SYMBOLIC.createCalldata(contractName);
        vm.prank(caller);
        (bool done, ) = target.call(call);
        done;
    }
}
