package pollux.future;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Inspectable} object said about itself at one moment, with the sketches of its parts: a tree of what a
 * task waits for.
 *
 * <p>Drawing one never throws and always ends: texts, parts and depth are bounded, and what refers to itself is cut.
 * Not thread-safe; it belongs to the drawing thread.
 */
public final class AwaitTree {

    /*
     * Bounds, all of them far above what a readable program needs:
     *
     *     DEPTH    so that drawing does not exhaust the stack, however deep the awaits are nested
     *     PARTS    of one object, so that one joinAll of a million does not hide everything else
     *     NODES    of one tree, so that parts of parts of parts stay few as well
     *     LETTERS  of one text that is not ours
     *
     * A part that is also one of its own ancestors is not drawn again: futures are not supposed to be circular, but
     * fields that are read while others write them may look so.
     */
    private static final int DEPTH = 64;
    private static final int PARTS = 1000;
    private static final int NODES = 10_000;
    private static final int LETTERS = 160;

    /** What a {@link Figure} counts. */
    public enum Unit {
        /** A number of things. */
        COUNT,
        /** A time in nanoseconds. */
        NANOS,
        /** The number of a task. */
        TASK
    }

    /**
     * A number that may differ between objects that wait for the same.
     *
     * @param what what it is
     * @param value the number
     * @param unit what it counts
     */
    public record Figure(String what, long value, Unit unit) {}

    private final @Nullable AwaitTree whole;
    private final Object subject;
    private final int depth;
    private final int[] nodesLeft;
    private final List<Figure> figures = new ArrayList<>(2);
    private final List<String> notes = new ArrayList<>(1);
    private final List<AwaitTree> parts = new ArrayList<>(1);
    private String name;
    private @Nullable String detail;
    private long leftOut;
    private long joined;
    private boolean wokenOtherwise;
    private boolean neverWoken;
    private boolean shared;

    private AwaitTree(@Nullable AwaitTree whole, Object subject) {
        this.whole = whole;
        this.subject = subject;
        this.depth = whole == null ? 0 : whole.depth + 1;
        this.nodesLeft = whole == null ? new int[] {NODES} : whole.nodesLeft;
        this.name = subject.getClass().getSimpleName();
    }

    /**
     * Draws an object and what it waits for. Never throws.
     *
     * @param subject a future, a stream, a task
     * @return the sketch
     */
    public static AwaitTree of(Object subject) {
        return new AwaitTree(null, subject).draw();
    }

    private AwaitTree draw() {
        nodesLeft[0]--;
        try {
            if (subject instanceof Inspectable known) {
                known.describe(this);
            } else {
                name = foreign(subject);
            }
        } catch (Throwable failure) {
            wokenOtherwise = true; // unknown
            notes.add("cannot say more: " + failure.getClass().getName());
        }
        return this;
    }

    /** The class, or what {@code toString} says if it says more than that. */
    private static String foreign(Object subject) {
        Class<?> type = subject.getClass();
        String text = ForeignText.of(subject);
        if (text == null || text.startsWith(type.getName() + "@")) {
            text = type.getName();
        }
        return bounded(text);
    }

    /**
     * An address of a hidden class, or an identity hash behind the name of a class: what differs although nothing else
     * does.
     */
    private static final Pattern IDENTITY =
            Pattern.compile("/0x\\p{XDigit}+(@\\p{XDigit}{1,8})?\\b|(?<=[\\p{Alnum}_$\\];>)])@\\p{XDigit}{1,8}\\b");

    private static String bounded(String text) {
        String start = text.length() <= 4 * LETTERS ? text : text.substring(0, 4 * LETTERS);
        String same = start.indexOf('@') < 0 && start.indexOf("/0x") < 0
                ? start
                : IDENTITY.matcher(start).replaceAll("");
        return same.length() <= LETTERS ? same : same.substring(0, LETTERS) + "…";
    }

    // ------------------------------------------------------------------ for who describes itself

    /**
     * Sets what the subject is, instead of its class.
     *
     * @param text the same for all objects that wait for the same
     * @return this
     */
    public AwaitTree name(String text) {
        name = bounded(text);
        return this;
    }

    /**
     * Adds a remark.
     *
     * @param text the same for all objects that wait for the same
     * @return this
     */
    public AwaitTree note(String text) {
        notes.add(bounded(text));
        return this;
    }

    /**
     * Adds a remark that may differ between objects that wait for the same: an address, for instance. Where such
     * objects are shown as one, a few of their details are shown.
     *
     * @param text the detail; a later one takes its place
     * @return this
     */
    public AwaitTree detail(String text) {
        detail = text.length() <= LETTERS ? text : text.substring(0, LETTERS) + "…";
        return this;
    }

    /**
     * Adds a number.
     *
     * @param what what there are so many of
     * @param value how many
     * @return this
     */
    public AwaitTree count(String what, long value) {
        return figure(what, value, Unit.COUNT);
    }

