package pollux.sync;

public final class Stub {
    private Stub() {}
}
