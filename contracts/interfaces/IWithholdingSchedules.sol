// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IWithholdingSchedules
/// @notice Rates of tax withheld at the source, as data with effective dates: registered once by anyone, never changed,
/// named by their hash.
/// @dev A schedule is the law as one payer applies it in one token: who collects, in which unit, and which bracket
/// counts from when. It says nothing of who is exempt; that is declared with the work and applied by the escrow.
///
/// Its id is `keccak256(abi.encode(schedule))`. It is kept as the code of an account whose address follows from the id,
/// so the hash of that code is the id: whoever reads a schedule can check it, and nobody can replace it.
///
/// The tax on an amount follows from the last bracket that is in force and begins at or below it:
/// `fixedTax + (gross - from) x rateBps / 10,000`, fractions of a unit dropped. Always: the tax is a multiple of the
/// unit, at most half of the amount, and never less for more.
/// @dev Warning: an amount is one payment. Two payments that a law adds up are taxed here each by itself.
/// @dev Warning: a schedule outlives its law. Terms that name it keep it, so name a new one in new terms.
/// @dev Warning: the collector is whoever the schedule names, and anyone registers schedules. Read the one that terms
/// name before working under them.
interface IWithholdingSchedules {
    /// @notice One bracket. Amounts are whole units, so that they read as in the law whatever decimals the token has.
    /// @param start From when it is in force, unix s. Brackets with the same start replace all earlier ones.
    /// @param from From which amount it applies, in units; the first bracket of a start applies from 0.
    /// @param fixedTax The tax on exactly that amount, in units.
    /// @param rateBps The rate on what exceeds it, in basis points.
    struct Bracket {
        uint40 start;
        uint96 from;
        uint96 fixedTax;
        uint16 rateBps;
    }

    /// @notice A schedule.
    /// @param token The token that it is for.
    /// @param unit The smallest amount that tax is counted in, in base units of the token: 1e18 for whole yen of a coin
    /// with 18 decimals.
    /// @param collector Who receives the tax and pays it over.
    /// @param label Which law and kind of pay it follows, for people: 1 to 64 bytes.
    /// @param brackets The brackets, at most 16, ascending by start and then by amount.
    struct Schedule {
        address token;
        uint96 unit;
        address collector;
        string label;
        Bracket[] brackets;
    }

    /// @notice Thrown when no schedule of that id is registered.
    /// @param scheduleId The id.
    error WithholdingSchedules_Unknown(bytes32 scheduleId);

    /// @notice Thrown when the token, the unit or the collector is zero.
    error WithholdingSchedules_Zero();

    /// @notice Thrown when the label is not 1 to 64 bytes long.
    /// @param length The length found, in bytes.
    error WithholdingSchedules_LabelLength(uint256 length);

    /// @notice Thrown when there are no brackets, or more than 16.
    /// @param count The number found.
    error WithholdingSchedules_BracketCount(uint256 count);

    /// @notice Thrown when a bracket does not come after the one before it, or a start's first one is not from 0.
    /// @param index The bracket, from 0.
    error WithholdingSchedules_Unsorted(uint256 index);

    /// @notice Thrown when a rate is above a half.
    /// @param index The bracket, from 0.
    /// @param rateBps The rate, in basis points.
    error WithholdingSchedules_RateTooHigh(uint256 index, uint256 rateBps);

    /// @notice Thrown when the tax where a bracket begins is more than half of the amount.
    /// @param index The bracket, from 0.
    /// @param fixedTax The tax, in units.
    /// @param highest The most that it can be, in units.
    error WithholdingSchedules_FixedTaxTooHigh(uint256 index, uint256 fixedTax, uint256 highest);

    /// @notice Thrown when the tax would be lower where a bracket begins than in the bracket below.
    /// @param index The bracket, from 0.
    /// @param fixedTax The tax, in units.
    /// @param lowest The least that it can be, in units.
    error WithholdingSchedules_TaxFalls(uint256 index, uint256 fixedTax, uint256 lowest);

    /// @notice Emitted when a schedule is registered.
    /// @param scheduleId Its id.
    /// @param token The token that it is for.
    /// @param collector Who receives the tax.
    /// @param schedule The schedule.
    event ScheduleRegistered(
        bytes32 indexed scheduleId,
        address indexed token,
        address indexed collector,
        Schedule schedule
    );

    /// @notice Registers a schedule. Anyone.
    /// @dev One that is already registered is left as it is and its id returned, so nobody can be kept from it.
    /// @param schedule The schedule.
    /// @return scheduleId Its id.
    function register(Schedule calldata schedule) external returns (bytes32 scheduleId);

    /// @notice Returns the tax on a payment made now.
    /// @param scheduleId The schedule.
    /// @param gross The payment before tax, in base units of the schedule's token, at most 2^240.
    /// @return tax The tax, in base units, rounded down to whole units; zero before the first start.
    /// @return collector Who receives it.
    function taxOf(bytes32 scheduleId, uint256 gross) external view returns (uint256 tax, address collector);

    /// @notice Returns the tax on a payment made at another time.
    /// @param scheduleId The schedule.
    /// @param gross The payment before tax, in base units of the schedule's token, at most 2^240.
    /// @param time When it is made, unix s.
    /// @return tax The tax, in base units, rounded down to whole units; zero before the first start.
    /// @return collector Who receives it.
    function taxAt(
        bytes32 scheduleId,
        uint256 gross,
        uint256 time
    ) external view returns (uint256 tax, address collector);

    /// @notice Returns the token that a schedule is for.
    /// @param scheduleId The schedule.
    /// @return token The token, zero when no such schedule is registered.
    function tokenOf(bytes32 scheduleId) external view returns (address token);

    /// @notice Returns a schedule.
    /// @param scheduleId The schedule.
    /// @return schedule The schedule.
    function scheduleOf(bytes32 scheduleId) external view returns (Schedule memory schedule);

    /// @notice Returns the id that a schedule has, registered or not.
    /// @param schedule The schedule.
    /// @return scheduleId The id.
    function hashSchedule(Schedule calldata schedule) external pure returns (bytes32 scheduleId);
}
