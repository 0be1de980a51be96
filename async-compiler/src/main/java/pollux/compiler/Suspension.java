package pollux.compiler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;

/** One await: the types around it, and which value is kept in which field while it is suspended. */
final class Suspension {

    /** A value to keep: in a local slot, or on the operand stack below the future (slot is -1). */
    record Kept(int slot, Object type, StateClass.@Nullable Field field) {

        /** Returns the field of a value that has one: of all that awaits share, for example. */
        StateClass.Field requiredField() {
            return Objects.requireNonNull(field);
        }
    }

    final AbstractInsnNode insn;
    final SlotFrame frame;
    final boolean guarded;
    final int line;
    final List<Kept> locals = new ArrayList<>();
    final List<Kept> operands = new ArrayList<>();
    /** Where it polls when it is resumed. */
    final LabelNode poll = new LabelNode();

    final LabelNode suspend = new LabelNode();
    final LabelNode resume = new LabelNode();

    /** Behind its poll, if it polls before its variables are back. */
    final LabelNode polledAgain = new LabelNode();

    /** Where the answer of that poll is taken. */
    final LabelNode answered = new LabelNode();
    /** The type of what the poll leaves: if the code takes a number out of its box at once, that of the number. */
    final Object answer;

    /** Whether it takes the number out of its box in place of what stands behind it. */
    final boolean takesNumber;

    int label;

    /** The slots whose values are kept. */
    private final BitSet kept = new BitSet();

    private final boolean isInLoop;
    private @Nullable SharedSlots shared;
    private boolean isPolledFirst;
    private boolean isResumedAtHeader;

    /**
     * Plans one await; it gets its fields later.
     *
     * @param insn the await, or the first node of the code
     * @param frame the types before it, with the future on top of the operands
     * @param live the slots that are read later
     * @param first the first slot that belongs to the user's code and has to be restored
     * @param guarded whether an exception handler is around it
     * @param isInLoop whether control may come back to it
     * @param line its source line
     */
    Suspension(
            AbstractInsnNode insn,
            SlotFrame frame,
            BitSet live,
            int first,
            boolean guarded,
            boolean isInLoop,
            int line) {
        this.insn = insn;
        // where it goes on the future comes out of a field: whatever its class was, a Future is all that is known there
        this.frame = frame.pop().push(Names.FUTURE);
        Object taken = Numbers.taken(insn);
        this.answer = direct() == null ? taken : Names.OBJECT;
        this.takesNumber = answer != Names.OBJECT || taken == number();
        this.guarded = guarded;
        this.isInLoop = isInLoop;
        this.line = line;
        for (int slot = first; slot < frame.locals().size(); slot++) {
            Object type = frame.local(slot);
            if (type == Opcodes.TOP) {
                continue;
            }
            if (live.get(slot) && SlotFrame.descriptor(type) != null) {
                kept.set(slot);
            }
            locals.add(new Kept(slot, type, null));
            if (SlotFrame.isWide(type)) {
                slot++;
            }
        }
        for (Object type : frame.pop().stack()) {
            if (type instanceof LabelNode) {
                throw new WeaveException(Texts.SHAPE, line);
            }
            operands.add(new Kept(-1, type, null));
        }
    }

    /** Returns the call that takes the place of a first poll; null if there is none. */
    DirectCalls.@Nullable Target direct() {
        return insn instanceof AwaitInsn await ? await.direct : null;
    }

    /** Returns the type of the number that a direct call answers, see {@link DirectCalls.Callee#number}; or null. */
    @Nullable
    Object number() {
        DirectCalls.Target direct = direct();
        return direct == null || direct.callee() == null
                ? null
                : direct.callee().number();
    }

    /** Tells whether it waits for the next turn of a loop, see {@link TurnInsn}. */
    boolean isTurn() {
        return insn instanceof AwaitInsn await && await.isTurn;
    }

    /** Tells whether control may come back to it. */
    boolean isInLoop() {
        return isInLoop;
    }

    /** Makes it poll before its variables are back when it is resumed: in loops that takes less time. */
    void pollFirst() {
        isPolledFirst = true;
    }

    boolean isPolledFirst() {
        return isPolledFirst;
    }

    /** Makes a turn go on at the header of its loop: what leads from there to its place is done again. */
    void resumeAtHeader() {
        isResumedAtHeader = true;
    }

    boolean isResumedAtHeader() {
        return isResumedAtHeader;
    }

    /** Returns the types behind its poll. */
    SlotFrame polled() {
        return frame.pop().push(answer);
    }

    BitSet kept() {
        return kept;
    }

    /** Returns what is stored and loaded together with the values of other awaits; null if nothing is. */
    @Nullable
    SharedSlots shared() {
        return shared;
    }

    /**
     * Gives the kept values their fields.
     *
     * @param fields hands out those of its own
     * @param group has those that other awaits use, too; null if this one shares nothing
     */
    void assign(StateClass.Allocator fields, @Nullable SharedSlots group) {
        this.shared = group;
        locals.replaceAll(local -> !kept.get(local.slot)
                ? local
                : group != null && group.has(local)
                        ? group.slot(local.slot)
                        : new Kept(local.slot, local.type, field(local, fields)));
        operands.replaceAll(operand -> new Kept(-1, operand.type, field(operand, fields)));
    }

    /**
     * Gives the arguments their fields. One that no await needs the field of may lie where the future of an await is
     * later, if that makes the frame smaller.
     *
     * @param state has the fields of all awaits
     * @param hasSelf whether the code has a receiver
     * @param isCast tells to which types the code may cast
     */
    void assignArguments(StateClass state, boolean hasSelf, Predicate<String> isCast) {
        int least = state.fieldCount();
        assign(state.allocator(), null);
        for (int i = 0; i < locals.size(); i++) {
            Kept local = locals.get(i);
            if (local.field != null
                    && local.type instanceof String type
                    && isCast.test(type)
                    && state.removeIfSmaller(local.field, least, hasSelf)) {
                locals.set(i, new Kept(local.slot, local.type, StateClass.CHILD));
                return;
            }
        }
    }

    private static StateClass.@Nullable Field field(Kept value, StateClass.Allocator fields) {
        String descriptor = SlotFrame.descriptor(value.type);
        return descriptor == null ? null : fields.next(descriptor);
    }

    /** Tells whether a local variable is among those that the group loads, with its value or a default one. */
    boolean isShared(Kept local) {
        return shared != null && shared.has(local);
    }

    /** Returns the values that this await stores by itself: what it does not share. */
    List<Kept> ownLocals() {
        return locals.stream().filter(local -> !isShared(local)).toList();
    }

    /**
     * Returns what this await stores for the group: its values, and default values of variables that it does not keep.
     */
    List<Kept> storedForGroup() {
        return shared == null ? List.of() : shared.storedBy(this);
    }

    /** Returns the slots that hold something at this await and are not kept. */
    BitSet forgotten() {
        BitSet slots = new BitSet();
        for (Kept kept : locals) {
            if (kept.field == null && kept.type != Opcodes.NULL) {
                slots.set(kept.slot);
            }
        }
        return slots;
    }

    /** Returns the fields that are written when this await suspends. */
    Set<StateClass.Field> written() {
        Set<StateClass.Field> fields = new HashSet<>();
        Stream.of(locals, operands, storedForGroup())
                .flatMap(List::stream)
                .map(Kept::field)
                .filter(Objects::nonNull)
                .forEach(fields::add);
        return fields;
    }
}
