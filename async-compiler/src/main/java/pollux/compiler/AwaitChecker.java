package pollux.compiler;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.IntersectionType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the awaits in the source of a class: reports those that cannot be compiled, at their exact position, and
 * tells of the others. On the way it learns which methods are await points, which is all that the weaver has to know.
 */
final class AwaitChecker extends TreePathScanner<Void, Void> implements AwaitPoints {

    private static final String GENERATOR = "pollux.async.StreamBlock";

    private final Elements elements;
    private final Types types;
    private final Trees trees;
    private final AwaitProcessor.Found found;
    private final AffinityLint lint;
    private final RetryLint retries;
    private final DroppedLint dropped;
    private final PointDeclarations declarations;
    private final Advice advice;
    /** Internal names of the classes with awaits that are left as they are. */
    private final Set<String> leaving = new HashSet<>();
    /** Owner, name and descriptor of the await points seen, with their converters. */
    private final Map<String, String> points = new HashMap<>();
    /** The classes by which javac names the sources of the awaiting loops seen. */
    private final Set<String> iterables = new HashSet<>();
    /** The members of the classes that await points were looked for in. */
    private final Map<TypeElement, Set<Element>> members = new HashMap<>();

    AwaitChecker(ProcessingEnvironment environment, Trees trees, AwaitProcessor.Found found) {
        this.elements = environment.getElementUtils();
        this.types = environment.getTypeUtils();
        this.trees = trees;
        this.found = found;
        this.lint = new AffinityLint(environment, trees);
        this.retries = new RetryLint(environment, trees);
        this.dropped = new DroppedLint(environment, trees);
        this.declarations = new PointDeclarations(environment);
        this.advice = new Advice(environment, trees);
    }

    @Override
    public @Nullable String converter(String owner, String name, String descriptor) {
        return points.get(owner + "." + name + descriptor);
    }

    @Override
    public boolean isAsyncIterable(String type) {
        return type.equals(Names.ASYNC_ITERABLE) || iterables.contains(type);
    }

    @Override
    public boolean isLibraryNewEnough() {
        return elements.getTypeElement(Names.NEWEST.replace('/', '.')) != null;
    }

    @Override
    public boolean leavesSome(String owner) {
        return leaving.contains(owner);
    }

