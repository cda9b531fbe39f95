package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.grpc.proto.tts.ControlCommand;
import dev.duplexvoice.grpc.proto.tts.ControlRequest;
import dev.duplexvoice.grpc.proto.tts.GetCapabilitiesRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.v1.ConverseRequest;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.DuplexVoiceGrpc;
import dev.duplexvoice.grpc.proto.v1.Event;
import dev.duplexvoice.grpc.proto.v1.Open;
import dev.duplexvoice.grpc.proto.v1.Say;
import dev.duplexvoice.micrometer.operator.OperatorEndpoint;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class WorkerCommandTest {
    private static final Pattern LISTENING =
            Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+) with the voices (.*); the default is (.*)");

    @TempDir
    private Path folder;

    /** {@code voice worker} as a process of its own. */
    private Process start(Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The program's own, not that of tests.
                "-Dlogback.configurationFile="
                        + Path.of("src/main/resources/logback.xml").toAbsolutePath(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                VoiceCommand.class.getName(),
                "worker"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("err.txt").toFile())
                .start();
    }

    private Matcher listening(Process process) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        Matcher matcher = LISTENING.matcher(String.valueOf(line));
        assertThat(matcher.matches())
                .as("%s%n%s", line, Files.readString(folder.resolve("err.txt")))
                .isTrue();
        return matcher;
    }

    @Test
    void shouldSpeakOnEmbeddedDefaultsAndFinishWhatItSpeaksWhenTerminated() throws Exception {
        Process process = start("--port", 0);
        try {
            Matcher listening = listening(process);
            assertThat(listening.group(2)).startsWith("rms, ");
            assertThat(listening.group(3)).isEqualTo("rms");
            Semaphore readable = new Semaphore(0);
            try (RemoteSynthesizer voice = RemoteSynthesizer.builder("127.0.0.1:" + listening.group(1))
                            .build();
                    SynthesisStream stream = voice.start(
                            SynthesisRequest.of("one two three four five ".repeat(20)), readable::release)) {
                short[] buffer = new short[960];
                int samples = read(stream, readable, buffer);
                assertThat(samples).isPositive();

                // SIGTERM; most of the text is still to be spoken.
                process.destroy();

                int all = samples;
                for (; samples > 0; samples = read(stream, readable, buffer)) {
                    all += samples;
                }
                assertThat(all).as("a hundred words").isGreaterThan(20 * 48_000);
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(Files.readString(folder.resolve("err.txt")))
                    .contains("A session was started", "The worker has ended")
                    .contains("completed=\"true\"")
                    .doesNotContain("Exception", "\tat ");
        } finally {
            process.destroyForcibly();
        }
    }

    private static int read(SynthesisStream stream, Semaphore readable, short[] buffer) throws InterruptedException {
        int samples = stream.read(buffer, 0, buffer.length);
        while (samples == 0) {
            assertThat(readable.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            samples = stream.read(buffer, 0, buffer.length);
        }
        return samples;
    }

    @Test
    void shouldHoldConversationsAndTellTheirClientsWhenItIsTerminated() throws Exception {
        Path file = Files.writeString(folder.resolve("worker.yaml"), "drain: 1s");
        Process process = start("--config", file, "--port", 0);
        ManagedChannel channel = null;
        try {
            channel = NettyChannelBuilder.forTarget(
                            "127.0.0.1:" + listening(process).group(1))
                    .usePlaintext()
                    .build();
            BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
            StreamObserver<ConverseRequest> call = DuplexVoiceGrpc.newStub(channel)
                    .converse(new StreamObserver<>() {
                        @Override
                        public void onNext(ConverseResponse answer) {
                            answers.add(answer);
                        }

                        @Override
                        public void onError(Throwable failure) {
                            answers.add(failure);
                        }

                        @Override
                        public void onCompleted() {
                            answers.add("completed");
                        }
                    });
            call.onNext(ConverseRequest.newBuilder()
                    .setOpen(Open.newBuilder().putOptions("voice.name", "slt"))
                    .build());
            call.onNext(ConverseRequest.newBuilder()
                    .setSay(Say.newBuilder().setText("Good morning."))
                    .build());
            List<Object> seen = new ArrayList<>();
            Event finished = await(answers, seen, Event.TypeCase.REPLY_FINISHED);
            assertThat(finished.getReplyFinished().getHeard()).isEqualTo("Good morning.");
            assertThat(seen.stream().filter(answer -> answer instanceof ConverseResponse one && one.hasAudio()))
                    .hasSizeGreaterThan(20);

            process.destroy();
            Event closed = await(answers, seen, Event.TypeCase.CLOSED);
            assertThat(closed.getClosed().getReason()).isEqualTo("drained");
            assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo("completed");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
            if (channel != null) {
                channel.shutdownNow();
            }
        }
    }

    private static Event await(BlockingQueue<Object> answers, List<Object> seen, Event.TypeCase wanted)
            throws InterruptedException {
        while (true) {
            Object answer = answers.poll(30, TimeUnit.SECONDS);
            assertThat(answer).as("before %s: %s", wanted, seen).isInstanceOf(ConverseResponse.class);
            seen.add(answer);
            Event event = ((ConverseResponse) answer).getEvent();
            if (event.getTypeCase() == wanted) {
                return event;
            }
        }
    }

    @Test
    void shouldReadItsFileAndLetOptionsGoBeforeIt() throws Exception {
        Path file = Files.writeString(folder.resolve("worker.yaml"), """
                # A worker for two callers.
                port: 1
                voice: slt
                sessions:
                  max: 2
                  idle: 30s
                models.maxResident: 2
                """);
        Process process = start("--config", file, "--port", 0);
        try {
            assertThat(listening(process).group(3)).isEqualTo("slt");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldTakeAnotherPortForTheOperatorWhenTheUsualOneIsTaken() throws Exception {
        ServerSocket taken = usualOperatorPort();
        Process process = start("--port", 0);
        try {
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            assertThat(out.readLine()).matches(LISTENING);
            String tells = out.readLine();
            assertThat(tells)
                    .startsWith("tells the operator at http://127.0.0.1:")
                    .doesNotEndWith(":" + OperatorEndpoint.PORT);
            assertThat(Files.readString(folder.resolve("err.txt")))
                    .contains("voice: port 9464 is taken, so the operator's commands need --url http://127.0.0.1:"
                            + tells.substring(tells.lastIndexOf(':') + 1));
        } finally {
            process.destroyForcibly();
            if (taken != null) {
                taken.close();
            }
        }
    }

    /** Taken, by this test unless somebody else has it anyway. */
    private static @Nullable ServerSocket usualOperatorPort() throws IOException {
        try {
            return new ServerSocket(OperatorEndpoint.PORT, 1, InetAddress.getLoopbackAddress());
        } catch (BindException e) {
            return null;
        }
    }

    @Test
    void shouldTellNobodyAnythingWhenToldSo() throws Exception {
        Path file = Files.writeString(folder.resolve("worker.yaml"), "operator.enabled: false");
        Process process = start("--config", file, "--port", 0);
        try {
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            assertThat(out.readLine()).matches(LISTENING);
            // SIGTERM, but what it has written can still be read.
            assertThat(process.toHandle().destroy()).isTrue();
            assertThat(out.readLine()).isNull();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldSayWhatItReadsAnewAndWhatNeedsARestart() throws Exception {
        Path file = Files.writeString(folder.resolve("worker.yaml"), "operator.enabled: false\nsessions.max: 5\n");
        Process process = start("--config", file, "--port", 0);
        ManagedChannel channel = null;
        try {
            channel = NettyChannelBuilder.forTarget(
                            "127.0.0.1:" + listening(process).group(1))
                    .usePlaintext()
                    .build();
            var stub = TTSServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
            stub.startSession(StartSessionRequest.newBuilder().setSessionId("s").build());
            ControlRequest reload = ControlRequest.newBuilder()
                    .setSessionId("s")
                    .setCommand(ControlCommand.RELOAD)
                    .build();
            assertThat(stub.control(reload).getMessage())
                    .startsWith("sessions.max=5 and sessions.idle=300s read anew; ");

            Files.writeString(file, "operator.enabled: false\nsessions.max: 1\ndrain: 5s\n");

            assertThat(stub.control(reload).getMessage())
                    .startsWith("sessions.max=1 and sessions.idle=300s read anew, a restart is needed for drain,"
                            + " sessions.max of conversations; ");
            assertThat(stub.getCapabilities(GetCapabilitiesRequest.getDefaultInstance())
                            .getCapabilities()
                            .getMaxConcurrentSessions())
                    .isEqualTo(1);
        } finally {
            if (channel != null) {
                channel.shutdownNow();
            }
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    prot: 7001              | prot=7001: there is no such key; use one of host, port,
                    port: seven             | port=seven: must be a whole number
                    port: 70000             | port=70000: must be 0 to 65535
                    host: 7                 | host=7: must be a text
                    sessions: {max: 0}      | sessions.max=0: must be 1 to 100000
                    sessions: {most: 4}     | sessions.most=4: there is no such key
                    sessions.idle: 10       | sessions.idle=10: must be a duration: 500ms
                    drain: 25h              | drain=90000000ms: must be 0 to 24h
                    models.maxResident: 0   | models.maxResident=0: must be 1 to 1000
                    models.languages: en    | models.languages=en: must be a list of texts
                    token.file: /none/here  | tokenFile=/none/here: cannot be read
                    token.env: VOICE_NONE_X | tokenEnv=VOICE_NONE_X: is not set
                    tls.key: /none/here     | tls.certificate is missing
                    port:                   | port has no value
                    operator.port: 70000    | operator.port=70000: must be 0 to 65535
                    operator.enabled: maybe | operator.enabled=maybe: must be true or false
                    operator.prot: 9464     | operator.prot=9464: there is no such key
                    operator.token.file: /none/here | operator.token.file=/none/here: cannot be read
                    operator.token.env: VOICE_NONE_X | operator.token.env=VOICE_NONE_X: is not set
                    operator.token: {file: a, env: B} | operator.token.file=a, operator.token.env=B: give one of them
                    redis.uri: localhost    | redis.uri=(not shown): its scheme is neither redis nor rediss
                    redis.uri: 6379         | redis.uri=6379: must be a text
                    redis: {name: a}        | redis.uri is missing: redis.name needs it
                    redis.url: redis://u:secret@h | redis.url=(not shown): there is no such key
                    {redis.uri: 'redis://h', host: 0.0.0.0} | redis.address is missing: host=0.0.0.0
                    {redis.uri: 'redis://h', redis.name: a b} | redis.name=a b: must be 1 to 128 characters
                    {redis.uri: 'redis://h', redis.address: 'http://x'} | redis.address=http://x: must be grpc://host:port
                    {redis.uri: 'redis://h', redis.heartbeat: 30s} | redis.heartbeat=30000ms: must be less than redis.timeToLive=30000ms
                    {redis.uri: 'redis://h', redis.timeToLive: 1500ms, redis.heartbeat: 1s} | redis.timeToLive=1500ms: must be 1s to 1h
                    {redis.uri: 'redis://h', redis.user: u} | redis.user=u: needs a password
                    {redis.uri: 'redis://h', redis.passwordEnv: VOICE_NONE_X} | redis.passwordEnv=VOICE_NONE_X: is not set
                    {redis.uri: 'redis://h', redis.passwordFile: /none/here} | redis.passwordFile=/none/here: cannot be read
                    {redis.uri: 'redis://h', redis.trusted: /none/here} | redis.trusted=/none/here
                    [7001]                  | holds no keys
                    'a: b: c'               | is no YAML
                    """)
    void shouldNameFileKeyValueAndRemedyWhenASettingIsWrong(String yaml, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("worker.yaml"), yaml);

        Cli result = Cli.run("worker", "--config", file, "--port", 0);

        assertThat(result.code).as(result.err).isEqualTo(2);
        assertThat(result.err.lines()).hasSize(1);
        assertThat(result.err).contains(file.toString(), message).doesNotContain("internal error", "secret");
        assertThat(result.out).isEmpty();
    }

    @Test
    void shouldNameWhatIsWrongWithItsOptions() throws IOException {
        assertWrong(2, "voice=zoe: there is no such voice; use one of [rms", "--voice", "zoe");
        assertWrong(2, "port=70000: must be 0 to 65535", "--port", 70_000);
        assertWrong(2, "sessions.max=0: must be 1", "--max-sessions", 0);
        assertWrong(
                2,
                "config=" + folder.resolve("none.yaml") + ": cannot be read",
                "--config",
                folder.resolve("none.yaml"));
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertWrong(
                    1,
                    "operator.port=" + taken.getLocalPort() + ": cannot be listened at; is another worker",
                    "--port",
                    0,
                    "--operator-port",
                    taken.getLocalPort());
            assertWrong(1, "port=" + taken.getLocalPort() + ": cannot be listened at", "--port", taken.getLocalPort());
        }
    }

    private static void assertWrong(int code, String message, Object... options) {
        Object[] arguments = new Object[options.length + 1];
        arguments[0] = "worker";
        System.arraycopy(options, 0, arguments, 1, options.length);
        Cli result = Cli.run(arguments);

        assertThat(result.code).as(result.err).isEqualTo(code);
        assertThat(result.err.lines()).as(result.err).hasSize(1);
        assertThat(result.err).contains(message);
    }
}
