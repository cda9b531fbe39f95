package dev.duplexvoice.grpc.registry;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import dev.duplexvoice.grpc.support.LogLines;
import dev.duplexvoice.grpc.support.RedisServer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisLoginTest {
    private static final String SECRET = "s3cret-Passw0rd";

    /** From debug on: at trace Lettuce prints every byte that it sends. */
    @Test
    void shouldLogInAndShowTheCredentialsToNobody() {
        try (LogLines log = LogLines.ofEverything(Level.DEBUG);
                RedisServer redis = RedisServer.start(
                        "--user",
                        "voice",
                        "on",
                        ">" + SECRET,
                        "~*",
                        "+@all",
                        "--user",
                        "default",
                        "on",
                        "nopass",
                        "-@all",
                        "+ping")) {
            RedisOptions right = RedisOptions.of("redis://voice:" + SECRET + "@127.0.0.1:" + redis.port());
            try (RedisStore store = RedisStore.connect(right)) {
                eventually("logged in", () -> store.connections() > 0);
                RedisAffinities affinities = new RedisAffinities(store);
                affinities.remember("s", "w");
                eventually("may write", () -> {
                    affinities.remember("s", "w");
                    return "w"
                            .equals(new RedisAffinities(store)
                                    .find("s")
                                    .toCompletableFuture()
                                    .join());
                });
                assertThat(store.toString() + right).doesNotContain(SECRET);
            }
            try (RedisStore store = RedisStore.connect(
                    RedisOptions.of(redis.uri()).withLogin("voice", ("wrong-" + SECRET).toCharArray()))) {
                eventually("refused", () -> log.with("no connection to Redis").size() == 1);
                assertThat(store.connections()).isZero();
                assertThat(log.with("no connection to Redis").get(0)).contains("WRONGPASS");
                assertThat(store.ping().toCompletableFuture()).isCompletedExceptionally();
                assertThat(catchThrowable(
                                () -> store.ping().toCompletableFuture().get(30, TimeUnit.SECONDS)))
                        .hasMessageContaining("WRONGPASS")
                        .hasMessageNotContaining(SECRET);
            }
            assertThat(log.lines()).isNotEmpty().noneMatch(line -> line.contains(SECRET));
        }
    }

    @Test
    void shouldSpeakTlsAndRefuseACertificateOfAStranger(@TempDir Path folder) throws Exception {
        Path own = certificate(folder, "own");
        Path other = certificate(folder, "other");
        try (RedisServer redis = RedisServer.startWithTls(
                "--tls-cert-file", own.toString(),
                "--tls-key-file", folder.resolve("own.key").toString(),
                "--tls-ca-cert-file", own.toString(),
                "--tls-auth-clients", "no")) {
            String uri = "rediss://localhost:" + redis.port();
            try (RedisStore store = RedisStore.connect(RedisOptions.of(uri).withTrustedCertificates(own))) {
                eventually("connected", () -> store.connections() > 0);
                store.ping().toCompletableFuture().get(30, TimeUnit.SECONDS);
            }
            try (LogLines log = LogLines.of(Level.WARN);
                    RedisStore store = RedisStore.connect(RedisOptions.of(uri).withTrustedCertificates(other))) {
                eventually("refused", () -> log.with("no connection to Redis").size() == 1);
                assertThat(store.connections()).isZero();
            }
        }
    }

    private static Path certificate(Path folder, String name) throws Exception {
        Path file = folder.resolve(name + ".crt");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout",
                        folder.resolve(name + ".key").toString(),
                        "-out",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        assertThat(openssl.waitFor()).isZero();
        return file;
    }
}
