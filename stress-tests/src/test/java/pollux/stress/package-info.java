/** The lock-free cores on real threads and the real memory model, and the driver of all of them. */
package pollux.stress;
