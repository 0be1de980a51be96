package pollux.debug;

import pollux.future.AwaitTree;

/**
 * One task in a dump.
 *
 * @param id its number
 * @param idle whether it waited, before it was looked at and after that
 * @param sketch what it waits for
 */
public record TaskTree(long id, boolean idle, AwaitTree sketch) {}
