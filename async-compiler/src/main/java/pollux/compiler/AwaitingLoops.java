package pollux.compiler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Makes enhanced for statements over {@code each(…)} await their items, and close their source on every way out.
 *
 * <p>Such a loop is known by the call that begins it, {@code iterator()} of an {@code AsyncIterable}, and by the local variable
 * that the result is stored in.
 */
final class AwaitingLoops {

    /*
     * javac compiles `for (T x : each(s)) body` to
     *
     *         each(s).iterator(); ASTORE it
     *     L0: ALOAD it; Iterator.hasNext(); IFEQ end
     *         ALOAD it; Iterator.next(); …body…; GOTO L0
     *     end:
     *
     * The scope of the loop is where `it` still holds that iterator. The frames of the class file tell: javac declares a
     * variable in them only as far as it is in scope. An instruction that is no longer covered by all the exception
     * handlers that are around the loop is outside as well: it belongs to a finally block that javac copied into the way of
     * a return, and by then the loop has been left. On each way out of the scope, except the one where hasNext() said
     * false, `it.close()` is awaited:
     *
     *     a jump            goes to a stub at the end of the method, which closes and jumps on
     *     falling out       code in between
     *     a return          code before it; the result waits on the operand stack
     *     an exception      a handler around the scope, inside of the handlers around the loop, closes and throws on
     *
     * Loops are treated in the order of the code, so outer ones first: the handler of an outer loop is then one of those
     * around the inner loop, and the ways out of the inner one lead through the stubs of the outer one.
     */

    private final MethodNode method;
    private final boolean isStatic;
    private final String owner;
    /** For each return, the first instruction of the closing code that was put before it: inner loops close before. */
    private final Map<AbstractInsnNode, AbstractInsnNode> returns = new HashMap<>();

    private AwaitingLoops(String owner, MethodNode method) {
        this.owner = owner;
        this.method = method;
        this.isStatic = (method.access & Opcodes.ACC_STATIC) != 0;
    }

    /** Tells whether an instruction is the call that begins such a loop. */
    static boolean begins(AbstractInsnNode insn) {
        return iteratorSlot(insn) != null;
    }

    /** Rewrites all such loops of a method. */
    static void lower(String owner, MethodNode method) {
        AwaitingLoops loops = new AwaitingLoops(owner, method);
        for (AbstractInsnNode insn : method.instructions.toArray()) {
            VarInsnNode store = iteratorSlot(insn);
            if (store != null) {
                loops.lower(store);
            }
        }
    }

    private static @Nullable VarInsnNode iteratorSlot(AbstractInsnNode insn) {
        return insn instanceof MethodInsnNode call
                        && call.name.equals("iterator")
                        && (call.desc.equals("()L" + Names.ASYNC_ITERATOR + ";") // javac
                                || call.owner.equals(Names.ASYNC_ITERABLE)) // ecj calls Iterable's method
                        && Code.real(call.getNext()) instanceof VarInsnNode store
                        && store.getOpcode() == Opcodes.ASTORE
                ? store
                : null;
    }

    // ------------------------------------------------------------------ one loop

    private void lower(VarInsnNode store) {
        int slot = store.var;
        Code code = new Code(method);
        List<TryCatchBlockNode> around = code.handlers(store);
        Set<AbstractInsnNode> scope = scope(code, store, around);

        Set<AbstractInsnNode> exhausted = new HashSet<>();
        for (AbstractInsnNode insn : scope) {
            if (isHasNext(insn, slot)) {
                AbstractInsnNode test = Code.real(insn.getNext());
                if (test != null && (test.getOpcode() == Opcodes.IFEQ || test.getOpcode() == Opcodes.IFNE)) {
                    exhausted.add(test);
                }
            }
        }
        List<LabelNode[]> ranges = ranges(code, scope);
        leaveByJump(code, scope, exhausted, slot, around);
        leaveByFallingOut(scope, exhausted, slot);
        leaveByReturn(scope, slot);
        leaveByException(ranges, slot, around);
        for (AbstractInsnNode insn : scope) {
            if (isHasNext(insn, slot)) {
                awaitNext((MethodInsnNode) insn);
            }
        }
    }

    private static boolean isHasNext(AbstractInsnNode insn, int slot) {
        return insn instanceof MethodInsnNode call
                && call.owner.equals(Names.ITERATOR)
                && call.name.equals("hasNext")
                && previousReal(call) instanceof VarInsnNode load
                && load.getOpcode() == Opcodes.ALOAD
                && load.var == slot;
    }

    private static @Nullable AbstractInsnNode previousReal(AbstractInsnNode insn) {
        AbstractInsnNode node = insn.getPrevious();
        while (node != null && node.getOpcode() < 0) {
            node = node.getPrevious();
        }
        return node;
    }

