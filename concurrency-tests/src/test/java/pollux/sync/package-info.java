/** Model checking of what a channel keeps to itself. */
package pollux.sync;
