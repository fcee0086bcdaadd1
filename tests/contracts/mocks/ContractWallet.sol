// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title ContractWallet
/// @notice A wallet (ERC-1271) whose signature for a digest is the digest itself, once it was approved.
contract ContractWallet is IERC1271 {
    mapping(bytes32 digest => bool) public isApproved;

    function approve(bytes32 digest) external {
        isApproved[digest] = true;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        bool valid = isApproved[digest] && keccak256(signature) == keccak256(abi.encode(digest));
        return valid ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
