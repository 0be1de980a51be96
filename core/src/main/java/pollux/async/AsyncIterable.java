package pollux.async;

/**
 * What {@link Async#each} makes of a stream, for an enhanced for statement inside a block: {@code for (T item :
 * each(source))} awaits item by item, and cancels the source if the loop is left early.
 *
 * @param <T> the type of the items
 */
public interface AsyncIterable<T> extends Iterable<T> {

    /**
     * Takes the source; a second loop over the same object fails.
     *
     * @return the iterator of the one loop
     */
    @Override
    AsyncIterator<T> iterator();
}
