// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EscrowTest} from "./EscrowTest.sol";

contract SchemasTest is EscrowTest {
    function test_schemas_are_those_of_the_shared_vectors() external view {
        string memory json = vm.readFile("tests/vectors/attestation.json");

        // it should know the review by the uid that EAS gives it
        assertEq(escrow.REVIEW_SCHEMA(), vm.parseJsonBytes32(json, ".schemas[0].uid"), "review");

        // it should know the outcome by the uid that EAS gives it
        assertEq(escrow.OUTCOME_SCHEMA(), vm.parseJsonBytes32(json, ".schemas[1].uid"), "outcome");
    }
}