    /**
     * Adds a time.
     *
     * @param what what takes that long
     * @param nanos how long
     * @return this
     */
    public AwaitTree time(String what, long nanos) {
        return figure(what, nanos, Unit.NANOS);
    }

    /**
     * Adds the number of a task.
     *
     * @param what what that task is to the subject
     * @param id its number
     * @return this
     */
    public AwaitTree task(String what, long id) {
        return figure(what, id, Unit.TASK);
    }

    private AwaitTree figure(String what, long value, Unit unit) {
        figures.add(new Figure(what, value, unit));
        return this;
    }

    /**
     * Adds something that the subject waits for, and draws it.
     *
     * @param part a future or a stream; null is left out
     * @return this
     */
    public AwaitTree awaits(@Nullable Object part) {
        if (part == null || part == RawFuture.PENDING) {
            return this;
        }
        if (part == subject || isInside(part)) {
            return note("contains itself").wokenBy();
        }
        if (parts.size() == PARTS || depth == DEPTH || nodesLeft[0] <= 0) {
            leftOut++;
        } else {
            parts.add(new AwaitTree(this, part).draw());
        }
        return this;
    }

    private boolean isInside(Object part) {
        for (AwaitTree around = whole; around != null; around = around.whole) {
            if (around.subject == part) {
                return true;
            }
        }
        return false;
    }

    /**
     * Says that the subject waits for the end of a task, which is drawn elsewhere.
     *
     * @param id the number of the task
     * @return this
     */
    public AwaitTree joins(long id) {
        joined = id;
        return task("", id);
    }

    /**
     * Says that something else than the parts may wake the subject: a timer, for instance.
     *
     * @return this
     */
    public AwaitTree wokenBy() {
        wokenOtherwise = true;
        return this;
    }

    /**
     * Says that nothing will ever wake the subject.
     *
     * @return this
     */
    public AwaitTree neverWoken() {
        neverWoken = true;
        return this;
    }

    /**
     * Says that what is drawn inside belongs to several parties, and is drawn inside each of them.
     *
     * @return this
     */
    public AwaitTree shared() {
        shared = true;
        return this;
    }

    /**
     * Says that the last poll of the subject has asked for no waker. So of what was drawn inside, futures of other
     * libraries and of users cannot wake it; those that describe themselves know better.
     */
    public void forgotten() {
        for (AwaitTree part : parts) {
            if (part.parts.isEmpty() && !(part.subject instanceof Inspectable)) {
                part.note("its last poll kept no waker").neverWoken();
            }
            part.forgotten();
        }
    }

    // ------------------------------------------------------------------ for who looks at it

    /**
     * Returns what the subject is.
     *
     * @return a short text
     */
    public String name() {
        return name;
    }

    /**
     * Returns the numbers, in the order in which they were given.
     *
     * @return a view
     */
    public List<Figure> figures() {
        return Collections.unmodifiableList(figures);
    }

    /**
     * Returns the remarks, in the order in which they were given.
     *
     * @return a view
     */
    public List<String> notes() {
        return Collections.unmodifiableList(notes);
    }

    /**
     * Returns the detail.
     *
     * @return what is special about the subject; null if nothing is
     */
    public @Nullable String detail() {
        return detail;
    }

    /**
     * Returns what the subject waits for.
     *
     * @return a view
     */
    public List<AwaitTree> parts() {
        return Collections.unmodifiableList(parts);
    }

    /**
     * Returns how many parts were not drawn, because there are too many or they are too deep inside.
     *
     * @return the number of parts
     */
    public long leftOut() {
        return leftOut;
    }

    /**
     * Returns the subject if it is a future of Pollux that no more than one task may await, since it wakes the one that
     * has polled it last.
     *
     * @return the future, for comparing only; null if it is none, or nothing wakes it
     */
    public @Nullable Object ownedFuture() {
        return subject instanceof RawFuture && !neverWoken ? subject : null;
    }

    /**
     * Tells whether what is drawn inside belongs to several parties, see {@link #shared}.
     *
     * @return true if the parts are drawn in other trees, too
     */
    public boolean isShared() {
        return shared;
    }

    /**
     * Returns the task whose end the subject waits for.
     *
     * @return its number, 0 if it waits for none
     */
    public long joined() {
        return joined;
    }

    /**
     * Returns how many sketches there are in this tree. Only for the outermost one.
     *
     * @return this one and all inside
     */
    public int size() {
        return NODES - nodesLeft[0];
    }

    /**
     * Tells whether the subject itself may be woken, as far as is known: its parts and the task that it joins not
     * counted.
     *
     * @return false if only those can wake it, or nothing can
     */
    public boolean isWokenByItself() {
        return !neverWoken && (wokenOtherwise || leftOut > 0 || parts.isEmpty() && joined == 0);
    }
}
