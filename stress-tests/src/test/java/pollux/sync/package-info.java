/** The cores that only their own package sees. */
package pollux.sync;
