package pollux.compiler;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.List;
import java.util.function.Predicate;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Warns of calls in a block or an async method whose result is a lazy computation that is dropped: it never runs. The
 * declared type of the method counts, so {@code map.put(key, future)} is no such call.
 *
 * <p>{@code @CanIgnoreReturnValue} of any package, on the method or its class, permits it; {@code -Apollux.lint=none}
 * turns the lint off. Three more kinds of call are meant to be dropped: a fluent setter, whose return type is the class
 * that declares it ({@code response.status(404)}); a call on what Mockito returns ({@code verify(orders).save(order)});
 * and a call in a lambda that may throw any {@code Throwable}, as the one of {@code assertThrows}.
 *
 * <p>Warns as well of a method that returns one of ours where the framework that calls it drops the result: a test, a
 * life-cycle method, a listener of messages.
 */
final class DroppedLint {

    /** What runs only if it is awaited, subscribed to or spawned; subtypes too. */
    private static final List<String> LAZY = List.of(
            "pollux.future.Future",
            "pollux.stream.AsyncStream",
            "org.reactivestreams.Publisher",
            "io.reactivex.rxjava3.core.SingleSource",
            "io.reactivex.rxjava3.core.MaybeSource",
            "io.reactivex.rxjava3.core.CompletableSource",
            "io.reactivex.rxjava3.core.ObservableSource");

    /** The packages whose types have operators: there a method that returns its own class makes another computation. */
    private static final List<String> OF_OPERATORS =
            List.of("pollux.", "reactor.core.publisher.", "io.reactivex.rxjava3.", "org.reactivestreams.");

    /**
     * The annotations of methods whose caller drops what they return, or takes it for a value. JUnit's own are known by
     * the two that all others of tests have.
     */
    private static final List<String> CALLED_FOR_NOTHING = List.of(
            "org.junit.jupiter.api.Test",
            "org.junit.jupiter.api.TestTemplate",
            "org.junit.jupiter.api.BeforeEach",
            "org.junit.jupiter.api.AfterEach",
            "org.junit.jupiter.api.BeforeAll",
            "org.junit.jupiter.api.AfterAll",
            "org.junit.Test",
            "org.junit.Before",
            "org.junit.After",
            "org.junit.BeforeClass",
            "org.junit.AfterClass",
            "org.testng.annotations.Test",
            "org.testng.annotations.BeforeMethod",
            "org.testng.annotations.AfterMethod",
            "org.testng.annotations.BeforeClass",
            "org.testng.annotations.AfterClass",
            "jakarta.annotation.PostConstruct",
            "jakarta.annotation.PreDestroy",
            "javax.annotation.PostConstruct",
            "javax.annotation.PreDestroy",
            "org.springframework.kafka.annotation.KafkaListener",
            "org.springframework.amqp.rabbit.annotation.RabbitListener",
            "org.springframework.jms.annotation.JmsListener");

    private final Elements elements;
    private final Types types;
    private final Trees trees;
    private final boolean on;

    DroppedLint(ProcessingEnvironment environment, Trees trees) {
        this.elements = environment.getElementUtils();
        this.types = environment.getTypeUtils();
        this.trees = trees;
        this.on = !"none".equals(environment.getOptions().get("pollux.lint"));
    }

    /**
     * Looks at an expression whose value nothing takes.
     *
     * @param place the statement or lambda that the expression is in
     * @param dropped the expression
     * @param isCompiled tells whether the code of a lambda or method is compiled, or may be
     */
    void check(TreePath place, ExpressionTree dropped, Predicate<TreePath> isCompiled) {
        if (!on) {
            return;
        }
        TreePath path = new TreePath(place, dropped);
        while (path.getLeaf() instanceof ParenthesizedTree around) {
            path = new TreePath(path, around.getExpression());
        }
        if (!(path.getLeaf() instanceof MethodInvocationTree call)
                || !(trees.getElement(path) instanceof ExecutableElement method)
                || !(method.getReturnType() instanceof DeclaredType lazy)
                || !isLazy(lazy)
                || AwaitProcessor.converterOf(method) != null
                || mayBeIgnored(method)
                || isFluent(method, lazy)
                || isOfMockito(path, call)
                || isExpectedToThrow(place)
                || !isInCompiledCode(place, isCompiled)
                || Suppressed.at(trees, place)) {
            return;
        }
        String type = lazy.asElement().getSimpleName().toString();
        trees.printMessage(
                Diagnostic.Kind.WARNING,
                Texts.dropped(type, isStream(lazy)),
                call.getMethodSelect(),
                place.getCompilationUnit());
    }

