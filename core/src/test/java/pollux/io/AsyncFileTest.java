package pollux.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.io.Loopback.bytes;
import static pollux.io.Loopback.run;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/** Files, whole and in pieces. */
@Timeout(value = 120)
class AsyncFileTest {

    private final TaskPool pool = TaskPool.builder().workers(1).build();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void wholeFilesGoThereAndBack() {
        Path file = folder.resolve("whole");
        run(pool, AsyncFile.writeAll(file, "content".getBytes(StandardCharsets.UTF_8)));
        assertThat(run(pool, AsyncFile.readAll(file, 7))).asString().isEqualTo("content");
        assertThatThrownBy(() -> run(pool, AsyncFile.readAll(file, 6))).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void missingFileFails() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> run(pool, AsyncFile.open(missing))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> run(pool, AsyncFile.readAll(missing, 10))).isInstanceOf(NoSuchFileException.class);
    }

    /** Closing a pool cancels its blocking calls by themselves, so that no task gets what they return. */
    @Test
    @EnabledIf("pollux.io.Loopback#canCountDescriptors")
    void fileThatIsOpenedWhileItsPoolIsClosedIsClosed() throws Exception {
        AsyncFile opened =
                run(pool, AsyncFile.open(folder.resolve("f"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        String descriptor = folder.resolve("f").toString();
        assertThat(IoLoad.open(folder)).contains(descriptor);
        CountDownLatch begun = new CountDownLatch(1);
        pool.spawn(new BlockingStep<>(
                "open",
                () -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException closing) {
                        return opened; // as if it had not noticed
                    }
                    throw new AssertionError("this is not opened");
                },
                AsyncFile::close));
        begun.await();
        pool.close();
        assertThat(IoLoad.open(folder)).doesNotContain(descriptor);
    }

    @Test
    void fileIsAReaderAndAWriter() throws Exception {
        Path file = folder.resolve("lines");
        byte[] large = "a line of text\n".repeat(50_000).getBytes(StandardCharsets.UTF_8);
        try (AsyncFile out = run(pool, AsyncFile.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            run(pool, out.writeAll(ByteBuffer.wrap(large)));
            assertThat(out.position()).isEqualTo(large.length);
            run(pool, out.force());
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(large);
        try (AsyncFile in = run(pool, AsyncFile.open(file))) {
            assertThat(run(pool, in.buffered().lines().fold(0, (count, line) -> count + 1)))
                    .isEqualTo(50_000);
            assertThat(run(pool, in.read(ByteBuffer.allocate(1)))).isEqualTo(-1);
            in.position(2);
            ByteBuffer four = ByteBuffer.allocate(4);
            run(pool, in.readExactly(four));
            assertThat(Loopback.text(four)).isEqualTo("line");
        }
    }

    @Test
    void cancelledReadLosesNoByte() throws Exception {
        Path file = Files.writeString(folder.resolve("kept"), "abc");
        Context cx = new Context(Waker.noop(), Services.NONE);
        try (AsyncFile in = run(pool, AsyncFile.open(file))) {
            ByteBuffer into = ByteBuffer.allocate(10);
            Future<Integer> read = in.read(into);
            if (RawFuture.pollAny(read, cx) == RawFuture.PENDING) {
                assertThatThrownBy(() -> in.position(0)).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> RawFuture.pollAny(in.read(into), cx))
                        .isInstanceOf(IllegalStateException.class);
                assertThat(read.cancel()).isTrue();
                assertThat(into.position()).isZero();
                assertThat(in.position()).isZero();
                assertThat(run(pool, in.read(into))).isEqualTo(3);
            }
        }
    }

    @Test
    void closedFileFails() {
        Path file = folder.resolve("closed");
        run(pool, AsyncFile.writeAll(file, new byte[10]));
        AsyncFile in = run(pool, AsyncFile.open(file));
        in.close();
        in.close();
        assertThatThrownBy(() -> run(pool, in.read(bytes("room"))))
                .isInstanceOf(ClosedChannelException.class)
                .hasMessage("AsyncFile[" + file + "] is closed");
    }

    @Test
    void whatAFileWasNotOpenedForSaysSo() {
        Path file = folder.resolve("one-way");
        run(pool, AsyncFile.writeAll(file, new byte[10]));
        try (AsyncFile in = run(pool, AsyncFile.open(file));
                AsyncFile out = run(pool, AsyncFile.open(file, StandardOpenOption.WRITE))) {
            assertThatThrownBy(() -> run(pool, in.write(bytes("x"))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("AsyncFile[" + file + "] was not opened for writing");
            assertThatThrownBy(() -> run(pool, out.read(bytes("room"))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("AsyncFile[" + file + "] was not opened for reading");
        }
    }
}
