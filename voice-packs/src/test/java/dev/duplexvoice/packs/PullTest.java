package dev.duplexvoice.packs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.duplexvoice.VoiceException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is there after a pull, and what is not. */
class PullTest {
    private static final byte[] BODY = Pulling.body(200_000, 5);

    @TempDir
    private Path folder;

    private Pulling pulling;

    @BeforeEach
    void open() {
        pulling = new Pulling(folder);
    }

    private VoicePacks packs() {
        return VoicePacks.builder().folders(List.of(folder)).build();
    }

    @Test
    void shouldInstallAPackThatIsFoundAndVerified() throws Exception {
        try (ModelServer server = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            PulledModel pulled = pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));

            assertThat(pulled.trusted()).isFalse();
            assertThat(pulled.pack().folder()).isEqualTo(folder.resolve("test/tiny"));
        }
        VoicePacks packs = packs();
        assertThat(packs.problems()).isEmpty();
        InstalledPack pack = packs.find("tiny");
        assertThat(pack.description()).isEqualTo(Pulling.description());
        assertThat(packs.verify(pack)).hasSize(1).allMatch(FileCheck::isRight);
        assertThat(packs.packs()).singleElement().satisfies(voice -> {
            assertThat(voice.files()).containsEntry("model", pulling.model());
            assertThat(voice.settings()).containsEntry("speaker", "1");
        });
    }

    @Test
    void shouldAskForNothingWhenItIsThere() throws Exception {
        try (ModelServer server = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            CatalogEntry entry = Pulling.entry(server.url("/tiny.onnx"), BODY);
            pulling.builder().build().pull(entry);

            PulledModel again = pulling.builder().offline(true).build().pull(entry);

            assertThat(again.fresh()).isFalse();
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void shouldBringItAnewWhenItIsDamagedOrTheCatalogueMeansAnother() throws Exception {
        byte[] newer = Pulling.body(BODY.length + 1, 6);
        try (ModelServer server = new ModelServer(
                ModelServer.file(BODY, Pulling.TAG),
                ModelServer.file(BODY, Pulling.TAG),
                ModelServer.file(newer, "\"two\""))) {
            CatalogEntry entry = Pulling.entry(server.url("/tiny.onnx"), BODY);
            pulling.builder().build().pull(entry);
            byte[] damaged = BODY.clone();
            damaged[1_000] ^= 1;
            Files.write(pulling.model(), damaged);

            assertThat(pulling.builder().build().pull(entry).fresh()).isTrue();
            assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);

            try (InputStream speaking = Files.newInputStream(pulling.model())) {
                pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), newer));
                assertThat(Files.readAllBytes(pulling.model())).isEqualTo(newer);
                assertThat(speaking.readAllBytes()).isEqualTo(BODY); // who has it open goes on
            }
        }
        assertThat(folder.resolve(".pull/.tiny.old")).doesNotExist();
        assertThat(packs().problems()).isEmpty();
    }

    @Test
    void shouldKeepTheOldPackWhenTheNewOneCannotBeHad() throws Exception {
        try (ModelServer server =
                new ModelServer(ModelServer.file(BODY, Pulling.TAG), ModelServer.status(404, "Content-Length: 0"))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));
            CatalogEntry newer = Pulling.entry(server.url("/tiny.onnx"), Pulling.body(100, 1));

            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> pulling.builder().build().pull(newer));
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
        assertThat(packs().find("tiny")).isNotNull();
    }

    @Test
    void shouldWriteDownTheDigestThatItGotWhenNobodyPublishedOne() throws Exception {
        try (ModelServer server = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            PulledModel pulled =
                    pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY.length, null));

            assertThat(pulled.trusted()).isTrue();
        }
        assertThat(packs().find("tiny").files()).extracting(PackFile::sha256).containsExactly(Pulling.sha256(BODY));
    }

    @Test
    void shouldGoOnWithTheNextFileWhenTheFirstIsThere() throws Exception {
        byte[] config = Pulling.body(100, 7);
        try (ModelServer server = new ModelServer(
                ModelServer.file(BODY, Pulling.TAG),
                ModelServer.status(404, "Content-Length: 0"),
                ModelServer.file(config, "\"c\""))) {
            CatalogEntry entry = new CatalogEntry(
                    Pulling.description(),
                    null,
                    List.of(
                            new CatalogFile("model", "m/a.onnx", BODY.length, Pulling.sha256(BODY), server.url("/a")),
                            new CatalogFile("config", "m/a.json", 100, Pulling.sha256(config), server.url("/b"))));
            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> pulling.builder().build().pull(entry))
                    .withMessageContaining("/b");

            pulling.builder().build().pull(entry);

            assertThat(server.requests).extracting(ModelServer.Request::target).containsExactly("/a", "/b", "/b");
        }
        assertThat(packs().find("tiny").file("config")).hasBinaryContent(config);
    }

    @Test
    void shouldContactNobodyWhenOffline() throws Exception {
        try (ModelServer server = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            CatalogEntry entry = Pulling.entry(server.url("/tiny.onnx"), BODY);

            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> pulling.builder().offline(true).build().pull(entry))
                    .withMessageContaining("tiny is not installed")
                    .withMessageContaining("while not offline")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(VoiceException.Code.UNAVAILABLE));
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void shouldAskTheMirrorForTheSamePath() throws Exception {
        try (ModelServer mirror = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder()
                    .mirror(mirror.url("/models/").toString())
                    .build()
                    .pull(Pulling.entry(java.net.URI.create("https://nowhere.invalid/a/b%20c.onnx?x=1"), BODY));

            assertThat(mirror.requests.get(0).target()).isEqualTo("/models/a/b%20c.onnx?x=1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mirror.example", "ftp://mirror.example/", "https://", "https://m.example/?a=b", "ht tp:"})
    void shouldRefuseAMirrorThatIsNoAddress(String mirror) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pulling.builder().mirror(mirror))
                .withMessageContaining("mirror=" + mirror)
                .withMessageContaining("https://mirror.example/models");
    }

    @Test
    void shouldPullOnceWhenTwoAskAtTheSameTime() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch pulled = new CountDownLatch(1);
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (ModelServer server = new ModelServer((request, out) -> {
            asked.countDown();
            waiting.await(); // the second one stands at the lock before this one has anything
            ModelServer.file(BODY, Pulling.TAG).answer(request, out);
        })) {
            CatalogEntry entry = Pulling.entry(server.url("/tiny.onnx"), BODY);
            Future<PulledModel> first = executor.submit(() -> {
                try {
                    return pulling.builder().build().pull(entry);
                } finally {
                    pulled.countDown();
                }
            });
            asked.await();
            Future<PulledModel> second = executor.submit(() -> new Pulling(folder)
                    .builder()
                    .sleeper(pause -> pulled.await())
                    .listener(new PullListener() {
                        @Override
                        public void waiting(Path lock) {
                            waiting.countDown();
                        }
                    })
                    .build()
                    .pull(entry));

            assertThat(first.get().fresh()).isTrue();
            assertThat(second.get().fresh()).isFalse();
            assertThat(server.requests).hasSize(1);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void shouldAskForNothingWhenTheDiskHasNoRoom() throws Exception {
        try (ModelServer server = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            CatalogEntry entry = Pulling.entry(server.url("/tiny.onnx"), BODY);

            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() ->
                            pulling.builder().freeSpace(f -> 1_000).build().pull(entry))
                    .withMessageContaining("room for 1000 bytes, tiny needs " + (200_000 + (1 << 20)) + " more");
            assertThat(server.requests).isEmpty();
        }
    }

    static boolean hasFullDevice() {
        return Files.exists(Path.of("/dev/full"));
    }

    @Test
    @EnabledIf("hasFullDevice")
    void shouldTellWhatIsKeptWhenTheDiskFillsUpMeanwhile() throws Exception {
        Files.createDirectories(pulling.part().getParent());
        Files.createSymbolicLink(pulling.part(), Path.of("/dev/full"));
        try (ModelServer server = new ModelServer(ModelServer.file(BODY, Pulling.TAG))) {
            CatalogEntry entry = Pulling.entry(server.url("/tiny.onnx"), BODY);

            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> pulling.builder().build().pull(entry))
                    .withMessageContaining("tiny.onnx.part cannot be written: No space left on device")
                    .withMessageContaining("0 of 200000 bytes are kept, make room and run it again to go on");
            assertThat(server.requests).hasSize(1);

            Files.delete(pulling.part());
            assertThat(pulling.builder().build().pull(entry).fresh()).isTrue();
        }
    }

    @Test
    void shouldTellWhenTheFolderCannotBeMade() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> ModelPuller.into(file)
                        .build()
                        .pull(Pulling.entry(java.net.URI.create("http://localhost:1/x"), BODY)))
                .withMessageContaining(file + " cannot be written to")
                .withMessageContaining("give another folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {".old", ".lock"})
    void shouldNotConfuseAModelWithWhatLiesBesideAnother(String end) throws Exception {
        byte[] newer = Pulling.body(BODY.length, 6);
        try (ModelServer server =
                        new ModelServer(ModelServer.file(BODY, Pulling.TAG), ModelServer.file(newer, "\"two\""));
                ModelServer cut = new ModelServer(ModelServer.cut(BODY, Pulling.TAG, 1_000))) {
            CatalogEntry other = Pulling.entry("tiny" + end, cut.url("/tiny.onnx"), BODY);
            assertThatExceptionOfType(VoiceException.class)
                    .isThrownBy(() -> pulling.builder().attempts(1).build().pull(other))
                    .withMessageContaining("1000 of " + BODY.length + " bytes are kept");

            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), newer));
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(newer);
        assertThat(folder.resolve(".pull/tiny" + end + "/tiny.onnx.part")).hasSize(1_000);
    }

    @Test
    void shouldRefuseAMirrorWhosePortCannotBe() {
        for (String mirror : new String[] {"http://localhost:65536", "https://localhost:99999999999/m", "http://h:0"}) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> ModelPuller.into(folder).mirror(mirror))
                    .withMessageStartingWith("mirror=" + mirror + ": must be an address")
                    .withMessageContaining("1 to 65535");
        }
    }
}
