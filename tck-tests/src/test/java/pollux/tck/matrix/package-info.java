/**
 * The conversion matrix: every conversion against every way a source can behave, compared with
 * docs/conversion-matrix.md.
 *
 * <p>An adapter adds its conversions as one more class of rows in {@code Row.all()}.
 */
package pollux.tck.matrix;
