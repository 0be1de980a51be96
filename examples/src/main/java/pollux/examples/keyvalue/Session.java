package pollux.examples.keyvalue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** One client: the commands it may give, and the version of the protocol it has asked for. */
final class Session {

    private static final AtomicLong IDS = new AtomicLong();

    private final long id = IDS.incrementAndGet();
    private final Store store;
    private int version = 2;
    private boolean quit;

    Session(Store store) {
        this.store = store;
    }

    boolean hasQuit() {
        return quit;
    }

    ByteBuffer answer(List<byte[]> command) {
        Reply reply = new Reply();
        if (!command.isEmpty()) {
            answer(text(command.get(0)).toUpperCase(Locale.ROOT), command.subList(1, command.size()), reply);
        }
        return reply.toBuffer();
    }

    private void answer(String name, List<byte[]> args, Reply reply) {
        switch (name) {
            case "GET" -> {
                if (takes(name, args, 1, 1, reply)) {
                    byte[] value = store.get(args.get(0));
                    if (value == null) {
                        reply.nothing(version);
                    } else {
                        reply.bulk(value);
                    }
                }
            }
            case "SET" -> {
                if (takes(name, args, 2, Integer.MAX_VALUE, reply)) {
                    if (args.size() > 2) {
                        reply.error("ERR syntax error");
                    } else {
                        store.set(args.get(0), args.get(1));
                        reply.ok();
                    }
                }
            }
            case "DEL" -> {
                if (takes(name, args, 1, Integer.MAX_VALUE, reply)) {
                    reply.integer(args.stream().filter(store::remove).count());
                }
            }
            case "PING" -> {
                if (takes(name, args, 0, 1, reply)) {
                    if (args.isEmpty()) {
                        reply.simple("PONG");
                    } else {
                        reply.bulk(args.get(0));
                    }
                }
            }
            case "HELLO" -> hello(args, reply);
            case "CLIENT" -> client(args, reply);
            // what clients ask to complete commands as they are typed: nothing is told
            case "COMMAND" -> reply.array(0);
            case "QUIT" -> {
                quit = true;
                reply.ok();
            }
            default -> reply.error("ERR unknown command '" + name + "'");
        }
    }

    private void hello(List<byte[]> args, Reply reply) {
        if (!args.isEmpty()) {
            String asked = text(args.get(0));
            if (!asked.equals("2") && !asked.equals("3")) {
                reply.error("NOPROTO unsupported protocol version");
                return;
            }
            version = Integer.parseInt(asked);
        }
        reply.map(5, version);
        reply.bulk("server").bulk("pollux");
        reply.bulk("version").bulk("7.0.0"); // of the protocol's commands that are meant
        reply.bulk("proto").integer(version);
        reply.bulk("id").integer(id);
        reply.bulk("mode").bulk("standalone");
    }

    private void client(List<byte[]> args, Reply reply) {
        String what = args.isEmpty() ? "" : text(args.get(0)).toUpperCase(Locale.ROOT);
        switch (what) {
            case "ID" -> reply.integer(id);
            case "SETINFO", "SETNAME" -> reply.ok();
            default -> reply.error("ERR unknown subcommand '" + what + "'");
        }
    }

    private static boolean takes(String name, List<byte[]> args, int least, int most, Reply reply) {
        boolean fits = args.size() >= least && args.size() <= most;
        if (!fits) {
            reply.error("ERR wrong number of arguments for '" + name.toLowerCase(Locale.ROOT) + "' command");
        }
        return fits;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
