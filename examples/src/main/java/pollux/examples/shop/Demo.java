package pollux.examples.shop;

/** The demo: an order service on a real database. With {@code --check} it tries itself out and ends. */
public final class Demo {

    private static final int PORT = 7700;

    private Demo() {}

    /**
     * Starts the service.
     *
     * @param arguments {@code --check}; or {@code --healthy} and a number of minutes, to look for false alarms of the
     *     console in a program under load; or nothing
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length == 1 && arguments[0].equals("--check")) {
            System.exit(Check.run() ? 0 : 1);
        }
        if (arguments.length == 2 && arguments[0].equals("--healthy")) {
            System.exit(HealthyLoad.run(Long.parseLong(arguments[1])) ? 0 : 1);
        }
        if (arguments.length > 0) {
            System.err.println("usage: ./demo [--check | --healthy minutes]");
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
