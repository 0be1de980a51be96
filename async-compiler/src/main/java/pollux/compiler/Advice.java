package pollux.compiler;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.Map;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** The way out for an await where none is possible, which depends on the code around it. */
final class Advice {

    /** What makes a library's type of a block, and the parameters of that block. */
    private static final Map<String, String[]> WRAPPERS = Map.of(
            "reactor.core.publisher.Mono", new String[] {"mono", "()"},
            "reactor.core.publisher.Flux", new String[] {"flux", "out"},
            "io.reactivex.rxjava3.core.Single", new String[] {"single", "()"},
            "io.reactivex.rxjava3.core.Maybe", new String[] {"maybe", "()"},
            "io.reactivex.rxjava3.core.Completable", new String[] {"completable", "()"},
            "io.reactivex.rxjava3.core.Flowable", new String[] {"flowable", "out"},
            "io.reactivex.rxjava3.core.Observable", new String[] {"observable", "out"},
            "pollux.stream.AsyncStream", new String[] {"stream", "out"});

    private final Types types;
    private final Trees trees;

    Advice(ProcessingEnvironment environment, Trees trees) {
        this.types = environment.getTypeUtils();
        this.trees = trees;
    }

    /** For a method that returns a type, or a lambda of which nothing else is known. */
    String forReturned(TypeMirror returned) {
        String[] wrapper = WRAPPERS.get(name(returned));
        if (wrapper != null) {
            return Texts.WRAP.formatted(wrapper[0], wrapper[1]);
        }
        String way = Texts.RETURN.formatted(value(returned));
        boolean alike = returned instanceof DeclaredType declared
                && declared.asElement().getSimpleName().contentEquals("Future");
        return alike ? way.replace("Return Future", "Return pollux.future.Future") : way;
    }

    /** For a lambda, which may be the argument of a method that is known. */
    String inLambda(TreePath lambda, TypeMirror returned) {
        TreePath parent = lambda.getParentPath();
        if (parent.getLeaf() instanceof MethodInvocationTree call
                && trees.getElement(parent) instanceof ExecutableElement method
                && method.getEnclosingElement() instanceof TypeElement owner
                && !WRAPPERS.containsKey(name(returned))) {
            String type = owner.getQualifiedName().toString();
            String called = method.getSimpleName().toString();
            if (type.startsWith("java.util.stream.")
                    || type.startsWith("java.util.") && called.startsWith("forEach")
                    || type.equals("java.lang.Iterable")) {
                return Texts.LOOP.formatted(called);
            }
            String[] operator = WRAPPERS.get(receiver(parent, call, type));
            if (operator != null) {
                boolean rx = type.startsWith("io.reactivex.");
                return Texts.OPERATOR.formatted(called, rx ? "Single" : "Mono", rx ? "single" : "mono");
            }
        }
        return forReturned(returned);
    }

    private String receiver(TreePath path, MethodInvocationTree call, String owner) {
        ExpressionTree select = call.getMethodSelect();
        if (select instanceof MemberSelectTree member) {
            TypeMirror type = trees.getTypeMirror(new TreePath(new TreePath(path, select), member.getExpression()));
            if (type != null && WRAPPERS.containsKey(name(type))) {
                return name(type);
            }
        }
        return owner;
    }

    /** What a future has to be of that replaces this type. */
    private String value(TypeMirror returned) {
        if (returned.getKind() == TypeKind.VOID) {
            return "Void";
        }
        TypeMirror bound = returned instanceof TypeVariable variable ? variable.getUpperBound() : returned;
        TypeMirror argument = futureOf(bound);
        if (argument != null) {
            return argument.toString().replaceAll("\\b[a-z]\\w*\\.", "");
        }
        String simple = returned instanceof DeclaredType declared
                ? declared.asElement().getSimpleName().toString()
                : returned.toString();
        return Texts.boxed(simple);
    }

    /** What a future, of ours or of the JDK, is of; null if the type is none, or raw. */
    private @Nullable TypeMirror futureOf(TypeMirror type) {
        String name = name(type);
        if (type instanceof DeclaredType declared
                && (name.equals("pollux.future.Future")
                        || name.equals("java.util.concurrent.Future")
                        || name.equals("java.util.concurrent.CompletionStage"))) {
            return declared.getTypeArguments().isEmpty()
                    ? null
                    : declared.getTypeArguments().get(0);
        }
        for (TypeMirror parent : types.directSupertypes(type)) {
            TypeMirror found = futureOf(parent);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static String name(TypeMirror type) {
        Element element = type instanceof DeclaredType declared ? declared.asElement() : null;
        return element instanceof TypeElement named ? named.getQualifiedName().toString() : "";
    }
}
