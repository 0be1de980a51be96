package pollux.compiler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;

/** One await: the types around it, and which value is kept in which field while it is suspended. */
final class Suspension {

    /** A value to keep: in a local slot, or on the operand stack below the future (slot is -1). */
    record Kept(int slot, Object type, StateClass.@Nullable Field field) {}

    final AbstractInsnNode insn;
    final SlotFrame frame;
    final boolean guarded;
    final int line;
    final List<Kept> locals = new ArrayList<>();
    final List<Kept> operands = new ArrayList<>();
    final LabelNode poll = new LabelNode();
    final LabelNode suspend = new LabelNode();
    final LabelNode resume = new LabelNode();
    int label;

    /**
     * Plans one await.
     *
     * @param insn the await, or the first node of the code
     * @param frame the types before it, with the future on top of the operands
     * @param live the slots that are read later
     * @param first the first slot that belongs to the user's code and has to be restored
     * @param guarded whether an exception handler is around it
     * @param line its source line
     * @param fields hands out fields from the first on
     */
    Suspension(
            AbstractInsnNode insn,
            SlotFrame frame,
            BitSet live,
            int first,
            boolean guarded,
            int line,
            StateClass.Allocator fields) {
        this.insn = insn;
        // where it goes on the future comes out of a field: whatever its class was, a Future is all that is known there
        this.frame = frame.pop().push(Names.FUTURE);
        this.guarded = guarded;
        this.line = line;
        for (int slot = first; slot < frame.locals().size(); slot++) {
            Object type = frame.local(slot);
            if (type == Opcodes.TOP) {
                continue;
            }
            String descriptor = live.get(slot) ? SlotFrame.descriptor(type) : null;
            locals.add(new Kept(slot, type, descriptor == null ? null : fields.next(descriptor)));
            if (SlotFrame.isWide(type)) {
                slot++;
            }
        }
        for (Object type : frame.pop().stack()) {
            if (type instanceof LabelNode) {
                throw new WeaveException(Texts.SHAPE, line);
            }
            String descriptor = SlotFrame.descriptor(type);
            operands.add(new Kept(-1, type, descriptor == null ? null : fields.next(descriptor)));
        }
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

    /** Tells whether a field holds something while this await is suspended. */
    boolean uses(StateClass.Field field) {
        return locals.stream().anyMatch(kept -> field.equals(kept.field))
                || operands.stream().anyMatch(kept -> field.equals(kept.field));
    }
}