    // ------------------------------------------------------------------ the three forms of an await

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
        if (trees.getElement(getCurrentPath()) instanceof ExecutableElement method) {
            if (method.getSimpleName().contentEquals("iterator")
                    && call.getMethodSelect() instanceof MemberSelectTree of) {
                isAwaiting(new TreePath(new TreePath(getCurrentPath(), call.getMethodSelect()), of.getExpression()));
            }
            String converter = AwaitProcessor.converterOf(method);
            if (converter != null) {
                learn(method, converter, call.getMethodSelect());
                String problem = trees.getTree(method) != null ? null : declarations.problem(method, converter);
                if (problem != null) {
                    error(call.getMethodSelect(), problem);
                } else {
                    await(call.getMethodSelect());
                }
            }
        }
        return super.visitMethodInvocation(call, null);
    }

    @Override
    public Void visitEnhancedForLoop(EnhancedForLoopTree loop, Void unused) {
        if (isAwaiting(new TreePath(getCurrentPath(), loop.getExpression()))) {
            await(
                    loop.getExpression() instanceof MethodInvocationTree call
                            ? call.getMethodSelect()
                            : loop.getExpression());
        }
        return super.visitEnhancedForLoop(loop, null);
    }

    /** Tells whether a for statement over an expression awaits, and learns by which class javac names it. */
    private boolean isAwaiting(TreePath source) {
        TypeMirror type = trees.getTypeMirror(source);
        TypeElement iterable = elements.getTypeElement("pollux.async.AsyncIterable");
        if (type == null
                || iterable == null
                || type.getKind() == TypeKind.ERROR
                || !types.isSubtype(type, types.erasure(iterable.asType()))) {
            return false;
        }
        if (types.erasure(type) instanceof DeclaredType erased) {
            iterables.add(internalName((TypeElement) erased.asElement()));
        }
        return true;
    }

    @Override
    public Void visitMemberReference(MemberReferenceTree reference, Void unused) {
        if (trees.getElement(getCurrentPath()) instanceof ExecutableElement method
                && AwaitProcessor.converterOf(method) != null) {
            refuse(reference, Texts.METHOD_REFERENCE);
        }
        return super.visitMemberReference(reference, null);
    }

    // ------------------------------------------------------------------ what belongs to awaits

    @Override
    public Void visitMethod(MethodTree tree, Void unused) {
        if (trees.getElement(getCurrentPath()) instanceof ExecutableElement method) {
            String converter = AwaitProcessor.converterOf(method);
            String problem = converter == null ? null : declarations.problem(method, converter);
            if (problem != null) {
                error(tree, problem);
            }
            dropped.checkCaller(getCurrentPath(), method);
        }
        return super.visitMethod(tree, null);
    }

    @Override
    public Void visitExpressionStatement(ExpressionStatementTree statement, Void unused) {
        dropped.check(getCurrentPath(), statement.getExpression(), this::isCompiled);
        return super.visitExpressionStatement(statement, null);
    }

    @Override
    public Void visitLambdaExpression(LambdaExpressionTree lambda, Void unused) {
        if (lambda.getBody() instanceof ExpressionTree body
                && trees.getTypeMirror(getCurrentPath()) instanceof DeclaredType target) {
            TypeMirror returned = returnType(target);
            if (returned != null && returned.getKind() == TypeKind.VOID) {
                dropped.check(getCurrentPath(), body, this::isCompiled);
            }
        }
        return super.visitLambdaExpression(lambda, null);
    }

    /** Tells of a lambda or method whether it is a block, or returns a future. */
    private boolean isCompiled(TreePath path) {
        if (path.getLeaf() instanceof LambdaExpressionTree) {
            TypeMirror target = trees.getTypeMirror(path);
            if (!(target instanceof DeclaredType declared)) {
                return false;
            }
            TypeMirror returned = isBlock(declared) ? null : returnType(declared);
            return isBlock(declared) || returned != null && isFuture(returned);
        }
        return trees.getElement(path) instanceof ExecutableElement method && isFuture(method.getReturnType());
    }

    // ------------------------------------------------------------------ where it stands

    private void await(Tree tree) {
        Tree inner = tree;
        boolean monitor = false;
        for (TreePath path = getCurrentPath(); path != null; path = path.getParentPath()) {
            Tree around = path.getLeaf();
            if (around instanceof SynchronizedTree block && inner == block.getBlock()) {
                monitor = true;
            } else if (around instanceof LambdaExpressionTree) {
                inLambda(path, tree, monitor);
                return;
            } else if (around instanceof MethodTree) {
                inMethod(path, tree, monitor);
                return;
            } else if (around instanceof ClassTree) {
                refuse(tree, Texts.NOT_IN_CONSTRUCTOR);
                return;
            }
            inner = around;
        }
    }

    private void inLambda(TreePath lambda, Tree tree, boolean monitor) {
        TypeMirror target = trees.getTypeMirror(lambda);
        if (!(target instanceof DeclaredType declared)) {
            return; // an erroneous lambda, which javac reports
        }
        if (!isBlock(declared)) {
            TypeMirror returned = returnType(declared);
            if (returned == null) {
                return;
            }
            if (!isFuture(returned)) {
                refuse(tree, Texts.outside("this lambda", simple(returned), advice.inLambda(lambda, returned)));
                return;
            }
        }
        accept(lambda, tree, monitor);
    }

    private static boolean isBlock(TypeMirror target) {
        return isNamed(target, "pollux.async.AsyncBlock")
                || isNamed(target, "pollux.future.Block")
                || isNamed(target, GENERATOR);
    }

    /** Tells whether the target of a lambda is an interface or, of an intersection, has it as a bound. */
    private static boolean isNamed(TypeMirror target, String name) {
        if (target instanceof IntersectionType intersection && target.getKind() == TypeKind.INTERSECTION) {
            return intersection.getBounds().stream().anyMatch(bound -> isNamed(bound, name));
        }
        return target instanceof DeclaredType declared
                && ((TypeElement) declared.asElement()).getQualifiedName().contentEquals(name);
    }

    private boolean isSerializableBlock(TreePath body) {
        TypeMirror target = body.getLeaf() instanceof LambdaExpressionTree ? trees.getTypeMirror(body) : null;
        return target != null
                && isBlock(target)
                && types.isSubtype(
                        target, elements.getTypeElement("java.io.Serializable").asType());
    }

    private void inMethod(TreePath path, Tree tree, boolean monitor) {
        if (!(trees.getElement(path) instanceof ExecutableElement method)) {
            return;
        }
        if (AwaitProcessor.converterOf(method) != null) {
            return; // an await point itself, for code that is not compiled
        }
        if (method.getKind() != ElementKind.METHOD) {
            refuse(tree, Texts.NOT_IN_CONSTRUCTOR);
        } else if (!isFuture(method.getReturnType())) {
            TypeMirror returned = method.getReturnType();
            refuse(tree, Texts.outside("'" + method + "'", simple(returned), advice.forReturned(returned)));
        } else {
            accept(path, tree, monitor || method.getModifiers().contains(Modifier.SYNCHRONIZED));
        }
    }

    private void accept(TreePath body, Tree tree, boolean monitor) {
        if (monitor) {
            refuseAll(body, tree, Texts.IN_SYNCHRONIZED);
            return;
        }
        if (isSerializableBlock(body)) {
            refuseAll(body, tree, Texts.SERIALIZABLE);
            return;
        }
        lint.check(body, tree);
        retries.check(body, getCurrentPath());
        for (TreePath path = getCurrentPath(); path != null; path = path.getParentPath()) {
            if (path.getLeaf() instanceof ClassTree && trees.getElement(path) instanceof TypeElement type) {
                found.await(type, getCurrentPath().getCompilationUnit(), tree);
                return;
            }
        }
    }

    /**
     * Reports an await that is not compiled, unless the code says that it is not to be: it runs on a virtual
     * thread.
     */
    private void refuse(Tree tree, String message) {
        refuse(getCurrentPath(), tree, message);
    }

    /**
     * Reports an await for which a whole lambda or method cannot be compiled, unless that is marked so: all of its
     * awaits are left then. A generator emits in compiled code only, so none is left.
     */
    private void refuseAll(TreePath body, Tree tree, String message) {
        boolean lambda = body.getLeaf() instanceof LambdaExpressionTree;
        if (lambda && isNamed(trees.getTypeMirror(body), GENERATOR)) {
            error(tree, message);
        } else {
            refuse(body, tree, message);
        }
    }

    private void refuse(TreePath marked, Tree tree, String message) {
        if (!Suppressed.at(trees, marked)) {
            error(tree, message);
            return;
        }
        for (TreePath path = getCurrentPath(); path != null; path = path.getParentPath()) {
            if (path.getLeaf() instanceof ClassTree && trees.getElement(path) instanceof TypeElement type) {
                leaving.add(internalName(type));
                return;
            }
        }
    }

    private void error(Tree tree, String message) {
        trees.printMessage(
                Diagnostic.Kind.ERROR, message, tree, getCurrentPath().getCompilationUnit());
    }

    // ------------------------------------------------------------------ types

    /**
     * The declared type itself, not a variable or an intersection with this bound: a caller may take those for a
     * subtype.
     */
    private static boolean isFuture(TypeMirror type) {
        return type.getKind() == TypeKind.DECLARED
                && type instanceof DeclaredType declared
                && ((TypeElement) declared.asElement()).getQualifiedName().contentEquals("pollux.future.Future");
    }

    private static String simple(TypeMirror type) {
        if (!(type instanceof DeclaredType declared)) {
            return type.toString();
        }
        String simple = declared.asElement().getSimpleName().toString();
        return simple.equals("Future")
                ? declared.asElement().toString()
                : simple; // that of the JDK, or of another library
    }

    /** Returns what the method of a functional interface returns; null if there is no such method. */
    private @Nullable TypeMirror returnType(DeclaredType functional) {
        TypeElement type = (TypeElement) functional.asElement();
        for (Element member : elements.getAllMembers(type)) {
            if (member instanceof ExecutableElement method
                    && method.getModifiers().contains(Modifier.ABSTRACT)
                    && !isOfObject(method)) {
                TypeMirror seen = ((ExecutableType) types.asMemberOf(functional, method)).getReturnType();
                return ofLambda(seen);
            }
        }
        return null;
    }

    /** What a lambda for a type with wildcards returns: their bound. */
    private TypeMirror ofLambda(TypeMirror returned) {
        if (returned instanceof WildcardType wildcard && wildcard.getExtendsBound() != null) {
            return wildcard.getExtendsBound();
        }
        boolean captured = returned instanceof TypeVariable variable
                && variable.asElement().getSimpleName().contentEquals("<captured wildcard>");
        return captured ? ((TypeVariable) returned).getUpperBound() : returned;
    }

    private boolean isOfObject(ExecutableElement method) {
        for (Element member : elements.getTypeElement("java.lang.Object").getEnclosedElements()) {
            if (member instanceof ExecutableElement inherited
                    && inherited.getSimpleName().equals(method.getSimpleName())
                    && inherited.getParameters().size()
                            == method.getParameters().size()) {
                return true;
            }
        }
        return false;
    }

    // ------------------------------------------------------------------ what the weaver needs

    /**
     * Notes an await point under every class that javac may name in the call: the one that declares it, the one of the
     * expression before the dot, or, for a simple name, a class around the call or a class of a static import.
     */
    private void learn(ExecutableElement method, String converter, Tree select) {
        Set<TypeElement> owners = new HashSet<>();
        if (select instanceof MemberSelectTree member) {
            add(owners, new TreePath(new TreePath(getCurrentPath(), select), member.getExpression()));
        } else {
            for (TreePath path = getCurrentPath(); path != null; path = path.getParentPath()) {
                if (path.getLeaf() instanceof ClassTree) {
                    add(owners, path);
                }
            }
            TreePath unit = new TreePath(getCurrentPath().getCompilationUnit());
            for (ImportTree declared : unit.getCompilationUnit().getImports()) {
                if (declared.isStatic() && declared.getQualifiedIdentifier() instanceof MemberSelectTree name) {
                    TreePath path = new TreePath(new TreePath(unit, declared), name);
                    add(owners, new TreePath(path, name.getExpression()));
                }
            }
        }
        // what a class hides or only happens to name alike is another method
        owners.removeIf(type -> !isMember(type, method));
        owners.add(PointDeclarations.classOf(method));
        StringBuilder descriptor = new StringBuilder("(");
        method.getParameters().forEach(parameter -> describe(types.erasure(parameter.asType()), descriptor));
        describe(types.erasure(method.getReturnType()), descriptor.append(')'));
        for (TypeElement owner : owners) {
            points.put(internalName(owner) + "." + method.getSimpleName() + descriptor, converter);
        }
    }

    private void add(Set<TypeElement> owners, TreePath path) {
        TypeMirror type = trees.getTypeMirror(path);
        if (type != null && types.erasure(type) instanceof DeclaredType declared) {
            owners.add((TypeElement) declared.asElement());
        }
    }

    private boolean isMember(TypeElement type, ExecutableElement method) {
        TypeMirror declaring = types.erasure(PointDeclarations.classOf(method).asType());
        if (!types.isSubtype(types.erasure(type.asType()), declaring)) {
            return false;
        }
        return members.computeIfAbsent(type, t -> Set.copyOf(elements.getAllMembers(t)))
                .contains(method);
    }

    private String internalName(TypeElement type) {
        return elements.getBinaryName(type).toString().replace('.', '/');
    }

    private void describe(TypeMirror type, StringBuilder descriptor) {
        switch (type.getKind()) {
            case BOOLEAN -> descriptor.append('Z');
            case BYTE -> descriptor.append('B');
            case CHAR -> descriptor.append('C');
            case SHORT -> descriptor.append('S');
            case INT -> descriptor.append('I');
            case LONG -> descriptor.append('J');
            case FLOAT -> descriptor.append('F');
            case DOUBLE -> descriptor.append('D');
            case VOID -> descriptor.append('V');
            case ARRAY -> describe(((ArrayType) type).getComponentType(), descriptor.append('['));
            default ->
                descriptor
                        .append('L')
                        .append(internalName((TypeElement) ((DeclaredType) type).asElement()))
                        .append(';');
        }
    }
}
