package dev.duplexvoice.packs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplexvoice.VoiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pull that was broken off goes on where it was. */
class ResumeTest {
    private static final byte[] BODY = Pulling.body(300_000, 1);
    private static final byte[] OTHER = Pulling.body(300_000, 2);

    @TempDir
    private Path folder;

    private Pulling pulling;

    @BeforeEach
    void open() {
        pulling = new Pulling(folder);
    }

    @Test
    void shouldGoOnAtTheByteWhenTheConnectionIsCut() throws Exception {
        try (ModelServer server = new ModelServer(
                ModelServer.cut(BODY, Pulling.TAG, 100_000),
                ModelServer.cut(BODY, Pulling.TAG, 50_000),
                ModelServer.file(BODY, Pulling.TAG))) {
            PulledModel pulled = pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));

            assertThat(pulled.fresh()).isTrue();
            assertThat(server.requests).hasSize(3);
            assertThat(server.requests.get(0).header("Range")).isNull();
            assertThat(server.requests.get(1).header("Range")).isEqualTo("bytes=100000-");
            assertThat(server.requests.get(1).header("If-Range")).isEqualTo(Pulling.TAG);
            assertThat(server.requests.get(2).header("Range")).isEqualTo("bytes=150000-");
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
        assertThat(pulling.pauses).hasSize(2).allMatch(pause -> pause.toMillis() >= 500 && pause.toMillis() <= 2_000);
        assertThat(pulling.told)
                .containsSubsequence(
                        "started at 0", "retry: the connection ended at 100000 of 300000 bytes", "finished");
    }

    @Test
    void shouldKeepWhatArrivedForTheNextRunWhenAttemptsAreUsedUp() throws Exception {
        try (ModelServer server =
                new ModelServer(ModelServer.cut(BODY, Pulling.TAG, 100_000), ModelServer.file(BODY, Pulling.TAG))) {
            CatalogEntry entry = Pulling.entry(server.url("/tiny.onnx"), BODY);
            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> pulling.builder().attempts(1).build().pull(entry))
                    .withMessageContaining("the connection ended at 100000 of 300000 bytes, 1 times in a row")
                    .withMessageContaining("100000 of 300000 bytes are kept, run it again later to go on");
            assertThat(Files.readAllBytes(pulling.part())).isEqualTo(Pulling.start(BODY, 100_000));
            assertThat(folder.resolve("test")).doesNotExist();

            Pulling again = new Pulling(folder);
            again.builder().build().pull(entry);

            assertThat(again.told).startsWith("started at 100000");
            assertThat(server.requests.get(1).header("Range")).isEqualTo("bytes=100000-");
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
        assertThat(folder.resolve(".pull/tiny")).doesNotExist();
    }

    @Test
    void shouldTakeTheWholeFileWhenTheServerKnowsNoRanges() throws Exception {
        try (ModelServer server = new ModelServer(ModelServer.cut(BODY, Pulling.TAG, 100_000), (request, out) -> {
            ModelServer.head(out, 200, "Content-Length: " + BODY.length);
            out.write(BODY);
        })) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));

            assertThat(server.requests.get(1).header("Range")).isEqualTo("bytes=100000-");
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldTakeTheWholeNewFileWhenItChangedBetweenAttempts() throws Exception {
        try (ModelServer server =
                new ModelServer(ModelServer.cut(OTHER, "\"old\"", 100_000), ModelServer.file(BODY, "\"new\""))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));

            assertThat(server.requests.get(1).header("If-Range")).isEqualTo("\"old\"");
            assertThat(server.requests).hasSize(2);
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldBeginAnewWhenTheServerContinuesAnotherFile() throws Exception {
        try (ModelServer server = new ModelServer(
                ModelServer.cut(OTHER, "\"old\"", 100_000),
                (request, out) -> { // does not know If-Range
                    ModelServer.head(
                            out,
                            206,
                            "ETag: \"new\"",
                            "Content-Length: 200000",
                            "Content-Range: bytes 100000-299999/300000");
                    out.write(BODY, 100_000, 200_000);
                },
                ModelServer.file(BODY, "\"new\""))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));

            assertThat(server.requests.get(2).header("Range")).isNull();
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldBeginAnewWhenTheServerSendsAnotherPart() throws Exception {
        try (ModelServer server = new ModelServer(
                ModelServer.cut(BODY, Pulling.TAG, 100_000),
                (request, out) -> {
                    ModelServer.head(out, 206, "Content-Length: 299000", "Content-Range: bytes 1000-299999/300000");
                    out.write(BODY, 1_000, 299_000);
                },
                ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));

            assertThat(server.requests.get(2).header("Range")).isNull();
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldBeginAnewWhenTheServerSaysThereIsNoSuchPart() throws Exception {
        try (ModelServer server = new ModelServer(
                ModelServer.cut(BODY, Pulling.TAG, 100_000),
                ModelServer.status(416, "Content-Length: 0"),
                ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));

            assertThat(server.requests.get(2).header("Range")).isNull();
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldFetchTheWholeOnceMoreWhenWhatItWentOnFromWasWrong() throws Exception {
        Files.createDirectories(pulling.part().getParent());
        Files.write(pulling.part(), Pulling.start(OTHER, 100_000));
        try (ModelServer server = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));

            assertThat(server.requests)
                    .extracting(request -> request.header("Range"))
                    .containsExactly("bytes=100000-", null);
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldNotGoOnWhenNothingCouldTellThatTheRestBelongsToIt() throws Exception {
        Files.createDirectories(pulling.part().getParent());
        Files.write(pulling.part(), Pulling.start(OTHER, 100_000));
        try (ModelServer server = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY.length, null));

            assertThat(server.requests)
                    .hasSize(1)
                    .extracting(request -> request.header("Range"))
                    .containsOnlyNulls();
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldLeaveSomethingToGoOnFromWhenInterrupted() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch pausing = new CountDownLatch(1);
        try (ModelServer server = new ModelServer(ModelServer.cut(BODY, Pulling.TAG, 100_000))) {
            CatalogEntry entry = Pulling.entry(server.url("/tiny.onnx"), BODY);
            ModelPuller puller = pulling.builder()
                    .sleeper(pause -> {
                        pausing.countDown();
                        new CountDownLatch(1).await();
                    })
                    .build();
            Thread thread = new Thread(() -> {
                try {
                    puller.pull(entry);
                } catch (InterruptedException | RuntimeException e) {
                    thrown.set(e);
                }
            });
            thread.start();
            pausing.await();
            thread.interrupt();
            thread.join();
        }
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(Files.readAllBytes(pulling.part())).isEqualTo(Pulling.start(BODY, 100_000));
    }
}
