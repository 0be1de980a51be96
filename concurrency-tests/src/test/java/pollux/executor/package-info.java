/** Model checking of what the executor keeps to itself: the state word of a task, and the timers of a worker. */
package pollux.executor;
