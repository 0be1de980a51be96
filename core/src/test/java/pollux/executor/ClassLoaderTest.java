package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.future.Futures;
import pollux.time.Timers;

/** Adversarial cases 97 and 98: what is used and let go of is collected, whatever threads outlive it. */
@Timeout(value = 120)
class ClassLoaderTest {

    /** Uses a library of its own on a thread that lives on. */
    public static final class UsesItsOwn implements Consumer<Object> {

        /** For the loader. */
        public UsesItsOwn() {}

        @Override
        public void accept(Object host) {
            TaskPool pool = TaskPool.builder().workers(2).build();
            Integer seven = BlockOn.blockOn(
                    pool.spawn(Timers.sleep(Duration.ofMillis(1)).map(slept -> 7))
                            .join());
            Spawner.inline().spawn(Futures.ready(seven));
            BlockOn.blockOn(
                    Spawner.on((ExecutorService) host).spawn(Futures.yieldNow()).join());
            try (LocalPool local = new LocalPool()) {
                local.runUntil(Futures.yieldNow());
            }
            Trampoline.isPolling();
            pool.close();
        }
    }

    /** Makes a pool that outlives it, of a library that it shares. */
    public static final class MakesAPool implements Consumer<Object> {

        /** For the loader. */
        public MakesAPool() {}

        @Override
        @SuppressWarnings("unchecked") // what the test hands in
        public void accept(Object builder) {
            ((Runnable) builder).run();
        }
    }

    private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();

    @Test
    void aLibraryThatWasUsedIsCollected() throws Exception {
        ExecutorService livesOn = Executors.newSingleThreadExecutor();
        livesOn.submit(() -> {}).get(); // its thread is not made by that library
        try {
            WeakReference<ClassLoader> loader = use(ClassLoader.getPlatformClassLoader(), UsesItsOwn.class, livesOn);
            livesOn.submit(() -> {}).get(); // no longer in the run of a task of that library
            assertCollected(loader);
        } finally {
            livesOn.shutdown();
        }
    }

    @Test
    void aPoolDoesNotKeepWhoMadeIt() throws Exception {
        TaskPool[] pool = new TaskPool[1];
        Runnable make = () -> pool[0] = TaskPool.builder().workers(1).build();
        WeakReference<ClassLoader> loader = use(new Without(MakesAPool.class), MakesAPool.class, make);
        try {
            assertCollected(loader);
        } finally {
            pool[0].close();
        }
    }

    private WeakReference<ClassLoader> use(ClassLoader parent, Class<?> scene, Object host) throws Exception {
        URL[] classes = {
            location(TaskPool.class), location(ClassLoaderTest.class),
        };
        try (URLClassLoader loader = new URLClassLoader(classes, parent)) {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                @SuppressWarnings("unchecked") // both scenes are
                Consumer<Object> loaded = (Consumer<Object>) loader.loadClass(scene.getName())
                        .getDeclaredConstructor()
                        .newInstance();
                assertThat(loaded.getClass().getClassLoader()).isSameAs(loader);
                loaded.accept(host);
            } finally {
                thread.setContextClassLoader(before);
            }
            return new WeakReference<>(loader, collected);
        }
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private void assertCollected(WeakReference<ClassLoader> loader) throws InterruptedException {
        Reference<?> found = null;
        for (int i = 0; i < 1_000 && found == null; i++) {
            System.gc();
            found = collected.remove(50);
        }
        assertThat(found).isSameAs(loader);
    }

    /** Shares everything with its children but one class. */
    private static final class Without extends ClassLoader {

        private final String missing;

        Without(Class<?> missing) {
            super(ClassLoaderTest.class.getClassLoader());
            this.missing = missing.getName();
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(missing)) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }
}
