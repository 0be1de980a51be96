package pollux.reactive;

public final class Stub {
    private Stub() {}
}
