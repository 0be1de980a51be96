package pollux.compiler;

import com.sun.source.tree.BreakTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.util.List;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Warns of a loop that catches the cancellation of its own task and goes on: {@code while (true) try { await(…) } catch
 * (Exception e) { log(e); }}. Such a task cannot be cancelled, and its pool cannot be closed.
 *
 * <p>A catch clause that throws, returns or breaks anywhere counts as one that lets cancellation out, so not all such
 * loops are seen. {@code -Apollux.lint=none} turns it off.
 */
final class RetryLint {

    private static final String CANCELLATION = "java.util.concurrent.CancellationException";

    private final Elements elements;
    private final Types types;
    private final Trees trees;
    private final boolean on;

    /** The catch clause that was warned of last: one warning is enough for all awaits of its try block. */
    private @Nullable Tree warned;

    RetryLint(ProcessingEnvironment environment, Trees trees) {
        this.elements = environment.getElementUtils();
        this.types = environment.getTypeUtils();
        this.trees = trees;
        this.on = !"none".equals(environment.getOptions().get("pollux.lint"));
    }

    /**
     * Looks at what is around an await.
     *
     * @param body the method or lambda that the await is in
     * @param await the await
     */
    void check(TreePath body, TreePath await) {
        CatchTree swallowing = null;
        Tree inner = await.getLeaf();
        for (TreePath path = await;
                on && path != null && path.getLeaf() != body.getLeaf();
                path = path.getParentPath()) {
            Tree around = path.getLeaf();
            if (around instanceof TryTree tried
                    && (inner == tried.getBlock() || tried.getResources().contains(inner))) {
                CatchTree first = firstThatCatches(tried, path);
                if (first != null) {
                    if (leaves(first)) {
                        return; // nothing further out sees the cancellation as it was
                    }
                    swallowing = first;
                }
            } else if (swallowing != null && isLoop(around)) {
                if (warned != swallowing) {
                    warned = swallowing;
                    trees.printMessage(
                            Diagnostic.Kind.WARNING, Texts.SWALLOWED, swallowing, await.getCompilationUnit());
                }
                return;
            }
            inner = around;
        }
    }

    private @Nullable CatchTree firstThatCatches(TryTree tried, TreePath path) {
        TypeElement known = elements.getTypeElement(CANCELLATION);
        for (CatchTree clause : tried.getCatches()) {
            Tree declared = clause.getParameter().getType();
            List<? extends Tree> alternatives =
                    declared instanceof UnionTypeTree union ? union.getTypeAlternatives() : List.of(declared);
            for (Tree alternative : alternatives) {
                TypeMirror caught = trees.getTypeMirror(TreePath.getPath(path, alternative));
                if (known != null && caught != null && types.isSubtype(known.asType(), caught)) {
                    return clause;
                }
            }
        }
        return null;
    }

    private static boolean isLoop(Tree tree) {
        return tree instanceof WhileLoopTree
                || tree instanceof DoWhileLoopTree
                || tree instanceof ForLoopTree
                || tree instanceof EnhancedForLoopTree;
    }

    private static boolean leaves(CatchTree clause) {
        boolean[] found = {false};
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitThrow(ThrowTree tree, Void unused) {
                found[0] = true;
                return null;
            }

            @Override
            public Void visitReturn(ReturnTree tree, Void unused) {
                found[0] = true;
                return null;
            }

            @Override
            public Void visitBreak(BreakTree tree, Void unused) {
                found[0] = true;
                return null;
            }

            @Override
            public Void visitLambdaExpression(LambdaExpressionTree tree, Void unused) {
                return null;
            }

            @Override
            public Void visitClass(ClassTree tree, Void unused) {
                return null;
            }
        }.scan(clause.getBlock(), null);
        return found[0];
    }
}
