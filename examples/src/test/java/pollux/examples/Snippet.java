package pollux.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One fenced Java block of a Markdown page; {@link SnippetsTest} tells the convention.
 *
 * @param page the page, relative to the root
 * @param line the line of the opening fence, from 1
 * @param run whether it is marked to be run
 * @param code the lines of the block
 * @param hidden the lines of the hidden members before it
 */
record Snippet(String page, int line, boolean run, List<String> code, List<String> hidden) {

    /**
     * What every block finds imported, as docs/imports.md says. Single types win over whole packages, so {@code Future}
     * is always Pollux's.
     */
    static final List<String> IMPORTS = List.of(
            "java.time.Duration",
            "java.util.*",
            "java.util.concurrent.*",
            "java.util.concurrent.atomic.*",
            "java.util.function.*",
            "pollux.Pollux",
            "pollux.future.*",
            "pollux.future.Future",
            "pollux.sync.*",
            "pollux.time.*",
            "pollux.stream.*",
            "pollux.debug.*",
            "pollux.executor.*",
            "pollux.scope.*",
            "pollux.io.*",
            "pollux.reactive.*",
            "pollux.async.*",
            "pollux.reactor.*",
            "pollux.rxjava.*",
            "pollux.testing.*",
            "reactor.core.publisher.Flux",
            "reactor.core.publisher.Mono",
            "io.reactivex.rxjava3.core.Completable",
            "io.reactivex.rxjava3.core.Flowable",
            "io.reactivex.rxjava3.core.Maybe",
            "io.reactivex.rxjava3.core.Observable",
            "io.reactivex.rxjava3.core.Single");

    private static final Pattern FENCE = Pattern.compile("\\s*(```+|~~~+)\\s*(.*)");

    /** Finds the blocks of a page. */
    static List<Snippet> of(String page, String text) {
        List<String> lines = text.lines().toList();
        List<Snippet> found = new ArrayList<>();
        List<String> hidden = new ArrayList<>();
        for (int at = 0; at < lines.size(); at++) {
            Matcher fence = FENCE.matcher(lines.get(at));
            if (lines.get(at).strip().equals("<!-- java")) {
                int end = end(page, lines, at, line -> line.equals("-->"));
                List<String> members = lines.subList(at + 1, end);
                if (members.stream().anyMatch(line -> line.strip().startsWith("import "))) {
                    throw new AssertionError(page + ":" + (at + 1) + ": a reader needs the imports; show them");
                }
                hidden.addAll(members);
                at = end;
            } else if (fence.matches()) {
                int end = end(page, lines, at, fence.group(1)::equals);
                List<String> info = List.of(fence.group(2).strip().split("\\s+"));
                if (info.contains("imports")) {
                    hidden.addAll(lines.subList(at + 1, end));
                } else if (info.get(0).equals("java")) {
                    boolean run = info.contains("run");
                    found.add(new Snippet(page, at + 1, run, lines.subList(at + 1, end), List.copyOf(hidden)));
                }
                at = end;
            }
        }
        return found;
    }

    private static int end(String page, List<String> lines, int start, Predicate<String> isEnd) {
        for (int at = start + 1; at < lines.size(); at++) {
            if (isEnd.test(lines.get(at).strip())) {
                return at;
            }
        }
        throw new AssertionError(page + ":" + (start + 1) + ": the block is never closed");
    }

    String place() {
        return page + ":" + line;
    }

    /** The lines that the comments say are printed. */
    List<String> prints() {
        return Printed.announcedIn(code);
    }
}
