package dev.duplexvoice.packs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplexvoice.VoiceException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that lie, refuse, stall and lead astray. */
class WrongServerTest {
    private static final byte[] BODY = Pulling.body(200_000, 3);

    @TempDir
    private Path folder;

    private Pulling pulling;

    @BeforeEach
    void open() {
        pulling = new Pulling(folder);
    }

    private ThrowableAssertAlternative<VoiceException> pullFails(ModelServer server) {
        return assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY)));
    }

    private void assertNothingKept() {
        assertThat(pulling.part()).doesNotExist();
        assertThat(folder.resolve("test")).doesNotExist();
    }

    @Test
    void shouldKeepNothingAndNameBothDigestsWhenTheFileIsAnother() throws Exception {
        byte[] other = Pulling.body(BODY.length, 4);
        try (ModelServer server = new ModelServer(ModelServer.file(other, Pulling.TAG))) {
            pullFails(server)
                    .withMessageContaining("sha256=" + Pulling.sha256(other))
                    .withMessageContaining("must be " + Pulling.sha256(BODY))
                    .withMessageContaining("nothing of it was kept")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(VoiceException.Code.MODEL));
            assertThat(server.requests).hasSize(1);
        }
        assertNothingKept();
    }

    @ParameterizedTest
    @CsvSource({"199999", "200001", "0"})
    void shouldRefuseAtOnceWhenTheLengthIsAnother(int length) throws Exception {
        try (ModelServer server =
                new ModelServer((request, out) -> ModelServer.head(out, 200, "Content-Length: " + length))) {
            pullFails(server)
                    .withMessageContaining("size=" + length + ": must be 200000")
                    .withMessageContaining("try a mirror");
            assertThat(server.requests).hasSize(1);
        }
        assertNothingKept();
    }

    @Test
    void shouldStopWhenMoreComesThanTheFileHas() throws Exception {
        try (ModelServer server = new ModelServer((request, out) -> {
            ModelServer.head(out, 200);
            for (int i = 0; i < 100; i++) {
                out.write(BODY);
            }
        })) {
            pullFails(server).withMessageContaining("size is more than 200000 bytes");
        }
        assertNothingKept();
    }

    @Test
    void shouldTryAgainAndThenTellWhenLessComesThanWasPromised() throws Exception {
        try (ModelServer server = new ModelServer((request, out) -> {
            ModelServer.head(out, 200, "Content-Length: " + BODY.length);
            out.write(BODY, 0, 1_000);
        })) {
            pullFails(server)
                    .withMessageContaining("the connection ended at 1000 of 200000 bytes, 5 times in a row")
                    .withMessageContaining("1000 of 200000 bytes are kept");
            assertThat(server.requests).hasSize(5);
        }
        assertThat(pulling.pauses).hasSize(4);
        for (int i = 0; i < 4; i++) {
            assertThat(pulling.pauses.get(i).toMillis()).isBetween(500L << i, 1_000L << i);
        }
    }

    @Test
    void shouldTryAgainWhenNobodyAnswersOrTheAnswerIsNone() throws Exception {
        try (ModelServer server = new ModelServer(
                (request, out) -> {},
                (request, out) -> out.write("what?\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));
        }
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldTellWhenNobodyListens() throws Exception {
        URI url;
        try (ModelServer server = new ModelServer(ModelServer.status(200))) {
            url = server.url("/tiny.onnx");
        }
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> pulling.builder().build().pull(Pulling.entry(url, BODY)))
                .withMessageContaining("localhost: Connection refused, 5 times in a row");
    }

    @ParameterizedTest
    @CsvSource({
        "404, it is not there, NOT_FOUND",
        "410, it is not there, NOT_FOUND",
        "403, access refused, IO",
        "407, the proxy wants a user and a password, IO",
        "204, which is no file, IO",
    })
    void shouldNotTryAgainWhenTheServerRefuses(int status, String reason, VoiceException.Code code) throws Exception {
        try (ModelServer server = new ModelServer(ModelServer.status(status, "Content-Length: 0"))) {
            pullFails(server)
                    .withMessageContaining("HTTP status " + status)
                    .withMessageContaining(reason)
                    .withMessageContaining("/tiny.onnx")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(code));
            assertThat(server.requests).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"500", "503", "429"})
    void shouldTryAgainWhenTheServerIsBusy(int status) throws Exception {
        try (ModelServer server =
                new ModelServer(ModelServer.status(status, "Content-Length: 0"), ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));
        }
        assertThat(pulling.told).contains("retry: HTTP status " + status);
    }

    @Test
    void shouldWaitAsLongAsTheServerAsks() throws Exception {
        try (ModelServer server = new ModelServer(
                ModelServer.status(503, "Retry-After: 7", "Content-Length: 0"), ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));
        }
        assertThat(pulling.pauses).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void shouldTellInsteadOfWaitingWhenTheServerAsksForMuch() throws Exception {
        String date = ZonedDateTime.now(ZoneOffset.UTC).plusDays(1).format(DateTimeFormatter.RFC_1123_DATE_TIME);
        try (ModelServer server =
                new ModelServer(ModelServer.status(429, "Retry-After: " + date, "Content-Length: 0"))) {
            pullFails(server)
                    .withMessageContaining("HTTP status 429 and wants 86")
                    .withMessageContaining("run it again after that");
        }
        assertThat(pulling.pauses).isEmpty();
    }

    @Test
    void shouldGoOnWhenTheServerStallsInMidStream() throws Exception {
        try (ModelServer server = new ModelServer(ModelServer.status(200))) {
            ModelServer.Script stall = server.stall(BODY, 70_000);
            try (ModelServer stalling = new ModelServer(stall, ModelServer.file(BODY, "\"s\""))) {
                pulling.builder()
                        .stallTimeout(Duration.ofSeconds(1))
                        .build()
                        .pull(Pulling.entry(stalling.url("/tiny.onnx"), BODY));

                assertThat(stalling.requests.get(1).header("Range")).isEqualTo("bytes=70000-");
            }
        }
        assertThat(pulling.told).contains("retry: the server stalled at 70000 of 200000 bytes for 1 s");
    }

    @Test
    void shouldTakeATrickleForAStall() throws Exception {
        AtomicLong time = new AtomicLong();
        try (ModelServer latch = new ModelServer(ModelServer.status(200));
                ModelServer server = new ModelServer(latch.stall(BODY, 10), ModelServer.file(BODY, "\"s\""))) {
            pulling.builder()
                    .clock(() -> time.addAndGet(Duration.ofSeconds(40).toNanos()))
                    .build()
                    .pull(Pulling.entry(server.url("/tiny.onnx"), BODY));
        }
        assertThat(pulling.told).contains("retry: the server stalled at 10 of 200000 bytes for 30 s");
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }

    @Test
    void shouldFollowRedirectsAndAskThereForTheRest() throws Exception {
        try (ModelServer files = new ModelServer(
                        ModelServer.cut(BODY, Pulling.TAG, 100_000), ModelServer.file(BODY, Pulling.TAG));
                ModelServer server = new ModelServer((request, out) -> {
                    String next = request.target().equals("/tiny.onnx")
                            ? "next?x=1"
                            : files.url("/f").toString();
                    ModelServer.head(out, 302, "Location: " + next, "Content-Length: 0");
                })) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));

            assertThat(server.requests)
                    .extracting(ModelServer.Request::target)
                    .containsExactly("/tiny.onnx", "/next?x=1", "/tiny.onnx", "/next?x=1");
            assertThat(files.requests.get(1).header("Range")).isEqualTo("bytes=100000-");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/tiny.onnx, more than 10 redirects",
        "file:///etc/passwd, which is no web address",
        "http://localhost:65536/f, 'http://localhost:65536/f, which is no web address'",
        "http://localhost:0/f, which is no web address",
        "'http://[', which is no address",
    })
    void shouldRefuseWhenARedirectLeadsNowhere(String location, String reason) throws Exception {
        try (ModelServer server =
                new ModelServer(ModelServer.status(301, "Location: " + location, "Content-Length: 0"))) {
            pullFails(server).withMessageContaining(reason);
            assertThat(server.requests).hasSizeLessThanOrEqualTo(11);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bytes 99999999999999999999-99999999999999999999/99999999999999999999",
        "bytes 1000-199999/99999999999999999999",
        "bytes 1001-199999/200000",
        "nonsense",
    })
    void shouldBeginAnewWhenThePartIsNotTheOneThatWasAskedFor(String range) throws Exception {
        try (ModelServer server = new ModelServer(
                ModelServer.cut(BODY, Pulling.TAG, 1_000),
                ModelServer.status(206, "ETag: " + Pulling.TAG, "Content-Range: " + range),
                ModelServer.file(BODY, Pulling.TAG))) {
            pulling.builder().build().pull(Pulling.entry(server.url("/tiny.onnx"), BODY));
        }
        assertThat(pulling.told)
                .anySatisfy(told -> assertThat(told)
                        .startsWith("retry: the answer is not the rest")
                        .contains("Content-Range: " + range)
                        .contains("try a mirror"));
        assertThat(Files.readAllBytes(pulling.model())).isEqualTo(BODY);
    }
}
