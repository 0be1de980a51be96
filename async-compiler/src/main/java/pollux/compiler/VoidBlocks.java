package pollux.compiler;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.util.List;
import java.util.Set;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Finds blocks that await and return nothing, as in {@code mono(() -> { await(x); })}, before javac looks for a
 * method that takes them: what it would say is a page about overloads. It goes by names, since nothing has a type
 * yet.
 */
final class VoidBlocks extends TreePathScanner<Void, Void> {

    /** Methods that take a block. */
    private static final Set<String> STARTS =
            Set.of("async", "run", "spawn", "fork", "virtual", "mono", "single", "maybe", "completable");

    /** Calls that make the code around them one that awaits. */
    private static final Set<String> AWAITS = Set.of("await", "each");

    private final Trees trees;

    VoidBlocks(Trees trees) {
        this.trees = trees;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
        if (STARTS.contains(name(call.getMethodSelect()))) {
            for (ExpressionTree argument : call.getArguments()) {
                if (argument instanceof LambdaExpressionTree lambda
                        && lambda.getParameters().isEmpty()
                        && lambda.getBody() instanceof BlockTree block
                        && endsWithoutValue(block)
                        && !Suppressed.at(trees, getCurrentPath())) {
                    trees.printMessage(
                            Diagnostic.Kind.ERROR,
                            Texts.voidBlock(name(call.getMethodSelect())),
                            lambda,
                            getCurrentPath().getCompilationUnit());
                }
            }
        }
        return super.visitMethodInvocation(call, null);
    }

    private static String name(ExpressionTree select) {
        return select instanceof IdentifierTree simple
                ? simple.getName().toString()
                : select instanceof MemberSelectTree member
                        ? member.getIdentifier().toString()
                        : "";
    }

    private static boolean endsWithoutValue(BlockTree block) {
        Level level = new Level();
        level.scan(block, null);
        return level.awaits && !level.returnsValue && mayComplete(block.getStatements());
    }

    /** What stands in a block itself, and not in a lambda or class inside it. */
    private static final class Level extends TreeScanner<Void, Void> {

        private boolean awaits;
        private boolean returnsValue;

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
            awaits |= AWAITS.contains(name(call.getMethodSelect()));
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public @Nullable Void visitReturn(ReturnTree statement, Void unused) {
            returnsValue |= statement.getExpression() != null;
            return super.visitReturn(statement, null);
        }

        @Override
        public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, Void unused) {
            return null;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, Void unused) {
            return null;
        }
    }

    /** False only where it is plain that the end is not reached: in doubt, javac decides. */
    private static boolean mayComplete(List<? extends StatementTree> statements) {
        if (statements.isEmpty()) {
            return true;
        }
        StatementTree last = statements.get(statements.size() - 1);
        return switch (last.getKind()) {
            case EXPRESSION_STATEMENT, VARIABLE, EMPTY_STATEMENT, ENHANCED_FOR_LOOP, IF, ASSERT, CLASS, RETURN -> true;
            default -> last instanceof ForLoopTree loop && loop.getCondition() != null && !isTrue(loop.getCondition());
        };
    }

    private static boolean isTrue(ExpressionTree condition) {
        ExpressionTree inner = condition;
        while (inner instanceof ParenthesizedTree around) {
            inner = around.getExpression();
        }
        return inner instanceof LiteralTree literal && Boolean.TRUE.equals(literal.getValue());
    }

    /** Looks at the classes of a round. */
    void check(TreePath type) {
        scan(type, null);
    }
}
