package dev.duplexvoice.examples.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.examples.cli.VoiceCommand;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.grpc.proto.v1.ConverseRequest;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.DuplexVoiceGrpc;
import dev.duplexvoice.grpc.proto.v1.Event;
import dev.duplexvoice.grpc.proto.v1.Open;
import dev.duplexvoice.grpc.proto.v1.Say;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code voice worker} as a process of its own, on ports of its own, that is spoken with and asked as an operator asks. */
public final class ObservedWorker implements AutoCloseable {
    private static final String LISTENING = "listening on 127.0.0.1:";
    private static final String TELLS = "tells the operator at ";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final String target;
    private final String url;

    private ObservedWorker(Process process, String target, String url) {
        this.process = process;
        this.target = target;
        this.url = url;
    }

    /**
     * Starts one, and waits until it listens.
     *
     * @param folder its working directory, where its file goes too; absolute
     * @param settings lines of it; ports are free ones unless they say otherwise
     */
    public static ObservedWorker start(Path folder, String settings) throws IOException {
        return start(folder, settings, Map.of());
    }

    /** The same, with more in its environment. */
    public static ObservedWorker start(Path folder, String settings, Map<String, String> environment)
            throws IOException {
        Path config = Files.writeString(folder.resolve("observed.yaml"), settings);
        Path errors = folder.resolve("observed.err");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        VoiceCommand.class.getName(),
                        "worker",
                        "--config",
                        config.toString(),
                        "--port",
                        "0",
                        "--operator-port",
                        "0")
                .directory(folder.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String target = null;
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(LISTENING)) {
                target = "127.0.0.1:" + line.substring(LISTENING.length()).replaceAll(" .*", "");
            } else if (line.startsWith(TELLS) && target != null) {
                return new ObservedWorker(process, target, line.substring(TELLS.length()));
            }
        }
        process.destroyForcibly();
        throw new AssertionError(Files.readString(errors));
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Where the operator asks, {@code http://127.0.0.1:9464}. */
    public String url() {
        return url;
    }

    /** Where clients call it, {@code 127.0.0.1:7001}. */
    public String target() {
        return target;
    }

    /** Lets it speak a text and returns how many frames of 20 ms that was. */
    public long speak(String text) throws InterruptedException {
        long samples = 0;
        Semaphore readable = new Semaphore(0);
        try (RemoteSynthesizer voice = RemoteSynthesizer.builder(target).build();
                SynthesisStream stream = voice.start(SynthesisRequest.of(text), readable::release)) {
            short[] buffer = new short[960];
            for (int got = stream.read(buffer, 0, buffer.length);
                    got >= 0;
                    got = stream.read(buffer, 0, buffer.length)) {
                samples += got;
                if (got == 0) {
                    assertThat(readable.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
                }
            }
        }
        return (samples + 959) / 960;
    }

    /**
     * Holds a conversation in which the worker says something, to its end.
     *
     * @param meanwhile done before it ends
     * @return the status that the call ended with
     */
    public Status.Code converse(String text, Callable<?> meanwhile) throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(target).usePlaintext().build();
        try {
            CompletableFuture<Status.Code> end = new CompletableFuture<>();
            CompletableFuture<@Nullable Void> finished = new CompletableFuture<>();
            StreamObserver<ConverseRequest> call = DuplexVoiceGrpc.newStub(channel)
                    .converse(new StreamObserver<>() {
                        @Override
                        public void onNext(ConverseResponse answer) {
                            if (answer.getEvent().getTypeCase() == Event.TypeCase.REPLY_FINISHED) {
                                finished.complete(null);
                            }
                        }

                        @Override
                        public void onError(Throwable failure) {
                            end.complete(Status.fromThrowable(failure).getCode());
                        }

                        @Override
                        public void onCompleted() {
                            end.complete(Status.Code.OK);
                        }
                    });
            call.onNext(ConverseRequest.newBuilder()
                    .setOpen(Open.getDefaultInstance())
                    .build());
            call.onNext(ConverseRequest.newBuilder()
                    .setSay(Say.newBuilder().setText(text))
                    .build());
            CompletableFuture.anyOf(finished, end).get(60, TimeUnit.SECONDS);
            if (!end.isDone()) {
                meanwhile.call();
                call.onCompleted();
            }
            return end.get(60, TimeUnit.SECONDS);
        } finally {
            channel.shutdownNow();
        }
    }

    /** A page, whatever its status. */
    public HttpResponse<String> ask(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What Prometheus is told: the value of a series as it is written, NaN if it is not there. */
    public double scraped(String series) {
        try {
            return ask("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(series + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
