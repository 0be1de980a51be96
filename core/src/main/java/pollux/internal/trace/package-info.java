/** What stack traces say of awaits. Knows nothing of tasks. */
package pollux.internal.trace;
