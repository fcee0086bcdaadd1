// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title CoinReceiver
/// @notice A contract that is sent coin, and does with it what its owner chose.
contract CoinReceiver {
    enum Mood {
        Accepts,
        Reverts,
        RevertsSilently,
        BurnsGas,
        ThrowsBomb,
        Calls
    }

    error CoinReceiver_Refused(uint256 amount);

    Mood public mood;
    address public target;
    bytes public call;
    bytes public answer;
    bool public succeeded;
    uint256 public gasGiven;

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function prepare(address target_, bytes calldata call_) external {
        (mood, target, call) = (Mood.Calls, target_, call_);
    }

    function run(address to, bytes calldata call_) external returns (bytes memory) {
        (bool success, bytes memory returned) = to.call(call_);
        if (!success) revert(string(returned));
        return returned;
    }

    receive() external payable {
        uint256 given = gasleft();
        if (mood == Mood.Reverts) revert CoinReceiver_Refused(msg.value);
        // solhint-disable-next-line reason-string
        if (mood == Mood.RevertsSilently) revert();
        if (mood == Mood.BurnsGas) _burn();
        if (mood == Mood.ThrowsBomb) _bomb();
        if (mood == Mood.Calls) (succeeded, answer) = target.call(call);
        else gasGiven = given;
    }

    function _burn() private view {
        for (uint256 i = 0; i < type(uint256).max; ++i) {
            if (uint256(keccak256(abi.encode(i))) == gasleft()) return;
        }
    }

    /// @dev Short enough that a push can carry it back, long enough to hurt whoever copies it.
    function _bomb() private pure {
        assembly ("memory-safe") {
            revert(0, 100000)
        }
    }
}
