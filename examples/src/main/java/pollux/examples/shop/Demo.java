package pollux.examples.shop;

/** The demo: an order service on a real database. With {@code --check} it tries itself out and ends. */
public final class Demo {

    private static final int PORT = 7700;

    private Demo() {}

    /**
     * Starts the service.
     *
     * @param arguments {@code --check}, or nothing
     */
    public static void main(String[] arguments) {
        if (arguments.length == 1 && arguments[0].equals("--check")) {
            System.exit(Check.run() ? 0 : 1);
        }
        if (arguments.length > 0) {
            System.err.println("usage: ./demo [--check]");
            System.exit(2);
        }
        try (Shop shop = Shop.open(PORT)) {
            System.out.println(shop.url());
            System.out.println("console: " + shop.page.console.url());
            System.out.println("curl -X POST " + shop.url() + "/orders/1/checkout");
            System.out.println("curl -N --limit-rate 4k " + shop.url() + "/rows");
            shop.await();
        }
    }
}
