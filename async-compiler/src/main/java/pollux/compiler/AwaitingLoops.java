package pollux.compiler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Makes enhanced for statements over {@code each(…)} await their items, and close their source on every way out.
 *
 * <p>Such a loop is known by the call that begins it, {@code iterator()} of an {@code AsyncIterable}, and by the local
 * variable that the result is stored in.
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
     * The scope of the loop is where `it` still holds that iterator. The frames of the class file tell: javac declares
     * a variable in them only as far as it is in scope. An instruction that is no longer covered by all the exception
     * handlers that are around the loop is outside as well: it belongs to a finally block that javac copied into the
     * way of a return, and by then the loop has been left. On each way out of the scope, except the one where hasNext()
     * said false, `it.close()` is awaited:
     *
     *     a jump            goes to a stub at the end of the method, which closes and jumps on
     *     falling out       code in between
     *     a return          code before it; the result waits on the operand stack
     *     an exception      a handler around the scope, inside of the handlers around the loop, closes and throws on
     *     a handler         of the code in the scope that stands outside of it, as javac's for record patterns does: a
     *                       handler of our own closes and jumps on to it
     *
     * Loops are treated from the last to the first, so inner ones before the loops around them. The code that closes an
     * inner loop is then a part of the scope of the outer one: its frames declare the outer iterator, and the handlers
     * around the inner loop cover it. So where one instruction leaves several loops, the inner one closes first, and
     * the outer one closes whatever the closing of the inner one ends with. A loop's own handler does not cover the
     * code that closes it: it closes once.
     *
     * Where next() stands right behind the test, as javac has it, the item comes with the answer of the await, in a
     * variable of its own, and the iterator never holds it (LoopCalls):
     *
     *     L0: ALOAD it; await of LoopCalls.advance; DUP; ASTORE answer; LoopCalls.hasNext; IFEQ end
     *         ALOAD answer; ALOAD it; LoopCalls.next; …body…; GOTO L0
     */

    private final String owner;
    private final MethodNode method;
    private final boolean isStatic;
    private final List<VarInsnNode> stores = new ArrayList<>();

    private AwaitingLoops(String owner, MethodNode method, AwaitPoints points) {
        this.owner = owner;
        this.method = method;
        this.isStatic = (method.access & Opcodes.ACC_STATIC) != 0;
        for (AbstractInsnNode insn : method.instructions) {
            VarInsnNode store = iteratorSlot(insn, points);
            if (store != null && isAsked(method, store.var)) {
                stores.add(store);
            }
        }
    }

    /** Returns the calls that begin such loops in a method. */
    static Set<AbstractInsnNode> begins(MethodNode method, AwaitPoints points) {
        Set<AbstractInsnNode> begins = new HashSet<>();
        for (AbstractInsnNode insn : method.instructions) {
            VarInsnNode store = iteratorSlot(insn, points);
            if (store != null && isAsked(method, store.var)) {
                begins.add(insn);
            }
        }
        return begins;
    }

    /** Rewrites all such loops of a method. */
    static void lower(String owner, MethodNode method, AwaitPoints points) {
        AwaitingLoops loops = new AwaitingLoops(owner, method, points);
        for (int i = loops.stores.size() - 1; i >= 0; i--) {
            loops.lower(loops.stores.get(i), loops.stores.subList(0, i));
        }
    }

    private static @Nullable VarInsnNode iteratorSlot(AbstractInsnNode insn, AwaitPoints points) {
        return insn instanceof MethodInsnNode call
                        && call.name.equals("iterator")
                        && call.desc.startsWith("()L")
                        && (call.desc.equals("()L" + Names.ASYNC_ITERATOR + ";") // javac, of each(…)
                                || points.isAsyncIterable(call.owner)) // a covariant iterator(); ecj calls Iterable's
                        && Code.real(call.getNext()) instanceof VarInsnNode store
                        && store.getOpcode() == Opcodes.ASTORE
                ? store
                : null;
    }

    /** Tells whether some code asks the iterator in a slot as a for statement does; else it is for others to close. */
    private static boolean isAsked(MethodNode method, int slot) {
        for (AbstractInsnNode insn : method.instructions) {
            if (isHasNext(insn, slot)) {
                return true;
            }
        }
        return false;
    }

    // ------------------------------------------------------------------ one loop

    /** Rewrites a loop; the loops before it in the code are still as javac wrote them, and those after it are done. */
    private void lower(VarInsnNode store, List<VarInsnNode> earlier) {
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
        Map<AbstractInsnNode, MethodInsnNode> taken = taken(code, scope, slot);
        SlotFrame kept = kept(code, store, around, earlier);
        nameIterable((MethodInsnNode) Objects.requireNonNull(previousReal(store)));
        List<AbstractInsnNode> ordered = inOrder(code, scope);
        Map<TryCatchBlockNode, Set<AbstractInsnNode>> outside = handlersOutside(code, ordered, scope, around);
        leaveByJump(ordered, scope, exhausted, slot, around, kept);
        leaveToHandlers(outside, slot, around, kept);
        leaveByFallingOut(ordered, scope, exhausted, slot);
        leaveByReturn(ordered, slot);
        for (AbstractInsnNode insn : ordered) {
            if (isHasNext(insn, slot)) {
                awaitNext((MethodInsnNode) insn, taken.get(insn), scope);
            }
        }
        leaveByException(ranges(scope), slot, around, kept);
    }

    /**
     * What holds everywhere in the scope and has to be declared where a loop is left: this, the iterators of the loop
     * and of those around it, and what the handlers around the loop go on with.
     */
    private SlotFrame kept(Code code, VarInsnNode store, List<TryCatchBlockNode> around, List<VarInsnNode> earlier) {
        SlotFrame frame = new SlotFrame(new ArrayList<>(), new ArrayList<>());
        if (!isStatic) {
            frame = frame.with(0, owner);
        }
        for (TryCatchBlockNode outer : around) {
            FrameNode declared = Code.frameAt(outer.handler);
            if (declared != null) {
                frame = frame.and(SlotFrame.of(declared));
            }
        }
        for (VarInsnNode other : earlier) {
            if (scope(code, other, code.handlers(other)).contains(store)) {
                frame = frame.with(other.var, Names.ITERATOR);
            }
        }
        return frame.with(store.var, Names.ITERATOR);
    }

    /** Where the type of the source is an intersection, javac calls a method of Iterable that does not exist. */
    private void nameIterable(MethodInsnNode iterator) {
        if (iterator.owner.equals(Names.ITERABLE)) {
            method.instructions.insertBefore(iterator, new TypeInsnNode(Opcodes.CHECKCAST, Names.ASYNC_ITERABLE));
            iterator.owner = Names.ASYNC_ITERABLE;
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

    /** Returns the calls of next() that follow a hasNext() that says true whatever happens, by the hasNext(). */
    private Map<AbstractInsnNode, MethodInsnNode> taken(Code code, Set<AbstractInsnNode> scope, int slot) {
        Map<AbstractInsnNode, MethodInsnNode> taken = new HashMap<>();
        for (AbstractInsnNode insn : scope) {
            AbstractInsnNode test = isHasNext(insn, slot) ? behind(insn) : null;
            AbstractInsnNode load = test != null && test.getOpcode() == Opcodes.IFEQ ? behind(test) : null;
            if (load instanceof VarInsnNode variable
                    && variable.getOpcode() == Opcodes.ALOAD
                    && variable.var == slot
                    && behind(load) instanceof MethodInsnNode next
                    && next.owner.equals(Names.ITERATOR)
                    && next.name.equals("next")
                    && scope.contains(next)
                    && code.handlers(next).equals(code.handlers(insn))) {
                taken.put(insn, next);
            }
        }
        return taken;
    }

    /** Returns the instruction behind another one; null if something else may lead to it. */
    private @Nullable AbstractInsnNode behind(AbstractInsnNode insn) {
        AbstractInsnNode node = insn.getNext();
        while (node != null && node.getOpcode() < 0) {
            if (node instanceof LabelNode label && Code.isTarget(method, label)) {
                return null;
            }
            node = node.getNext();
        }
        return node;
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
            List<AbstractInsnNode> ordered,
            Set<AbstractInsnNode> scope,
            Set<AbstractInsnNode> exhausted,
            int slot,
            List<TryCatchBlockNode> around,
            SlotFrame kept) {
        Map<LabelNode, LabelNode> stubs = new LinkedHashMap<>();
        for (AbstractInsnNode insn : ordered) {
            if (exhausted.contains(insn) && insn.getOpcode() == Opcodes.IFEQ) {
                continue;
            }
            for (LabelNode target : new LinkedHashSet<>(Code.targets(insn))) {
                if (!isInScope(target, scope)) {
                    Code.retarget(insn, target, stubs.computeIfAbsent(target, t -> new LabelNode()));
                }
            }
        }
        stubs.forEach((target, stub) -> {
            InsnList out = new InsnList();
            out.add(stub);
            out.add(frameAt(target).and(kept).toNode());
            out.add(close(slot));
            out.add(new JumpInsnNode(Opcodes.GOTO, target));
            appendCovered(out, stub, around);
        });
    }

    private static SlotFrame frameAt(LabelNode target) {
        FrameNode frame = Code.frameAt(target);
        if (frame == null) {
            throw new WeaveException(Texts.SHAPE, Code.line(target));
        }
        return SlotFrame.of(frame);
    }

    /**
     * Returns the exception table entries that lead out of the scope, but not out of the loop, with what they catch of
     * it.
     */
    private Map<TryCatchBlockNode, Set<AbstractInsnNode>> handlersOutside(
            Code code, List<AbstractInsnNode> ordered, Set<AbstractInsnNode> scope, List<TryCatchBlockNode> around) {
        Map<TryCatchBlockNode, Set<AbstractInsnNode>> outside = new LinkedHashMap<>();
        for (TryCatchBlockNode block : method.tryCatchBlocks) {
            if (isInScope(block.handler, scope) || around.stream().anyMatch(a -> a.handler == block.handler)) {
                continue;
            }
            for (AbstractInsnNode insn : ordered) {
                if (catcher(code, insn, block.type) == block) {
                    outside.computeIfAbsent(block, b -> new HashSet<>()).add(insn);
                }
            }
        }
        return outside;
    }

    private void leaveToHandlers(
            Map<TryCatchBlockNode, Set<AbstractInsnNode>> outside,
            int slot,
            List<TryCatchBlockNode> around,
            SlotFrame kept) {
        Map<LabelNode, LabelNode> stubs = new LinkedHashMap<>();
        outside.forEach((block, covered) -> {
            LabelNode stub = stubs.computeIfAbsent(block.handler, handler -> new LabelNode());
            for (LabelNode[] range : ranges(covered)) {
                method.tryCatchBlocks.add(
                        method.tryCatchBlocks.indexOf(block),
                        new TryCatchBlockNode(range[0], range[1], stub, block.type));
            }
        });
        stubs.forEach((handler, stub) -> {
            SlotFrame target = frameAt(handler);
            int thrown = method.maxLocals++;
            InsnList out = new InsnList();
            out.add(stub);
            out.add(target.and(kept).toNode());
            out.add(new VarInsnNode(Opcodes.ASTORE, thrown));
            out.add(close(slot));
            out.add(new VarInsnNode(Opcodes.ALOAD, thrown));
            out.add(new JumpInsnNode(Opcodes.GOTO, handler));
            appendCovered(out, stub, around);
        });
    }

    /** Returns the first entry around an instruction that catches a type by name, null if there is none. */
    private static @Nullable TryCatchBlockNode catcher(Code code, AbstractInsnNode insn, @Nullable String type) {
        for (TryCatchBlockNode block : code.handlers(insn)) {
            if (block.type == null || block.type.equals("java/lang/Throwable") || block.type.equals(type)) {
                return block;
            }
        }
        return null;
    }

    private static List<AbstractInsnNode> inOrder(Code code, Set<AbstractInsnNode> scope) {
        List<AbstractInsnNode> ordered = new ArrayList<>(scope);
        ordered.sort((a, b) -> Integer.compare(code.position(a), code.position(b)));
        return ordered;
    }

    private void leaveByFallingOut(
            List<AbstractInsnNode> ordered, Set<AbstractInsnNode> scope, Set<AbstractInsnNode> exhausted, int slot) {
        for (AbstractInsnNode insn : ordered) {
            boolean exhaustedHere = exhausted.contains(insn) && insn.getOpcode() == Opcodes.IFNE;
            if (Code.fallsThrough(insn) && !exhaustedHere && !isInScope(insn.getNext(), scope)) {
                method.instructions.insert(insn, close(slot));
            }
        }
    }

    private void leaveByReturn(List<AbstractInsnNode> ordered, int slot) {
        for (AbstractInsnNode insn : ordered) {
            if (Code.isReturn(insn)) {
                method.instructions.insertBefore(insn, close(slot));
            }
        }
    }

    /** Puts labels around each run of instructions that belong to a set. */
    private List<LabelNode[]> ranges(Set<AbstractInsnNode> included) {
        List<LabelNode[]> ranges = new ArrayList<>();
        AbstractInsnNode last = null;
        LabelNode start = null;
        for (AbstractInsnNode insn : method.instructions.toArray()) {
            if (insn.getOpcode() < 0) {
                continue;
            }
            if (included.contains(insn)) {
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

    private LabelNode[] closeRange(LabelNode start, @Nullable AbstractInsnNode last) {
        LabelNode end = new LabelNode();
        method.instructions.insert(Objects.requireNonNull(last), end);
        return new LabelNode[] {start, end};
    }

    private void leaveByException(List<LabelNode[]> ranges, int slot, List<TryCatchBlockNode> around, SlotFrame kept) {
        LabelNode handler = new LabelNode();
        int thrown = method.maxLocals++;
        InsnList out = new InsnList();
        out.add(handler);
        out.add(kept.push("java/lang/Throwable").toNode());
        out.add(new VarInsnNode(Opcodes.ASTORE, thrown));
        out.add(close(slot));
        out.add(new VarInsnNode(Opcodes.ALOAD, thrown));
        out.add(new InsnNode(Opcodes.ATHROW));
        int index = method.tryCatchBlocks.size();
        for (int i = 0; i < method.tryCatchBlocks.size() && index == method.tryCatchBlocks.size(); i++) {
            LabelNode other = method.tryCatchBlocks.get(i).handler;
            if (around.stream().anyMatch(a -> a.handler == other)) {
                index = i;
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

    private void awaitNext(MethodInsnNode hasNext, @Nullable MethodInsnNode next, Set<AbstractInsnNode> scope) {
        InsnList code = new InsnList();
        code.add(new TypeInsnNode(Opcodes.CHECKCAST, Names.ASYNC_ITERATOR));
        MethodInsnNode call = new MethodInsnNode(
                Opcodes.INVOKEINTERFACE, Names.ASYNC_ITERATOR, "advance", "()" + Names.FUTURE_DESC, true);
        AwaitInsn await = new AwaitInsn();
        code.add(call);
        code.add(await);
        if (next == null) {
            await.direct = LibraryCalls.target(call);
            Normalizer.adapt(code, Type.BOOLEAN_TYPE);
        } else {
            await.direct = LibraryCalls.advance(call);
            int answer = method.maxLocals++;
            code.add(new InsnNode(Opcodes.DUP));
            code.add(new VarInsnNode(Opcodes.ASTORE, answer));
            code.add(LibraryCalls.inLoop("hasNext", "(" + Names.OBJECT_DESC + ")Z"));
            take(next, answer, scope);
        }
        code.forEach(scope::add);
        method.instructions.insertBefore(hasNext, code);
        method.instructions.remove(hasNext);
    }

    /** Makes a call of next() take the item from an answer; the variable is no longer needed then. */
    private void take(MethodInsnNode next, int answer, Set<AbstractInsnNode> scope) {
        InsnList code = new InsnList();
        code.add(new VarInsnNode(Opcodes.ALOAD, answer));
        code.add(new InsnNode(Opcodes.ACONST_NULL));
        code.add(new VarInsnNode(Opcodes.ASTORE, answer));
        MethodInsnNode taking =
                LibraryCalls.inLoop("next", "(L" + Names.ITERATOR + ";" + Names.OBJECT_DESC + ")" + Names.OBJECT_DESC);
        code.add(taking);
        code.forEach(scope::add);
        method.instructions.insertBefore(next, code);
        method.instructions.remove(next);
    }
}
