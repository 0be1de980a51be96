package pollux.compiler;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** {@code @SuppressWarnings("await")} on a method, a class, or the variable that a lambda is assigned to. */
final class Suppressed {

    private Suppressed() {}

    /** Tells whether the annotation stands on a declaration around this place. */
    static boolean at(Trees trees, TreePath place) {
        for (TreePath path = place; path != null; path = path.getParentPath()) {
            Tree leaf = path.getLeaf();
            boolean declares = leaf instanceof MethodTree || leaf instanceof ClassTree || leaf instanceof VariableTree;
            if (declares && isMarked(trees.getElement(path))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMarked(@Nullable Element element) {
        return element != null
                && element.getAnnotationMirrors().stream()
                        .filter(mark -> ((TypeElement) mark.getAnnotationType().asElement())
                                .getQualifiedName()
                                .contentEquals("java.lang.SuppressWarnings"))
                        .anyMatch(mark -> mark.getElementValues().toString().contains("\"await\""));
    }
}