    /** The instructions where the iterator is in its slot, with all the handlers of the loop around them. */
    private Set<AbstractInsnNode> scope(Code code, VarInsnNode store, List<TryCatchBlockNode> around) {
        Set<AbstractInsnNode> scope = new HashSet<>();
        ArrayDeque<AbstractInsnNode> work = new ArrayDeque<>();
        enter(store.getNext(), store, code, around, scope, work);
        while (!work.isEmpty()) {
            AbstractInsnNode insn = work.pop();
            if (insn instanceof VarInsnNode other
                    && (other.var == store.var || other.var == store.var - 1 && isWideStore(other))
                    && other.getOpcode() >= Opcodes.ISTORE
                    && other.getOpcode() <= Opcodes.ASTORE) {
                continue;
            }
            // where hasNext() said false there is nothing to close; javac's frames say so too, ecj's do not
            boolean test = previousReal(insn) instanceof MethodInsnNode call && isHasNext(call, store.var);
            if (!test || insn.getOpcode() != Opcodes.IFEQ) {
                for (LabelNode target : Code.targets(insn)) {
                    enter(target, store, code, around, scope, work);
                }
            }
            if (Code.fallsThrough(insn) && !(test && insn.getOpcode() == Opcodes.IFNE)) {
                enter(insn.getNext(), store, code, around, scope, work);
            }
            for (TryCatchBlockNode block : code.handlers(insn)) {
                enter(block.handler, store, code, around, scope, work);
            }
        }
        return scope;
    }

    private static boolean isWideStore(VarInsnNode store) {
        return store.getOpcode() == Opcodes.LSTORE || store.getOpcode() == Opcodes.DSTORE;
    }

    private static void enter(
            @Nullable AbstractInsnNode place,
            VarInsnNode store,
            Code code,
            List<TryCatchBlockNode> around,
            Set<AbstractInsnNode> scope,
            ArrayDeque<AbstractInsnNode> work) {
        AbstractInsnNode insn = Code.real(place);
        if (insn == null || scope.contains(insn)) {
            return;
        }
        FrameNode frame = Code.frameAt(place);
        if (frame != null) {
            Object type = SlotFrame.of(frame).local(store.var);
            if (!Names.ITERATOR.equals(type) && !Names.ASYNC_ITERATOR.equals(type)) {
                return;
            }
        }
        List<TryCatchBlockNode> handlers = code.handlers(insn);
        for (TryCatchBlockNode outer : around) {
            if (handlers.stream().noneMatch(h -> h.handler == outer.handler)) {
                return;
            }
        }
        scope.add(insn);
        work.add(insn);
    }

    private boolean isInScope(@Nullable AbstractInsnNode place, Set<AbstractInsnNode> scope) {
        AbstractInsnNode insn = Code.real(place);
        return insn != null && scope.contains(insn);
    }

    // ------------------------------------------------------------------ the ways out

    private void leaveByJump(
            Code code,
            Set<AbstractInsnNode> scope,
            Set<AbstractInsnNode> exhausted,
            int slot,
            List<TryCatchBlockNode> around) {
        Map<LabelNode, LabelNode> stubs = new LinkedHashMap<>();
        for (AbstractInsnNode insn : inOrder(code, scope)) {
            if (exhausted.contains(insn) && insn.getOpcode() == Opcodes.IFEQ) {
                continue;
            }
            for (LabelNode target : Set.copyOf(Code.targets(insn))) {
                if (!isInScope(target, scope)) {
                    retarget(insn, target, stubs.computeIfAbsent(target, t -> new LabelNode()));
                }
            }
        }
        stubs.forEach((target, stub) -> {
            FrameNode frame = Code.frameAt(target);
            if (frame == null) {
                throw new WeaveException(Texts.SHAPE, Code.line(target));
            }
            InsnList out = new InsnList();
            out.add(stub);
            out.add(SlotFrame.of(frame).with(slot, Names.ITERATOR).toNode());
            out.add(close(slot));
            out.add(new JumpInsnNode(Opcodes.GOTO, target));
            appendCovered(out, stub, around);
        });
    }

    private static List<AbstractInsnNode> inOrder(Code code, Set<AbstractInsnNode> scope) {
        List<AbstractInsnNode> ordered = new ArrayList<>(scope);
        ordered.sort((a, b) -> Integer.compare(code.position(a), code.position(b)));
        return ordered;
    }

    private static void retarget(AbstractInsnNode insn, LabelNode from, LabelNode to) {
        if (insn instanceof JumpInsnNode jump) {
            jump.label = to;
        } else if (insn instanceof TableSwitchInsnNode table) {
            table.labels.replaceAll(label -> label == from ? to : label);
            table.dflt = table.dflt == from ? to : table.dflt;
        } else if (insn instanceof LookupSwitchInsnNode lookup) {
            lookup.labels.replaceAll(label -> label == from ? to : label);
            lookup.dflt = lookup.dflt == from ? to : lookup.dflt;
        }
    }

    private void leaveByFallingOut(Set<AbstractInsnNode> scope, Set<AbstractInsnNode> exhausted, int slot) {
        for (AbstractInsnNode insn : List.copyOf(scope)) {
            boolean exhaustedHere = exhausted.contains(insn) && insn.getOpcode() == Opcodes.IFNE;
            if (Code.fallsThrough(insn) && !exhaustedHere && !isInScope(insn.getNext(), scope)) {
                method.instructions.insert(insn, close(slot));
            }
        }
    }

