package pollux.debug;

import java.util.List;

/**
 * One pool in a dump.
 *
 * @param name the pool in words
 * @param tasks its tasks that were looked at, in the order of their numbers
 * @param others how many it has besides: more than a dump shows, or none that has waited yet
 */
public record PoolTree(String name, List<TaskTree> tasks, long others) implements Comparable<PoolTree> {

    @Override
    public int compareTo(PoolTree other) {
        return name.compareTo(other.name);
    }
}
