package pollux.internal.memory;

/** Makes sure that a catch block for errors of the machine catches the first one. */
public final class MachineErrors {

    /*
     * The JVM looks up the class that a catch block names when the first exception reaches that block, once for each
     * class file. For a class of a user's loader the lookup calls Java code, which needs stack. Where the stack has
     * ended it fails with a StackOverflowError of its own, and this one passes by the catch block (HotSpot:
     * Method::fast_exception_handler_bci_for continues with the new exception). A class literal looks the name up when
     * it is evaluated, and it is the same entry of the constant pool that the catch block uses.
     */

    private MachineErrors() {}

    /**
     * To be called by the static initialiser of each class that catches errors of the machine, with those that it
     * catches. Does nothing: the literals in the call do it.
     *
     * @param caught the classes that the catch blocks name
     */
    public static void lookedUp(Class<?>... caught) {}
}
