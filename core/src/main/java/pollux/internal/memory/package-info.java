/**
 * {@link pollux.internal.memory.VarHandles}: access to memory with a chosen order. {@link
 * pollux.internal.memory.MachineErrors}: catch blocks for errors of the machine. Knows nothing of tasks.
 */
package pollux.internal.memory;
