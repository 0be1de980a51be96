package pollux.examples.shop;

/**
 * An order that is not paid yet.
 *
 * @param id its number
 * @param customer who pays
 */
record Order(long id, String customer) {}
