// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {WithholdingTax} from "../../contracts/libraries/WithholdingTax.sol";

/// @title WithholdingTaxProof
/// @notice The tax on writing and lectures in Japan, whole yen of a coin with 18 decimals, for every payment.
contract WithholdingTaxProof is Test {
    uint256 private constant YEN = 1e18;

    /// Up to a million yen the tax is 10.21 percent, rounded down to the whole yen and no further.
    function check_up_to_a_million_yen_the_tax_is_rounded_down(uint128 gross) external pure {
        vm.assume(gross <= 1_000_000 * YEN);
        uint256 tax = WithholdingTax.inBracketDown(0, 1_021, gross, YEN);

        assert(tax * YEN * 10_000 <= uint256(gross) * 1_021);
        assert((tax + 1) * YEN * 10_000 > uint256(gross) * 1_021);
    }

    /// Above a million yen the tax is at most half of the payment.
    function check_the_tax_is_below_half_of_the_payment(uint128 gross) external pure {
        vm.assume(gross > 1_000_000 * YEN);
        uint256 tax = WithholdingTax.inBracketDown(102_100, 2_042, gross - 1_000_000 * YEN, YEN);

        assert(tax * YEN * 2 <= gross);
    }
}
