/**
 * What both adapters promise, one contract for each promise and one subclass for each adapter. Open first {@link
 * pollux.tck.contracts.FailedCleanUpContract}.
 */
package pollux.tck.contracts;
