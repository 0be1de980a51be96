package pollux.compiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.LabelNode;

/**
 * What several awaits of a large method keep in the same variables: one sequence of instructions stores it for all of
 * them, and one loads it, so that the code does not grow with awaits × variables.
 *
 * <p>The variables that most of the awaits keep are stored last. An await enters the sequence at the first one that it
 * keeps; what it does not keep of those after that gets a default value before. So an await with fewer variables than
 * the next, the usual case, stores exactly its own. All of the variables are loaded, whatever was stored: the rest is
 * not read.
 */
final class SharedSlots {

    /** Bytes of code that store one variable and load it again; and that give one a default value. */
    private static final int KEEP = 13;

    private static final int DEFAULT = 3;

    /** Below so many bytes that all awaits of a method take to store and load, each has instructions of its own. */
    private static final int WORTHWHILE = 1_000;

    /** Where everything is loaded. */
    final LabelNode restore = new LabelNode();

    /** In the order in which they are stored. */
    final List<Suspension.Kept> slots = new ArrayList<>();

    final List<Suspension> members = new ArrayList<>();

    private final Map<Integer, Object> types = new TreeMap<>();
    private final Map<Integer, LabelNode> entries = new HashMap<>();
    /** By slot: how many members keep its value. */
    private final Map<Integer, Integer> uses = new HashMap<>();

    private SharedSlots() {}

    /** Groups awaits, hands out fields to all of them, and returns the groups of two or more. */
    static List<SharedSlots> assign(List<Suspension> suspensions, StateClass state) {
        List<SharedSlots> groups = new ArrayList<>();
        // for tests: 0 makes all methods share
        int worthwhile = Integer.getInteger("pollux.share", WORTHWHILE);
        if (KEEP * suspensions.stream().mapToInt(s -> s.kept().cardinality()).sum() >= worthwhile) {
            suspensions.forEach(suspension -> join(suspension, groups));
            groups.removeIf(group -> group.members.size() < 2);
        }
        for (SharedSlots group : groups) {
            StateClass.Allocator fields = state.allocator();
            group.order(fields);
            for (Suspension member : group.members) {
                member.assign(fields.copy(), group);
                group.entries.put(group.storedBy(member).get(0).slot(), new LabelNode());
            }
        }
        suspensions.stream().filter(s -> s.shared() == null).forEach(s -> s.assign(state.allocator(), null));
        return groups;
    }

    /** Adds an await to the group where it costs the least, or to a new one. */
    private static void join(Suspension suspension, List<SharedSlots> groups) {
        int least = KEEP * suspension.kept().cardinality();
        if (least == 0) {
            return;
        }
        SharedSlots best = null;
        for (SharedSlots group : groups) {
            int cost = group.cost(suspension);
            if (cost < least) {
                least = cost;
                best = group;
            }
        }
        if (best == null) {
            best = new SharedSlots();
            groups.add(best);
        }
        best.members.add(suspension);
        for (Suspension.Kept kept : suspension.locals) {
            if (suspension.kept().get(kept.slot()) && best.isFree(kept.slot(), kept.type())) {
                best.types.put(kept.slot(), kept.type());
            }
            if (suspension.kept().get(kept.slot()) && best.has(kept)) {
                best.uses.merge(kept.slot(), 1, Integer::sum);
            }
        }
    }

    /**
     * As the group is now; what fewer awaits keep than each of the common values is stored before them, and costs
     * nothing.
     */
    private int cost(Suspension suspension) {
        int fewest = Integer.MAX_VALUE;
        int common = 0;
        int cost = 0;
        for (Suspension.Kept kept : suspension.locals) {
            if (!suspension.kept().get(kept.slot())) {
                continue;
            }
            if (has(kept)) {
                int used = users(kept) + 1;
                fewest = Math.min(fewest, used);
                common++;
            } else {
                cost += KEEP;
            }
        }
        if (common == 0) {
            return Integer.MAX_VALUE;
        }
        int least = fewest;
        long later = uses.values().stream().filter(used -> used >= least).count();
        return cost + DEFAULT * Math.max(0, (int) later - common);
    }

    private int users(Suspension.Kept shared) {
        return Objects.requireNonNull(uses.get(shared.slot()));
    }

    private boolean isFree(int slot, Object type) {
        return !types.containsKey(slot)
                && !(SlotFrame.isWide(type) && types.containsKey(slot + 1))
                && !(slot > 0 && SlotFrame.isWide(types.getOrDefault(slot - 1, Opcodes.TOP)));
    }

    /** Tells whether values of exactly this type are shared in the slot of a variable. */
    boolean has(Suspension.Kept local) {
        return local.type().equals(types.get(local.slot()));
    }

    /** Returns the shared variable in a slot. */
    Suspension.Kept slot(int slot) {
        return slots.stream().filter(kept -> kept.slot() == slot).findFirst().orElseThrow();
    }

    private void order(StateClass.Allocator fields) {
        types.forEach((slot, type) -> slots.add(
                new Suspension.Kept(slot, type, fields.next(Objects.requireNonNull(SlotFrame.descriptor(type))))));
        slots.sort(Comparator.comparingInt(this::users).thenComparingInt(kept -> -kept.slot()));
    }

    /** Returns what is stored while a member is suspended, its own and the defaults of others. */
    List<Suspension.Kept> storedBy(Suspension member) {
        int first = 0;
        while (!member.locals.contains(slots.get(first))) {
            first++;
        }
        return slots.subList(first, slots.size());
    }

    /** Returns where a member enters the sequence that stores. */
    LabelNode entry(Suspension member) {
        return Objects.requireNonNull(entries.get(storedBy(member).get(0).slot()));
    }

    /** Returns the label before the store of a variable; null if no member enters there. */
    @Nullable
    LabelNode entryAt(Suspension.Kept stored) {
        return entries.get(stored.slot());
    }

    /** Returns the types that the sequence expects from one of its places on. */
    SlotFrame frameFrom(int place) {
        SlotFrame frame = new SlotFrame(List.of(), List.of());
        for (Suspension.Kept kept : slots.subList(place, slots.size())) {
            frame = frame.with(kept.slot(), kept.type());
        }
        return frame;
    }
}
