package pollux.compiler;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * The annotation processor that compiles await, for javac from JDK 17 on. It claims no annotation and generates no
 * source: it checks the awaits of each class when javac has attributed it, and weaves the class file when javac has
 * written it. Classes that do not await are not touched.
 *
 * <p>Option {@code -Apollux.debug=true} keeps variables that are not read any more across awaits, for debuggers.
 * {@code -Apollux.lint=none} turns off the warnings of {@link AffinityLint}, {@link DroppedLint} and {@link RetryLint}.
 */
public final class AwaitProcessor extends AbstractProcessor {

    /** Null where the compiler is not javac. */
    private @Nullable Trees trees;

    /** For the service loader of javac. */
    public AwaitProcessor() {}

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of("*");
    }

    @Override
    public Set<String> getSupportedOptions() {
        return Set.of("pollux.debug", "pollux.lint");
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        if (trees != null) {
            for (Element root : round.getRootElements()) {
                TreePath path = trees.getPath(root);
                if (path != null) {
                    new VoidBlocks(trees).check(path);
                }
            }
        }
        return false;
    }

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
        super.init(environment);
        ProcessingEnvironment javac = WrappedEnvironment.unwrap(environment);
        JavacTask task;
        try {
            task = JavacTask.instance(javac);
        } catch (IllegalArgumentException | LinkageError otherCompiler) {
            environment
                    .getMessager()
                    .printMessage(
                            Diagnostic.Kind.NOTE,
                            "Pollux compiles await within javac; weave the class files of this compiler with"
                                    + " java -jar pollux-async-compiler.jar");
            return;
        }
        boolean keepAll = Boolean.parseBoolean(environment.getOptions().get("pollux.debug"));
        // the guard in pollux-core is loaded by another class loader; it looks for this
        String atWork = "pollux.compiler." + System.identityHashCode(task);
        System.setProperty(atWork, "at work");
        trees = Trees.instance(javac);
        task.addTaskListener(new Compilation(javac, trees, keepAll, atWork));
    }

    /** What is known of one run of javac. */
    private static final class Compilation implements TaskListener {

        private final ProcessingEnvironment environment;
        private final Trees trees;
        private final AwaitChecker checker;
        private final ClassOutput output;
        private final Weaver weaver;
        private final String atWork;
        /** Classes with awaits in them that javac has attributed and not written yet. */
        private final IdentityHashMap<TypeElement, Awaiting> awaiting = new IdentityHashMap<>();

        /** Binary names of classes that must not stay in the output, with an event of their source file. */
        private final Map<String, TaskEvent> refused = new LinkedHashMap<>();

        private @Nullable Awaiting current;

        Compilation(ProcessingEnvironment environment, Trees trees, boolean keepAll, String atWork) {
            this.atWork = atWork;
            this.environment = environment;
            this.trees = trees;
            this.checker = new AwaitChecker(environment, trees, this::found);
            this.output = new ClassOutput(environment);
            this.weaver = new Weaver(checker, keepAll, this::warn);
        }

        @Override
        public void finished(TaskEvent event) {
            if (event.getKind() == TaskEvent.Kind.COMPILATION) {
                System.clearProperty(atWork);
                refused.forEach(this::delete); // javac may have written some of them after the refusal
            }
            TypeElement type = event.getTypeElement();
            if (type == null) {
                return;
            }
            if (event.getKind() == TaskEvent.Kind.ANALYZE) {
                TreePath path = trees.getPath(type);
                if (path != null) {
                    checker.scan(path, null);
                }
            } else if (event.getKind() == TaskEvent.Kind.GENERATE) {
                Awaiting found = awaiting.remove(type);
                if (found != null) {
                    weave(type, event, found);
                }
            }
        }

        private void found(TypeElement type, CompilationUnitTree unit, Tree tree) {
            awaiting.computeIfAbsent(type, t -> new Awaiting(unit, new ArrayList<>()))
                    .trees
                    .add(tree);
        }

        /** Finds the first await on a source line or after it, else the last one before it. */
        private Tree tree(Awaiting found, int line) {
            Tree nearest = found.trees.get(0);
            long begin;
            try {
                begin = begin(found.unit.getSourceFile().getCharContent(true), line);
            } catch (IOException unreadable) {
                return nearest;
            }
            for (Tree tree : found.trees) {
                long start = trees.getSourcePositions().getStartPosition(found.unit, tree);
                long best = trees.getSourcePositions().getStartPosition(found.unit, nearest);
                if (best < begin ? start > best : start >= begin && start < best) {
                    nearest = tree;
                }
            }
            return nearest;
        }

        /** javac has dropped its own line map by the time that a second class of a file is looked at. */
        private static long begin(CharSequence source, int line) {
            int at = 0;
            for (int number = 1; number < line && at < source.length(); at++) {
                number += source.charAt(at) == '\n' ? 1 : 0;
            }
            return at;
        }

        private void weave(TypeElement type, TaskEvent event, Awaiting found) {
            Tree first = found.trees.get(0);
            current = found;
            String name = environment.getElementUtils().getBinaryName(type).toString();
            try {
                ClassOutput.ClassFile file = output.find(name, event);
                if (file == null && !refused.isEmpty()) {
                    return; // javac writes no more classes after the error
                }
                if (file == null) {
                    error(found, first, Texts.notReadable(name, output.describe()));
                    return;
                }
                for (Map.Entry<String, byte[]> written :
                        weaver.weave(name, file.bytes(), isSerializable(type)).entrySet()) {
                    file.write(written.getKey(), written.getValue());
                }
            } catch (WeaveException e) {
                error(found, tree(found, e.line()), e.getMessage());
                refuse(found, name, event);
            } catch (IOException e) {
                error(found, first, Texts.notReadable(name, e.toString()));
                refuse(found, name, event);
            }
        }

        /**
         * Deletes a class that cannot be woven, so that no later build takes it for a compiled one, and the top-level
         * classes of its source file: a build tool that looks for them only, as Maven does, compiles the file again.
         */
        private void refuse(Awaiting found, String name, TaskEvent event) {
            refused.put(name, event);
            String packageName = name.substring(0, name.lastIndexOf('.') + 1);
            for (Tree declared : found.unit.getTypeDecls()) {
                if (declared instanceof ClassTree type) {
                    refused.put(packageName + type.getSimpleName(), event);
                }
            }
            refused.forEach(this::delete);
        }

        private void delete(String name, TaskEvent event) {
            try {
                ClassOutput.ClassFile file = output.find(name, event);
                if (file != null) {
                    file.delete();
                }
            } catch (IOException e) {
                environment
                        .getMessager()
                        .printMessage(Diagnostic.Kind.ERROR, "Pollux could not delete " + name + ".class: " + e);
            }
        }

        private boolean isSerializable(TypeElement type) {
            TypeElement serializable = environment.getElementUtils().getTypeElement("java.io.Serializable");
            return serializable != null && environment.getTypeUtils().isSubtype(type.asType(), serializable.asType());
        }

        private void error(Awaiting found, Tree tree, String message) {
            trees.printMessage(Diagnostic.Kind.ERROR, message, tree, found.unit);
        }

        private void warn(String message, int line) {
            Awaiting found = Objects.requireNonNull(current);
            trees.printMessage(Diagnostic.Kind.WARNING, message, tree(found, line), found.unit);
        }
    }

    /** The awaits of one class, for error messages. */
    private record Awaiting(CompilationUnitTree unit, List<Tree> trees) {}

    /** Hears of each await that can be compiled. */
    @FunctionalInterface
    interface Found {
        void await(TypeElement type, CompilationUnitTree unit, Tree tree);
    }

    /** Finds the converter that {@code @Awaits} names on a method; null if the method is no await point. */
    static @Nullable String converterOf(ExecutableElement method) {
        for (var mark : method.getAnnotationMirrors()) {
            if (((TypeElement) mark.getAnnotationType().asElement())
                    .getQualifiedName()
                    .contentEquals("pollux.async.Awaits")) {
                for (var value : mark.getElementValues().entrySet()) {
                    return (String) value.getValue().getValue();
                }
                return "";
            }
        }
        return null;
    }
}
