package pollux.compiler;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Warns of awaits in the middle of something that belongs to one thread: a {@code Lock} taken before and released
 * after, a {@code ThreadLocal} written before and read after. After an await the code may be on another thread.
 *
 * <p>It goes by the order in the source and by the text of the receiver, so it neither sees all of them nor proves any;
 * {@code -Apollux.lint=none} turns it off.
 */
final class AffinityLint {

    /** One call whose meaning depends on the thread. */
    private record Call(long position, String receiver, boolean begins, String message) {}

    private final Elements elements;
    private final Types types;
    private final Trees trees;
    private final boolean on;

    /** The body that was looked at last, since its next await comes next as a rule, and its calls. */
    private @Nullable Tree lastBody;

    private List<Call> lastCalls = List.of();

    AffinityLint(ProcessingEnvironment environment, Trees trees) {
        this.elements = environment.getElementUtils();
        this.types = environment.getTypeUtils();
        this.trees = trees;
        this.on = !"none".equals(environment.getOptions().get("pollux.lint"));
    }

    /**
     * Looks at the code around an await.
     *
     * @param body the method or lambda that the await is in
     * @param await the await
     */
    void check(TreePath body, Tree await) {
        if (!on) {
            return;
        }
        CompilationUnitTree unit = body.getCompilationUnit();
        if (body.getLeaf() != lastBody) {
            lastCalls = calls(body, unit);
            lastBody = body.getLeaf();
        }
        List<Call> calls = lastCalls;
        long at = position(unit, await);
        for (int i = 0; i < calls.size(); i++) {
            Call first = calls.get(i);
            if (!first.begins || first.position > at) {
                continue;
            }
            for (Call second : calls.subList(i + 1, calls.size())) {
                if (!second.begins && second.receiver.equals(first.receiver)) {
                    if (second.position > at) {
                        trees.printMessage(Diagnostic.Kind.WARNING, first.message, await, unit);
                        return;
                    }
                    break; // closed before the await
                }
            }
        }
    }

    /** The calls of one body in the order of the source, those of lambdas and classes inside it left out. */
    private List<Call> calls(TreePath body, CompilationUnitTree unit) {
        List<Call> calls = new ArrayList<>();
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
                super.visitMethodInvocation(call, null);
                if (call.getMethodSelect() instanceof MemberSelectTree member) {
                    Call found = call(member, position(unit, member), trees.getElement(getCurrentPath()));
                    if (found != null) {
                        calls.add(found);
                    }
                }
                return null;
            }

            @Override
            public Void visitLambdaExpression(LambdaExpressionTree lambda, Void unused) {
                return lambda == body.getLeaf() ? super.visitLambdaExpression(lambda, null) : null;
            }

            @Override
            public Void visitClass(ClassTree type, Void unused) {
                return null;
            }
        }.scan(body, null);
        calls.sort((a, b) -> Long.compare(a.position, b.position));
        return calls;
    }

    private @Nullable Call call(MemberSelectTree member, long position, @Nullable Element method) {
        if (method == null || !(method.getEnclosingElement() instanceof TypeElement owner)) {
            return null;
        }
        String name = member.getIdentifier().toString();
        ExpressionTree receiver = member.getExpression();
        if (isA(owner.asType(), "java.util.concurrent.locks.Lock")) {
            boolean taken = name.equals("lock") || name.equals("tryLock") || name.equals("lockInterruptibly");
            return taken || name.equals("unlock") ? new Call(position, receiver.toString(), taken, Texts.LOCK) : null;
        }
        if (isA(owner.asType(), "java.lang.ThreadLocal")) {
            boolean written = name.equals("set");
            boolean read = name.equals("get") || name.equals("remove");
            return written || read ? new Call(position, receiver.toString(), written, Texts.THREAD_LOCAL) : null;
        }
        return null;
    }

    private boolean isA(TypeMirror type, String name) {
        TypeElement known = elements.getTypeElement(name);
        return known != null && types.isSubtype(types.erasure(type), types.erasure(known.asType()));
    }

    private long position(CompilationUnitTree unit, Tree tree) {
        return trees.getSourcePositions().getEndPosition(unit, tree);
    }
}
