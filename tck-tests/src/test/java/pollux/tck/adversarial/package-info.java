/**
 * The adversarial matrix: publishers and subscribers that misbehave, against every bridge: docs/adversarial-matrix.md.
 *
 * <p>The law: a bridge never hangs, never loses an error silently, and never breaks a rule downstream because upstream
 * did.
 */
package pollux.tck.adversarial;