    private void leaveByReturn(Set<AbstractInsnNode> scope, int slot) {
        for (AbstractInsnNode insn : scope) {
            if (Code.isReturn(insn)) {
                InsnList closing = close(slot);
                AbstractInsnNode first = closing.getFirst();
                method.instructions.insertBefore(returns.getOrDefault(insn, insn), closing);
                returns.put(insn, first);
            }
        }
    }

    /** Puts labels around each run of instructions of the scope; done first, so that what is inserted later lies inside. */
    private List<LabelNode[]> ranges(Code code, Set<AbstractInsnNode> scope) {
        List<LabelNode[]> ranges = new ArrayList<>();
        AbstractInsnNode last = null;
        LabelNode start = null;
        for (AbstractInsnNode insn : code.method.instructions.toArray()) {
            if (insn.getOpcode() < 0) {
                continue;
            }
            if (scope.contains(insn)) {
                if (start == null) {
                    start = new LabelNode();
                    method.instructions.insertBefore(insn, start);
                }
                last = insn;
            } else if (start != null) {
                ranges.add(closeRange(start, last));
                start = null;
            }
        }
        if (start != null) {
            ranges.add(closeRange(start, last));
        }
        return ranges;
    }

    private LabelNode[] closeRange(LabelNode start, AbstractInsnNode last) {
        LabelNode end = new LabelNode();
        method.instructions.insert(last, end);
        return new LabelNode[] {start, end};
    }

    private void leaveByException(List<LabelNode[]> ranges, int slot, List<TryCatchBlockNode> around) {
        LabelNode handler = new LabelNode();
        int thrown = method.maxLocals++;
        SlotFrame frame = new SlotFrame(new ArrayList<>(), new ArrayList<>());
        if (!isStatic) {
            frame = frame.with(0, owner);
        }
        // what the handlers around the loop go on with has to reach them
        for (TryCatchBlockNode outer : around) {
            FrameNode declared = Code.frameAt(outer.handler);
            if (declared != null) {
                SlotFrame outerFrame = SlotFrame.of(declared);
                for (int i = 0; i < outerFrame.locals().size(); i++) {
                    if (frame.local(i) == Opcodes.TOP && outerFrame.local(i) != Opcodes.TOP) {
                        frame = frame.with(i, outerFrame.local(i));
                        if (SlotFrame.isWide(outerFrame.local(i))) {
                            frame = frame.with(i + 1, Opcodes.TOP);
                        }
                    }
                }
            }
        }
        frame = frame.with(slot, Names.ITERATOR).push("java/lang/Throwable");
        InsnList out = new InsnList();
        out.add(handler);
        out.add(frame.toNode());
        out.add(new VarInsnNode(Opcodes.ASTORE, thrown));
        out.add(close(slot));
        out.add(new VarInsnNode(Opcodes.ALOAD, thrown));
        out.add(new InsnNode(Opcodes.ATHROW));
        int index = around.isEmpty() ? method.tryCatchBlocks.size() : method.tryCatchBlocks.indexOf(around.get(0));
        for (TryCatchBlockNode block : method.tryCatchBlocks) {
            if (around.stream().anyMatch(a -> a.handler == block.handler)) {
                index = Math.min(index, method.tryCatchBlocks.indexOf(block));
            }
        }
        for (LabelNode[] range : ranges) {
            method.tryCatchBlocks.add(index++, new TryCatchBlockNode(range[0], range[1], handler, null));
        }
        appendCovered(out, handler, around);
    }

    /** Appends code that runs under the handlers around the loop. */
    private void appendCovered(InsnList code, LabelNode start, List<TryCatchBlockNode> around) {
        LabelNode end = new LabelNode();
        code.add(end);
        method.instructions.add(code);
        for (TryCatchBlockNode outer : around) {
            TryCatchBlockNode copy = new TryCatchBlockNode(start, end, outer.handler, outer.type);
            method.tryCatchBlocks.add(method.tryCatchBlocks.indexOf(outer) + 1, copy);
        }
    }

    private static InsnList close(int slot) {
        InsnList code = new InsnList();
        code.add(new VarInsnNode(Opcodes.ALOAD, slot));
        code.add(new TypeInsnNode(Opcodes.CHECKCAST, Names.ASYNC_ITERATOR));
        code.add(new MethodInsnNode(
                Opcodes.INVOKEINTERFACE, Names.ASYNC_ITERATOR, "close", "()" + Names.FUTURE_DESC, true));
        code.add(new AwaitInsn());
        code.add(new InsnNode(Opcodes.POP));
        return code;
    }

    private void awaitNext(MethodInsnNode hasNext) {
        InsnList code = new InsnList();
        code.add(new TypeInsnNode(Opcodes.CHECKCAST, Names.ASYNC_ITERATOR));
        code.add(new MethodInsnNode(
                Opcodes.INVOKEINTERFACE, Names.ASYNC_ITERATOR, "advance", "()" + Names.FUTURE_DESC, true));
        code.add(new AwaitInsn());
        Normalizer.adapt(code, Type.BOOLEAN_TYPE);
        method.instructions.insertBefore(hasNext, code);
        method.instructions.remove(hasNext);
    }
}
