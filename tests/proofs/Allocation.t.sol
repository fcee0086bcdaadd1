// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {Allocation} from "../../contracts/libraries/Allocation.sol";

/// @title AllocationProof
/// @notice Divisions among one to four payees, whatever their shares.
contract AllocationProof is Test {
    /// A single payee gets the whole amount.
    function check_one_payee_gets_all(uint128 amount) external view {
        uint16[] memory shares = new uint16[](1);
        shares[0] = 10_000;

        assert(this.split(amount, shares)[0] == amount);
    }

    /// Divided between two, whatever their shares, the parts sum to the amount to the unit.
    function check_two_parts_sum_to_the_amount(uint128 amount, uint16 first) external view {
        vm.assume(first <= 10_000);
        uint16[] memory shares = new uint16[](2);
        (shares[0], shares[1]) = (first, 10_000 - first);

        _sumIsTheAmount(amount, shares);
    }

    /// Divided among three, whatever their shares, the parts sum to the amount to the unit.
    function check_three_parts_sum_to_the_amount(uint128 amount, uint16 first, uint16 second) external view {
        vm.assume(uint256(first) + second <= 10_000);
        uint16[] memory shares = new uint16[](3);
        (shares[0], shares[1], shares[2]) = (first, second, 10_000 - first - second);

        _sumIsTheAmount(amount, shares);
    }

    /// Divided among four, whatever their shares, the parts sum to the amount to the unit.
    function check_four_parts_sum_to_the_amount(
        uint128 amount,
        uint16 first,
        uint16 second,
        uint16 third
    ) external view {
        vm.assume(uint256(first) + second + third <= 10_000);
        uint16[] memory shares = new uint16[](4);
        (shares[0], shares[1], shares[2]) = (first, second, third);
        shares[3] = 10_000 - first - second - third;

        _sumIsTheAmount(amount, shares);
    }

    /// The first payee's part is its rounded share and the whole remainder; the others have exactly their share.
    function check_the_remainder_goes_to_the_first(uint128 amount) external view {
        uint16[] memory shares = new uint16[](3);
        (shares[0], shares[1], shares[2]) = (3_333, 3_333, 3_334);
        uint256[] memory amounts = this.split(amount, shares);

        assert(amounts[1] == (uint256(amount) * 3_333) / 10_000);
        assert(amounts[2] == (uint256(amount) * 3_334) / 10_000);
        assert(amounts[0] == amount - amounts[1] - amounts[2]);
        assert(amounts[0] - (uint256(amount) * 3_333) / 10_000 < 3);
    }

    /// @dev Shares come to the library in calldata.
    function split(uint256 amount, uint16[] calldata shares) external pure returns (uint256[] memory amounts) {
        return Allocation.splitDown(amount, shares);
    }

    function _sumIsTheAmount(uint256 amount, uint16[] memory shares) private view {
        uint256[] memory amounts = this.split(amount, shares);
        uint256 sum;
        unchecked {
            for (uint256 i = 0; i < amounts.length; ++i) sum += amounts[i];
        }

        assert(sum == amount);
    }
}
