package pollux.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The verification types of a place in the code, by slot: a long or double local takes two, the second is TOP. Operand
 * stack entries are one each, whatever their size.
 *
 * @param locals by slot
 * @param stack bottom first
 */
record SlotFrame(List<Object> locals, List<Object> stack) {

    static SlotFrame of(FrameNode frame) {
        List<Object> locals = new ArrayList<>();
        if (frame.local != null) {
            for (Object type : frame.local) {
                locals.add(type);
                if (isWide(type)) {
                    locals.add(Opcodes.TOP);
                }
            }
        }
        return new SlotFrame(locals, frame.stack == null ? new ArrayList<>() : new ArrayList<>(frame.stack));
    }

    /** From the lists of ASM's AnalyzerAdapter, where both locals and stack entries of size two are followed by TOP. */
    static SlotFrame ofSlots(List<Object> localSlots, List<Object> stackSlots) {
        List<Object> stack = new ArrayList<>();
        for (int i = 0; i < stackSlots.size(); i++) {
            Object type = stackSlots.get(i);
            stack.add(type);
            if (isWide(type)) {
                i++;
            }
        }
        return new SlotFrame(new ArrayList<>(localSlots), stack);
    }

    /** The types with which a method begins. */
    static SlotFrame ofParameters(String owner, MethodNode method) {
        List<Object> locals = new ArrayList<>();
        if ((method.access & Opcodes.ACC_STATIC) == 0) {
            locals.add(owner);
        }
        for (Type argument : Type.getArgumentTypes(method.desc)) {
            switch (argument.getSort()) {
                case Type.LONG -> {
                    locals.add(Opcodes.LONG);
                    locals.add(Opcodes.TOP);
                }
                case Type.DOUBLE -> {
                    locals.add(Opcodes.DOUBLE);
                    locals.add(Opcodes.TOP);
                }
                case Type.FLOAT -> locals.add(Opcodes.FLOAT);
                case Type.ARRAY, Type.OBJECT -> locals.add(argument.getInternalName());
                default -> locals.add(Opcodes.INTEGER);
            }
        }
        return new SlotFrame(locals, List.of());
    }

    FrameNode toNode() {
        List<Object> entries = new ArrayList<>();
        for (int slot = 0; slot < locals.size(); slot++) {
            Object type = locals.get(slot);
            entries.add(type);
            if (isWide(type)) {
                slot++;
            }
        }
        while (!entries.isEmpty() && entries.get(entries.size() - 1) == Opcodes.TOP) {
            entries.remove(entries.size() - 1);
        }
        return new FrameNode(Opcodes.F_NEW, entries.size(), entries.toArray(), stack.size(), stack.toArray());
    }

    Object local(int slot) {
        return slot < locals.size() ? locals.get(slot) : Opcodes.TOP;
    }

    /** Returns this frame with another type in one slot. */
    SlotFrame with(int slot, Object type) {
        List<Object> changed = new ArrayList<>(locals);
        while (changed.size() <= slot) {
            changed.add(Opcodes.TOP);
        }
        changed.set(slot, type);
        return new SlotFrame(changed, stack);
    }

    /** Returns this frame with the locals of another one in the slots that are free here. */
    SlotFrame and(SlotFrame other) {
        SlotFrame both = this;
        for (int slot = 0; slot < other.locals.size(); slot++) {
            Object type = other.local(slot);
            boolean taken = both.local(slot) != Opcodes.TOP || slot > 0 && isWide(both.local(slot - 1));
            if (type != Opcodes.TOP && !taken && !(isWide(type) && both.local(slot + 1) != Opcodes.TOP)) {
                both = both.with(slot, type);
                if (isWide(type)) {
                    both = both.with(slot + 1, Opcodes.TOP);
                }
            }
        }
        return both;
    }

    /** Returns this frame with other operands. */
    SlotFrame withStack(List<Object> operands) {
        return new SlotFrame(locals, operands);
    }

    /** Returns this frame with one more operand on top. */
    SlotFrame push(Object type) {
        List<Object> operands = new ArrayList<>(stack);
        operands.add(type);
        return new SlotFrame(locals, operands);
    }

    /** Returns this frame without the topmost operand. */
    SlotFrame pop() {
        return new SlotFrame(locals, new ArrayList<>(stack.subList(0, stack.size() - 1)));
    }

    /** Tells whether a field can hold each of its values: none is of an object that is not initialized yet. */
    boolean isPlain() {
        return Stream.concat(locals.stream(), stack.stream())
                .allMatch(type -> type == Opcodes.TOP || type == Opcodes.NULL || descriptor(type) != null);
    }

    static boolean isWide(Object type) {
        return type == Opcodes.LONG || type == Opcodes.DOUBLE;
    }

    /**
     * Returns the descriptor of a field that holds a value of this verification type; null if there is nothing to hold.
     */
    static @Nullable String descriptor(Object type) {
        if (type == Opcodes.INTEGER) {
            return "I";
        } else if (type == Opcodes.LONG) {
            return "J";
        } else if (type == Opcodes.FLOAT) {
            return "F";
        } else if (type == Opcodes.DOUBLE) {
            return "D";
        } else if (type instanceof String name) {
            return name.startsWith("[") ? name : "L" + name + ";";
        }
        return null;
    }
}
