package pollux.compiler;

import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * A javac plugin that reports awaits that will not be compiled, because annotation processing is off (the
 * default from JDK 23 on, or {@code -proc:none}). javac starts it without being asked where this jar is on the
 * processor path, or on the class path without a processor path. It is not in the jar of the run time: others contain
 * that one in theirs, under other names, and javac fails where a service file names a class that is gone.
 *
 * <p>Code that awaits uncompiled on purpose, on virtual threads, says so with {@code @SuppressWarnings("await")} on a
 * method or class; the bodies of await points are left in peace. A build that weaves its class files afterwards turns
 * the guard off with {@code -J-Dpollux.guard=off}.
 */
public final class AwaitGuard implements Plugin {

    /** The start of a system property that the processor sets for each javac task that it takes part in. */
    static final String AT_WORK = "pollux.compiler.";

    private static final String MESSAGE = "this await would not be compiled by Pollux. Add pollux-async-compiler to"
            + " annotationProcessorPaths (Maven), annotationProcessor (Gradle) or --processor-path (javac; JDK 23+ needs"
            + " this or -proc:full), or call it on a virtual thread and mark the method @SuppressWarnings(\"await\")";

    /** For the service loader of javac. */
    public AwaitGuard() {}

    @Override
    public String getName() {
        return "PolluxAwaitGuard";
    }

    @Override
    public boolean autoStart() {
        return true;
    }

    @Override
    public void init(JavacTask task, String... arguments) {
        if ("off".equals(System.getProperty("pollux.guard"))) {
            return;
        }
        String atWork = AT_WORK + System.identityHashCode(task);
        task.addTaskListener(new TaskListener() {
            @Override
            public void finished(TaskEvent event) {
                TypeElement type = event.getTypeElement();
                if (event.getKind() == TaskEvent.Kind.ANALYZE && type != null && System.getProperty(atWork) == null) {
                    Trees trees = Trees.instance(task);
                    TreePath path = trees.getPath(type);
                    if (path != null) {
                        new Scan(trees, task.getTypes()).scan(path, null);
                    }
                }
            }
        });
    }

    /** Reports the awaits of one class. */
    private static final class Scan extends TreePathScanner<Void, Void> {

        private final Trees trees;
        private final Types types;

        Scan(Trees trees, Types types) {
            this.trees = trees;
            this.types = types;
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
            if (isMarked(trees.getElement(getCurrentPath()))) {
                report(call.getMethodSelect());
            }
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree loop, Void unused) {
            ExpressionTree source = loop.getExpression();
            TypeMirror type = trees.getTypeMirror(new TreePath(getCurrentPath(), source));
            if (type != null
                    && type.getKind() == TypeKind.DECLARED
                    && types.erasure(type) instanceof DeclaredType erased
                    && ((TypeElement) erased.asElement())
                            .getQualifiedName()
                            .contentEquals("pollux.async.AsyncIterable")) {
                report(source instanceof MethodInvocationTree call ? call.getMethodSelect() : source);
            }
            return super.visitEnhancedForLoop(loop, null);
        }

        private void report(Tree tree) {
            for (TreePath path = getCurrentPath(); path != null; path = path.getParentPath()) {
                if (path.getLeaf() instanceof MethodTree && isMarked(trees.getElement(path))) {
                    return;
                }
            }
            if (Suppressed.at(trees, getCurrentPath())) {
                return;
            }
            trees.printMessage(
                    Diagnostic.Kind.ERROR, MESSAGE, tree, getCurrentPath().getCompilationUnit());
        }

        private static boolean isMarked(@Nullable Element element) {
            return element != null
                    && element.getAnnotationMirrors().stream().anyMatch(mark -> isNamed(mark, "pollux.async.Awaits"));
        }

        private static boolean isNamed(AnnotationMirror mark, String name) {
            return ((TypeElement) mark.getAnnotationType().asElement())
                    .getQualifiedName()
                    .contentEquals(name);
        }
    }
}
