module app {
    requires pollux.core;

    exports app;
}
