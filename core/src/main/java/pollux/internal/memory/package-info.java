/**
 * {@link pollux.internal.memory.VarHandles}: access to memory with a chosen order. Knows nothing of tasks.
 */
package pollux.internal.memory;
