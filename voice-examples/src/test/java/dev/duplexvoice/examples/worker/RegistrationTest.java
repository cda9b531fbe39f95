package dev.duplexvoice.examples.worker;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.registry.RedisOptions;
import dev.duplexvoice.grpc.registry.RedisRegistryOptions;
import dev.duplexvoice.grpc.registry.RedisStore;
import dev.duplexvoice.grpc.registry.RedisWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.support.NumberVoice;
import dev.duplexvoice.grpc.support.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a worker's file says of Redis, in a Redis that wants a password. */
@Timeout(120)
class RegistrationTest {
    private static final String PASSWORD = "open: sesame";

    @TempDir
    private Path folder;

    private WorkerConfig config(RedisServer redis, String more) throws Exception {
        Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        return WorkerConfig.read(Files.writeString(
                folder.resolve("worker.yaml"),
                "port: 0\nsessions.max: 7\nredis.uri: " + redis.uri() + "\nredis.passwordFile: "
                        + folder.resolve("password") + "\n" + more));
    }

    /** The entry of a worker of such a file while it is registered. */
    private WorkerInfo entry(RedisServer redis, WorkerConfig config) throws Exception {
        RedisOptions options = RedisOptions.of(redis.uri()).withLogin(null, PASSWORD.toCharArray());
        try (VoiceEngine engine = VoiceEngine.builder()
                        .providers(List.of(new NumberVoice()))
                        .build();
                SpeechWorker worker = config.worker(engine).start();
                RedisStore store = RedisStore.connect(options);
                RedisWorkerRegistry registry = new RedisWorkerRegistry(
                        store,
                        RedisRegistryOptions.DEFAULT
                                .withInterval(Duration.ofMillis(50))
                                .withGrace(Duration.ZERO))) {
            config.checkRegistration();
            WorkerInfo found;
            try (Registration registration = config.register(worker)) {
                eventually("it has registered", () -> !registry.workers().isEmpty());
                found = registry.workers().get(0);
                assertThat(registration).hasToString(redis.uri() + "/0 as " + found.name() + " at " + found.address());
                assertThat(found.address().port()).isIn(worker.port(), 7_011);
            }
            eventually("its entry is deleted", () -> registry.workers().isEmpty());
            return found;
        }
    }

    @Test
    void shouldRegisterAtTheAddressAndUnderTheNameThatAreGiven() throws Exception {
        try (RedisServer redis = RedisServer.start("--requirepass", PASSWORD)) {
            WorkerInfo own = entry(redis, config(redis, ""));
            assertThat(own.address().host()).isEqualTo("127.0.0.1");
            assertThat(own.name()).endsWith("-" + own.address().port());
            assertThat(own.capabilities().maxConcurrentSessions()).isEqualTo(7);
            assertThat(own.capabilities().languages()).containsExactly("en-us");

            WorkerInfo host =
                    entry(redis, config(redis, "redis.name: a\nredis.address: tts-1.internal\nhost: 0.0.0.0\n"));
            assertThat(host.name()).isEqualTo("a");
            assertThat(host.address().host()).isEqualTo("tts-1.internal");
            assertThat(host.address().port()).isNotEqualTo(7_011);

            WorkerInfo whole = entry(redis, config(redis, "redis.address: grpc://tts-1.internal:7011\n"));
            assertThat(whole.address()).hasToString("grpc://tts-1.internal:7011");
        }
    }

    @Test
    void shouldRegisterNowhereUnlessTold() throws Exception {
        WorkerConfig config = WorkerConfig.read(Files.writeString(folder.resolve("plain.yaml"), "port: 0\n"));
        try (VoiceEngine engine = VoiceEngine.builder()
                        .providers(List.of(new NumberVoice()))
                        .build();
                SpeechWorker worker = config.worker(engine).start()) {
            config.checkRegistration();
            assertThat(config.register(worker)).isNull();
        }
    }
}
