package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RedisMetricsTest {

    /** Answers as Redis would: GET with an error, INCR never, all else with OK. */
    private static final class FakeRedis implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

        FakeRedis() throws IOException {
            start(() -> {
                while (true) {
                    Socket socket = server.accept();
                    start(() -> serve(socket));
                }
            });
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void start(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException e) {
                    // The test is over.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private static void serve(Socket socket) throws IOException {
            try (socket) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    int parts = Integer.parseInt(line.substring(1));
                    String command = "";
                    for (int i = 0; i < parts; i++) {
                        in.readLine();
                        String part = in.readLine();
                        command = i == 0 ? part : command;
                    }
                    String answer = command.equals("GET") ? "-ERR no\r\n" : command.equals("INCR") ? "" : "+OK\r\n";
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                }
            }
        }

        RedisURI uri() {
            return RedisURI.builder()
                    .withHost("127.0.0.1")
                    .withPort(server.getLocalPort())
                    .build();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    @Test
    @Timeout(60)
    void shouldCountConnectionsCommandsAndFailures() throws Exception {
        PrometheusMeterRegistry registry = Scrape.registry();
        try (VoiceMetrics metrics = VoiceMetrics.create();
                FakeRedis redis = new FakeRedis()) {
            metrics.bindTo(registry);
            RedisClient client = RedisClient.create(redis.uri());
            try {
                client.setOptions(ClientOptions.builder()
                        .protocolVersion(ProtocolVersion.RESP2)
                        .pingBeforeActivateConnection(false)
                        .timeoutOptions(TimeoutOptions.enabled(Duration.ofMillis(300)))
                        .build());
                metrics.redis().instrument(client);
                try (StatefulRedisConnection<String, String> connection = client.connect()) {
                    RedisCommands<String, String> commands = connection.sync();
                    commands.set("a", "1");
                    commands.set("a", "2");
                    assertThatThrownBy(() -> commands.get("a")).isInstanceOf(RedisCommandExecutionException.class);
                    assertThatThrownBy(() -> connection
                                    .async()
                                    .incr("b")
                                    .toCompletableFuture()
                                    .get())
                            .hasCauseInstanceOf(RedisCommandTimeoutException.class);

                    // Who waits for an answer may be told before who listens.
                    Scrape scrape = Scrape.of(registry);
                    while (scrape.find("redis_command_errors_total", "command", "INCR")
                            .isEmpty()) {
                        Thread.sleep(10);
                        scrape = Scrape.of(registry);
                    }
                    assertThat(scrape.sum("redis_connections_active")).isEqualTo(1);
                    assertThat(scrape.sum("redis_command_latency_ms_count", "command", "SET"))
                            .isEqualTo(2);
                    assertThat(scrape.sum(
                                    "redis_command_errors_total", "command", "GET", "error_type", "command_error"))
                            .isEqualTo(1);
                    assertThat(scrape.sum("redis_command_errors_total", "command", "INCR", "error_type", "timeout"))
                            .isEqualTo(1);
                    assertThat(scrape.sum("redis_command_latency_ms_sum", "command", "INCR"))
                            .isGreaterThanOrEqualTo(290);
                    assertThat(scrape.types)
                            .containsEntry("redis_connections_active", "gauge")
                            .containsEntry("redis_command_latency_ms", "histogram")
                            .containsEntry("redis_command_errors_total", "counter");
                }
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            }
            assertThat(Scrape.of(registry).sum("redis_connections_active")).isZero();
        }
    }
}
