package pollux.compiler;

import java.util.List;
import java.util.Objects;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.PrimitiveType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** Checks that what {@code @Awaits} names is there and fits: compiled code calls it instead of the marked method. */
final class PointDeclarations {

    private final Elements elements;
    private final Types types;

    PointDeclarations(ProcessingEnvironment environment) {
        this.elements = environment.getElementUtils();
        this.types = environment.getTypeUtils();
    }

    /** Returns the class that declares a method. */
    static TypeElement classOf(ExecutableElement method) {
        return (TypeElement) Objects.requireNonNull(method.getEnclosingElement());
    }

    /** Returns what is wrong with a marked method, null if nothing is. */
    @Nullable
    String problem(ExecutableElement point, String converter) {
        TypeElement owner = classOf(point);
        if (converter.isEmpty()) {
            List<? extends VariableElement> parameters = point.getParameters();
            return !parameters.isEmpty()
                            && isFuture(types.erasure(parameters.get(0).asType()))
                    ? valueProblem(point, "its parameter", parameters.get(0).asType())
                    : Texts.noConverter(
                            owner.getQualifiedName().toString(),
                            point.getSimpleName().toString());
        }
        boolean named = false;
        for (Element member : elements.getAllMembers(owner)) {
            if (member instanceof ExecutableElement method
                    && method.getSimpleName().contentEquals(converter)) {
                named = true;
                if (hasSameParameters(point, method)) {
                    String unfit = unfit(point, method);
                    return unfit == null ? null : Texts.unfitConverter(point.toString(), converter, unfit);
                }
            }
        }
        return Texts.unfitConverter(
                point.toString(),
                converter,
                named ? "with the same parameters" : "with the same parameters, that returns Future");
    }

    private @Nullable String unfit(ExecutableElement point, ExecutableElement method) {
        if (!isFuture(types.erasure(method.getReturnType()))
                || method.getReturnType().getKind() != TypeKind.DECLARED) {
            return "that returns Future";
        }
        if (method.getModifiers().contains(Modifier.STATIC)
                != point.getModifiers().contains(Modifier.STATIC)) {
            return point.getModifiers().contains(Modifier.STATIC) ? "that is static" : "that is not static";
        }
        if (access(method) < access(point)) {
            return "that is visible wherever " + point.getSimpleName() + " is";
        }
        return valueProblem(point, null, method.getReturnType());
    }

    /** The value of the future has to be what the call returns; null if it is. */
    private @Nullable String valueProblem(ExecutableElement point, @Nullable String where, TypeMirror future) {
        List<? extends TypeMirror> arguments = ((DeclaredType) types.erasure(future)).getTypeArguments();
        if (future instanceof DeclaredType declared) {
            arguments = declared.getTypeArguments();
        }
        TypeMirror returned = point.getReturnType();
        if (arguments.isEmpty() || returned.getKind() == TypeKind.VOID) {
            return null;
        }
        TypeMirror value = arguments.get(0);
        if (value instanceof WildcardType wildcard) {
            if (wildcard.getExtendsBound() == null) {
                return null;
            }
            value = wildcard.getExtendsBound();
        }
        TypeMirror expected = returned instanceof PrimitiveType primitive
                ? types.boxedClass(primitive).asType()
                : returned;
        if (types.isSubtype(types.erasure(value), types.erasure(expected))) {
            return null;
        }
        String unfit = "whose future has a value of the type " + expected;
        return where == null
                ? unfit
                : "@Awaits of " + point + " names no converter, so " + where + " has to be a Future of " + expected;
    }

    private boolean hasSameParameters(ExecutableElement point, ExecutableElement method) {
        List<? extends VariableElement> wanted = point.getParameters();
        List<? extends VariableElement> found = method.getParameters();
        if (wanted.size() != found.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (!types.isSameType(
                    types.erasure(wanted.get(i).asType()),
                    types.erasure(found.get(i).asType()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFuture(TypeMirror erased) {
        return erased instanceof DeclaredType declared
                && ((TypeElement) declared.asElement()).getQualifiedName().contentEquals("pollux.future.Future");
    }

    private static int access(Element element) {
        if (element.getModifiers().contains(Modifier.PUBLIC)) {
            return 3;
        }
        if (element.getModifiers().contains(Modifier.PROTECTED)) {
            return 2;
        }
        return element.getModifiers().contains(Modifier.PRIVATE) ? 0 : 1;
    }
}
