/**
 * {@link pollux.internal.memory.VarHandles}: access to memory with a chosen order. {@link
 * pollux.internal.memory.MachineErrors}: catch blocks for errors of the machine. {@link
 * pollux.internal.memory.SufficientStack}: a look at the stack before steps that must not be cut off. Knows nothing of
 * tasks.
 */
package pollux.internal.memory;
