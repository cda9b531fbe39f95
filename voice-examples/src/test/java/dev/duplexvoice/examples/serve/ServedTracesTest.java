package dev.duplexvoice.examples.serve;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.duplexvoice.examples.cli.VoiceCommand;
import dev.duplexvoice.examples.loadtest.SpanReceiver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server and its worker, each a process, that send their spans to a collector. */
@Timeout(240)
class ServedTracesTest {
    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+) with .*");
    // opentelemetry/proto/trace/v1/trace.proto and what holds it
    private static final int RESOURCE_SPANS = 1;
    private static final int RESOURCE = 1;
    private static final int SCOPE_SPANS = 2;
    private static final int SPANS = 2;
    private static final int TRACE_ID = 1;
    private static final int SPAN_ID = 2;
    private static final int PARENT_ID = 4;
    private static final int NAME = 5;

    @TempDir
    private Path folder;

    private final List<Span> spans = new CopyOnWriteArrayList<>();

    private record Span(String service, String name, ByteString trace, ByteString id, ByteString parent) {}

    private void take(byte[] message) {
        for (UnknownFieldSet resource : parts(parsed(ByteString.copyFrom(message)), RESOURCE_SPANS)) {
            String about = first(resource, RESOURCE).toString(StandardCharsets.ISO_8859_1);
            String service =
                    about.contains("voice-worker") ? "worker" : about.contains("voice-server") ? "server" : about;
            for (UnknownFieldSet scope : parts(resource, SCOPE_SPANS)) {
                for (UnknownFieldSet span : parts(scope, SPANS)) {
                    spans.add(new Span(
                            service,
                            first(span, NAME).toStringUtf8(),
                            first(span, TRACE_ID),
                            first(span, SPAN_ID),
                            first(span, PARENT_ID)));
                }
            }
        }
    }

    private static List<UnknownFieldSet> parts(UnknownFieldSet of, int number) {
        return of.getField(number).getLengthDelimitedList().stream()
                .map(ServedTracesTest::parsed)
                .collect(Collectors.toList());
    }

    private static ByteString first(UnknownFieldSet of, int number) {
        List<ByteString> all = of.getField(number).getLengthDelimitedList();
        return all.isEmpty() ? ByteString.EMPTY : all.get(0);
    }

    private static UnknownFieldSet parsed(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private Span span(String service, String name) {
        return spans.stream()
                .filter(span -> span.service.equals(service) && span.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(service + " " + name + ": " + spans));
    }

    @Test
    void shouldSendOneTraceOfAConversationThatAWorkerSpeaksIn() throws Exception {
        try (SpanReceiver collector = SpanReceiver.start(this::take)) {
            String tracing = "tracing.endpoint: '" + collector.endpoint() + "'\n";
            Path file =
                    Files.writeString(folder.resolve("worker.yaml"), "port: 0\noperator.enabled: false\n" + tracing);
            Process worker =
                    ServedVoice.program(folder.resolve("worker.err"), Stream.of("worker", "--config", file.toString()));
            try {
                Matcher listening = LISTENING.matcher(String.valueOf(
                        worker.inputReader(StandardCharsets.UTF_8).readLine()));
                assertThat(listening.matches())
                        .as(Files.readString(folder.resolve("worker.err")))
                        .isTrue();
                Path config = Files.writeString(
                        folder.resolve("voice.yaml"),
                        tracing + "routing.workers: ['grpc://127.0.0.1:" + listening.group(1) + "']\n");
                try (ServedVoice server = ServedVoice.start(folder, config)) {
                    eventually("it is ready", () -> server.ask("/readiness").statusCode() == 200);
                    try (TestCaller caller = new TestCaller(server.socket(), "")) {
                        caller.send("{'type':'session_start'}");
                        caller.await("session_start");
                        caller.send("{'type':'text','text':'Good morning.','is_final':true}");
                        eventually("it speaks", () -> caller.frames.get() > 10);
                        caller.send("{'type':'session_end'}");
                        caller.await("session_end");
                    }
                    // What is still to be sent is sent at the end.
                    server.process.destroy();
                    assertThat(server.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                }
                worker.destroy();
                assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                worker.destroyForcibly();
            }
            Span conversation = span("server", "conversation");
            Span clause = span("server", "tts");
            Span synthesis = span("worker", "synthesis");
            assertThat(List.of(clause.trace, synthesis.trace)).containsOnly(conversation.trace);
            assertThat(synthesis.parent).isEqualTo(clause.id);
            assertThat(span("worker", "inference").parent).isEqualTo(synthesis.id);
        }
    }

    @Test
    void shouldSayWhichKeyIsWrongBeforeAnythingStarts() throws IOException {
        Path file = Files.writeString(
                folder.resolve("voice.yaml"), "tracing.endpoint: localhost:4317\ntracing.sample: 2\n");
        StringWriter errors = new StringWriter();
        int code = VoiceCommand.execute(
                new StringWriter(), new PrintWriter(errors, true), "serve", "--config", file.toString());

        assertThat(code).isEqualTo(2);
        assertThat(errors.toString())
                .contains("voice.yaml:1: tracing.endpoint=localhost:4317: must be http://host:4317", "and 1 more")
                .hasLineCount(1);
        assertThatThrownBy(() -> TraceExport.check("localhost:4317", 1))
                .hasMessage(
                        "tracing.endpoint=localhost:4317: must be a collector's http://host:4317 or https://host:4317");
        assertThatThrownBy(() -> TraceExport.check(null, Double.NaN)).hasMessage("tracing.sample=NaN: must be 0 to 1");
    }
}
