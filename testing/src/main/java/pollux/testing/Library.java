package pollux.testing;

/** Another library that lives in a simulated world: its threads become tasks there, its clock that of the world. */
public interface Library {

    /**
     * Moves in. Called on the thread of the simulation.
     *
     * @param world where the library's work has to happen from now on
     * @return moves out again; called once, when the run has ended
     */
    Runnable join(World world);
}
