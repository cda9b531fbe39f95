package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.proto.tts.ListModelsRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.routing.WorkerChannels;
import dev.duplexvoice.grpc.support.LogLines;
import dev.duplexvoice.tts.SpeechSynthesizerContract.Reader;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may speak with a worker: certificates and tokens, right ones and wrong ones. */
@Timeout(120)
class WorkerSecurityTest {
    @TempDir
    private static Path folder;

    private static Certificates certificates;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates(folder);
        certificates.make("worker", false);
        certificates.make("client", false);
        certificates.make("expired", true);
    }

    private static TlsFiles own(String name, Path trusted) {
        return new TlsFiles(certificates.certificate(name), certificates.key(name), trusted);
    }

    private static BearerToken token(String text) throws IOException {
        Path file = Files.createTempFile(folder, "token", "");
        Files.writeString(file, text + "\n");
        return BearerToken.ofFile(file);
    }

    /** Nothing if it speaks, else why it does not. */
    private static String speak(RemoteSynthesizer.Builder remote) throws InterruptedException {
        try (RemoteSynthesizer voice = remote.attempts(1).build();
                Reader reader = new Reader(voice, "One two.")) {
            assertThat(reader.all(1_000)).isEqualTo(SteppedVoice.samples(0, 2 * SteppedVoice.WORD));
            return "";
        } catch (VoiceException e) {
            assertThat(e.code()).isEqualTo(VoiceException.Code.SYNTHESIS);
            return e.getMessage() + " / " + root(e).getMessage();
        }
    }

    private static Throwable root(Throwable e) {
        return e.getCause() == null ? e : root(e.getCause());
    }

    @Test
    void shouldSpeakThroughTls() throws InterruptedException {
        try (Loopback loopback = new Loopback(worker -> worker.tls(own("worker", null)))) {
            String target = "localhost:" + loopback.worker.port();

            assertThat(speak(RemoteSynthesizer.builder(target).tls(TlsFiles.trusting(certificates.authority()))))
                    .isEmpty();
            assertThat(speak(RemoteSynthesizer.builder(target))).as("in clear").contains("UNAVAILABLE");
            assertThat(speak(RemoteSynthesizer.builder(target).tls(new TlsFiles(null, null, null))))
                    .as("the system's authorities")
                    .contains("UNAVAILABLE")
                    .contains("unable to find valid certification path");
        }
    }

    @Test
    void shouldAskClientsForTheirCertificateWhenMutual() throws InterruptedException {
        try (Loopback loopback = new Loopback(worker -> worker.tls(own("worker", certificates.authority())))) {
            String target = "localhost:" + loopback.worker.port();

            assertThat(speak(RemoteSynthesizer.builder(target).tls(own("client", certificates.authority()))))
                    .isEmpty();
            assertThat(speak(RemoteSynthesizer.builder(target).tls(TlsFiles.trusting(certificates.authority()))))
                    .contains("UNAVAILABLE");
            assertThat(loopback.voices.requests).hasSize(1);
        }
    }

    @Test
    void shouldTakeTheCertificateOfANameForAWorkerThatIsCalledByItsAddress() throws InterruptedException {
        String address = "127.0.0.2";
        TlsFiles trusting = TlsFiles.trusting(certificates.authority());
        try (Loopback loopback = new Loopback(worker -> worker.host(address).tls(own("worker", null)))) {
            String target = address + ":" + loopback.worker.port();

            assertThat(speak(RemoteSynthesizer.builder(target).tls(trusting)))
                    .contains("UNAVAILABLE")
                    .contains("No subject alternative names matching IP address " + address);
            assertThat(speak(RemoteSynthesizer.builder(target).tls(trusting).authority("another.internal")))
                    .contains("UNAVAILABLE");
            assertThat(speak(RemoteSynthesizer.builder(target).tls(trusting).authority("localhost")))
                    .isEmpty();
            try (StaticWorkerRegistry registry = StaticWorkerRegistry.at("grpc://" + target);
                    WorkerChannels channels = new WorkerChannels(registry, trusting, "localhost")) {
                assertThat(HealthGrpc.newBlockingStub(
                                        channels.of(registry.workers().get(0)))
                                .withDeadlineAfter(20, TimeUnit.SECONDS)
                                .check(HealthCheckRequest.getDefaultInstance())
                                .getStatus())
                        .isEqualTo(ServingStatus.SERVING);
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteSynthesizer.builder("a:1").authority(" "))
                .withMessageContaining("authority= : must not be blank");
    }

    @Test
    void shouldNotTrustAWorkerWhoseCertificateHasExpired() throws Exception {
        // A worker of ours does not even start with it.
        assertThatIllegalArgumentException()
                .isThrownBy(() -> own("expired", null))
                .withMessageContaining("tls.certificate=" + certificates.certificate("expired"))
                .withMessageContaining("renew it");
        var server = NettyServerBuilder.forPort(
                        0,
                        TlsServerCredentials.create(
                                certificates.certificate("expired").toFile(),
                                certificates.key("expired").toFile()))
                .build()
                .start();
        try {
            assertThat(speak(RemoteSynthesizer.builder("localhost:" + server.getPort())
                            .tls(TlsFiles.trusting(certificates.authority()))))
                    .contains("UNAVAILABLE")
                    .contains("NotAfter");
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void shouldRefuseAndLogAClientWhoseCertificateHasExpired() throws Exception {
        try (Loopback loopback = new Loopback(worker -> worker.tls(own("worker", certificates.authority())));
                LogLines log = LogLines.of(Level.INFO)) {
            String target = "localhost:" + loopback.worker.port();
            // A client of ours does not even start with it.
            var channel = NettyChannelBuilder.forTarget(
                            target,
                            TlsChannelCredentials.newBuilder()
                                    .trustManager(certificates.authority().toFile())
                                    .keyManager(
                                            certificates.certificate("expired").toFile(),
                                            certificates.key("expired").toFile())
                                    .build())
                    .build();
            try {
                assertThatThrownBy(() -> TTSServiceGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(20, TimeUnit.SECONDS)
                                .listModels(ListModelsRequest.getDefaultInstance()))
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
            } finally {
                channel.shutdownNow();
            }
            assertThat(log.with("A client's certificate was refused"))
                    .isNotEmpty()
                    .first()
                    .asString()
                    .contains("CN=localhost", "NotAfter");
            assertThat(speak(RemoteSynthesizer.builder(target).tls(own("client", certificates.authority()))))
                    .isEmpty();
        }
    }

    @Test
    void shouldNameFilesThatCannotBeUsed() throws IOException {
        Path text = Files.writeString(folder.resolve("text.pem"), "nothing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsFiles.trusting(text))
                .withMessageContaining("tls.trusted=" + text + ": holds no certificate");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsFiles.of(folder.resolve("none.pem"), text))
                .withMessageContaining("none.pem: cannot be read");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TlsFiles(certificates.certificate("worker"), null, null))
                .withMessageContaining("tls.key=null: give both or none");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Loopback(worker -> worker.tls(TlsFiles.of(certificates.certificate("worker"), text))))
                .withMessageContaining("tls.key=" + text + ": cannot be used");
        TlsFiles strangers = TlsFiles.of(certificates.certificate("worker"), certificates.key("client"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Loopback(worker -> worker.tls(strangers)))
                .withMessageContaining("tls.key=" + certificates.key("client") + ": cannot be used")
                .withMessageContaining("it is the key of another certificate");
    }

    @Test
    void shouldSpeakOnlyWithThoseWhoShowTheToken() throws Exception {
        BearerToken right = token("correct-horse-battery");
        try (Loopback loopback = new Loopback(worker -> worker.token(right));
                LogLines log = LogLines.of(Level.INFO)) {
            String target = loopback.target();

            assertThat(speak(RemoteSynthesizer.builder(target).token(right))).isEmpty();
            assertThat(speak(RemoteSynthesizer.builder(target).token(token("correct-horse-batterz"))))
                    .contains("UNAUTHENTICATED: authorization: this is not the token")
                    .doesNotContain("batter");
            assertThat(speak(RemoteSynthesizer.builder(target)))
                    .contains("UNAUTHENTICATED: authorization is missing")
                    .contains("Give the worker's token");
            assertThatThrownBy(() -> loopback.stub().listModels(ListModelsRequest.getDefaultInstance()))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
            assertThat(log.with("A request was refused"))
                    .anyMatch(line -> line.contains("UNAUTHENTICATED") && line.contains("this is not the token"))
                    .anyMatch(line -> line.contains("ListModels") && line.contains("authorization is missing"))
                    .noneMatch(line -> line.contains("batter"));
            // Those who look whether it lives have no token.
            assertThat(HealthGrpc.newBlockingStub(loopback.channel)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
            assertThat(loopback.worker.stats().sessions()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void shouldNameATokenThatCannotBeUsed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> token("short"))
                .withMessageContaining("the token has 5 characters")
                .withMessageNotContaining("short");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> token("with spaces in between"))
                .withMessageContaining("a header cannot hold");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BearerToken.ofFile(folder.resolve("none")))
                .withMessageContaining("none: cannot be read");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BearerToken.ofEnvironment("VOICE_NO_SUCH_TOKEN"))
                .withMessageContaining("tokenEnv=VOICE_NO_SUCH_TOKEN: is not set");
    }

    /** Collects answers. */
    private record Answers<T>(BlockingQueue<T> queue) implements StreamObserver<T> {
        Answers() {
            this(new LinkedBlockingQueue<>());
        }

        @Override
        public void onNext(T answer) {
            queue.add(answer);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }

    @Test
    void shouldTellItsServicesToThoseWhoAsk() throws Exception {
        try (Loopback loopback = new Loopback()) {
            Answers<ServerReflectionResponse> answers = new Answers<>();
            var asking = ServerReflectionGrpc.newStub(loopback.channel).serverReflectionInfo(answers);
            asking.onNext(
                    ServerReflectionRequest.newBuilder().setListServices("").build());
            ServerReflectionResponse answer = answers.queue().poll(20, TimeUnit.SECONDS);
            asking.onCompleted();

            assertThat(answer).isNotNull();
            assertThat(answer.getListServicesResponse().getServiceList())
                    .extracting(service -> service.getName())
                    .containsAll(List.of("tts.TTSService", "grpc.health.v1.Health"));
        }
    }

    @Test
    void shouldTellItsServicesToOlderToolsToo() throws Exception {
        try (Loopback loopback = new Loopback()) {
            Answers<io.grpc.reflection.v1alpha.ServerReflectionResponse> answers = new Answers<>();
            var asking = io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(loopback.channel)
                    .serverReflectionInfo(answers);
            asking.onNext(io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
                    .setFileContainingSymbol("tts.TTSService")
                    .build());
            var answer = answers.queue().poll(20, TimeUnit.SECONDS);
            asking.onCompleted();

            assertThat(answer).isNotNull();
            assertThat(answer.getFileDescriptorResponse().getFileDescriptorProtoList())
                    .anyMatch(file -> file.toStringUtf8().contains("StartSessionRequest"));
        }
    }
}