    /**
     * Looks at a method that a framework may call.
     *
     * @param declaration the method
     * @param method the same
     */
    void checkCaller(TreePath declaration, ExecutableElement method) {
        if (!on || !isA(method.getReturnType(), LAZY.get(0)) && !isA(method.getReturnType(), LAZY.get(1))) {
            return;
        }
        String annotation = dropping(method);
        if (annotation != null && !Suppressed.at(trees, declaration)) {
            String type = ((DeclaredType) method.getReturnType())
                    .asElement()
                    .getSimpleName()
                    .toString();
            trees.printMessage(
                    Diagnostic.Kind.WARNING,
                    Texts.calledForNothing(annotation, type),
                    declaration.getLeaf(),
                    declaration.getCompilationUnit());
        }
    }

    /** The simple name of the annotation by which the caller of a method drops its result; null if there is none. */
    private static @Nullable String dropping(ExecutableElement method) {
        for (AnnotationMirror mark : method.getAnnotationMirrors()) {
            Element annotation = mark.getAnnotationType().asElement();
            if (CALLED_FOR_NOTHING.contains(nameOf(annotation))
                    || annotation.getAnnotationMirrors().stream()
                            .map(composed -> nameOf(composed.getAnnotationType().asElement()))
                            .anyMatch(CALLED_FOR_NOTHING::contains)) {
                return annotation.getSimpleName().toString();
            }
        }
        return null;
    }

    private boolean isLazy(TypeMirror type) {
        return LAZY.stream().anyMatch(name -> isA(type, name));
    }

    private boolean isStream(TypeMirror type) {
        return isA(type, "pollux.stream.AsyncStream")
                || isA(type, "io.reactivex.rxjava3.core.ObservableSource")
                || isA(type, "org.reactivestreams.Publisher") && !isA(type, "reactor.core.publisher.Mono");
    }

    private boolean isA(TypeMirror type, String name) {
        TypeElement known = elements.getTypeElement(name);
        return known != null && types.isSubtype(types.erasure(type), types.erasure(known.asType()));
    }

    private static boolean mayBeIgnored(ExecutableElement method) {
        return isPermitted(method) || isPermitted(PointDeclarations.classOf(method));
    }

    private static boolean isPermitted(Element element) {
        for (AnnotationMirror mark : element.getAnnotationMirrors()) {
            if (mark.getAnnotationType().asElement().getSimpleName().contentEquals("CanIgnoreReturnValue")) {
                return true;
            }
        }
        return false;
    }

    /** Whether a method returns the class that declares it, other than an operator. */
    private boolean isFluent(ExecutableElement method, TypeMirror returned) {
        return !method.getModifiers().contains(Modifier.STATIC)
                && types.isSameType(
                        types.erasure(returned),
                        types.erasure(PointDeclarations.classOf(method).asType()))
                && OF_OPERATORS.stream().noneMatch(nameOf(PointDeclarations.classOf(method))::startsWith);
    }

    /** Whether a call only tells Mockito which call it speaks of. */
    private boolean isOfMockito(TreePath path, MethodInvocationTree call) {
        return call.getMethodSelect() instanceof MemberSelectTree select
                && select.getExpression() instanceof MethodInvocationTree receiver
                && trees.getElement(new TreePath(new TreePath(path, select), receiver))
                        instanceof ExecutableElement known
                && nameOf(PointDeclarations.classOf(known)).startsWith("org.mockito.");
    }

    /** Whether the innermost code around a place is a lambda that may throw any Throwable. */
    private boolean isExpectedToThrow(TreePath place) {
        TreePath path = place;
        while (path != null && !(path.getLeaf() instanceof LambdaExpressionTree)) {
            if (path.getLeaf() instanceof MethodTree || path.getLeaf() instanceof ClassTree) {
                return false;
            }
            path = path.getParentPath();
        }
        if (path == null || !(trees.getTypeMirror(path) instanceof DeclaredType target)) {
            return false;
        }
        return ElementFilter.methodsIn(elements.getAllMembers((TypeElement) target.asElement())).stream()
                .filter(method -> method.getModifiers().contains(Modifier.ABSTRACT))
                .flatMap(method -> method.getThrownTypes().stream())
                .anyMatch(thrown -> isA(thrown, "java.lang.Throwable") && !isA(thrown, "java.lang.Exception"));
    }

    private static String nameOf(Element type) {
        return type instanceof TypeElement known ? known.getQualifiedName().toString() : "";
    }

    private static boolean isInCompiledCode(TreePath place, Predicate<TreePath> isCompiled) {
        for (TreePath path = place; path != null; path = path.getParentPath()) {
            Tree leaf = path.getLeaf();
            if (leaf instanceof ClassTree) {
                return false;
            }
            if ((leaf instanceof LambdaExpressionTree || leaf instanceof MethodTree) && isCompiled.test(path)) {
                return true;
            }
        }
        return false;
    }
}
