package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A real Prometheus on a port of its own, with the project's configuration and rules, except that every interval is a second and that
 * the targets are one endpoint, as server and as worker, and one where nobody answers.
 */
final class PrometheusServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path log;
    private final String uri;
    private final Process process;

    /**
     * Starts it and waits until it answers.
     *
     * @param folder an empty one, for it alone
     * @param endpoint what it scrapes
     */
    PrometheusServer(Path folder, URI endpoint) {
        String program = Program.of("prometheus", "prometheus").path();
        int port = freePort();
        log = folder.resolve("log");
        uri = "http://127.0.0.1:" + port;
        try {
            copy(Program.OPS.resolve("prometheus"), folder);
            target(folder, "orchestrator", endpoint.getAuthority(), endpoint.getPath());
            target(folder, "tts-workers", endpoint.getAuthority(), endpoint.getPath());
            target(folder, "redis", "127.0.0.1:" + freePort(), "/metrics");
            process = new ProcessBuilder(
                            program,
                            "--config.file=" + folder.resolve("prometheus.yml"),
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port,
                            "--log.level=warn")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("Prometheus answers", () -> status("/-/ready") == 200);
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                String text = Files.readString(file).replaceAll("(?m)^( *[a-z_]*interval: ).*", "$11s");
                Files.writeString(copy, text);
            }
        }
    }

    private static void target(Path folder, String job, String address, String path) throws IOException {
        Files.writeString(folder.resolve("targets/" + job + ".yml"), """
                - targets: ['%s']
                  labels: {worker: 'tts@0', __metrics_path__: '%s'}
                """.formatted(address, path));
    }

    /** Waits until it is so; fails after a minute. */
    void await(String what, BooleanSupplier condition) {
        for (int i = 0; i < 300; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            assertThat(process.isAlive())
                    .as("Prometheus lives; it said: " + said())
                    .isTrue();
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new AssertionError("not within a minute: " + what + "; Prometheus said: " + said());
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What an expression gives now: an array of samples. Fails if it cannot be computed. */
    JsonNode query(String expression) {
        return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8), expression)
                .path("result");
    }

    /** Whether an expression gives at least one number. */
    boolean hasData(String expression) {
        for (JsonNode sample : query(expression)) {
            if (Double.isFinite(number(sample.path("value").path(1).asText()))) {
                return true;
            }
        }
        return false;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** The {@code data} of an answer of its API. */
    JsonNode get(String path, String purpose) {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(uri + path)).build(), HttpResponse.BodyHandlers.ofString());
            JsonNode answer = JSON.readTree(response.body());
            assertThat(answer.path("status").asText())
                    .as(purpose + ": " + response.body())
                    .isEqualTo("success");
            return answer.path("data");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(purpose, e);
        }
    }

    private int status(String path) {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create(uri + path)).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
