package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A real Prometheus on a port of its own, with the project's configuration and rules, except that every interval is a second and that
 * the targets are one endpoint, as server and as worker, and one where nobody answers.
 */
final class PrometheusServer implements AutoCloseable {
    private final ServerProcess server;
    private final String url;
    private final String nobody = "127.0.0.1:" + ServerProcess.freePort();

    /**
     * Starts it and waits until it is ready.
     *
     * @param folder an empty one, for it alone
     * @param endpoint what it scrapes
     */
    PrometheusServer(Path folder, URI endpoint) {
        String program = Program.of("prometheus", "prometheus").path();
        int port = ServerProcess.freePort();
        try {
            copy(Program.OPS.resolve("prometheus"), folder);
            target(folder, "orchestrator", endpoint.getAuthority(), endpoint.getPath());
            target(folder, "tts-workers", endpoint.getAuthority(), endpoint.getPath());
            target(folder, "redis", nobody, "/metrics");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        url = "http://127.0.0.1:" + port;
        server = new ServerProcess(
                folder.resolve("log"),
                port,
                List.of(
                        program,
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn"));
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
                  labels: {%s__metrics_path__: '%s'}
                """.formatted(
                        address, job.equals("redis") ? "" : "worker: 'tts@0', ", path));
    }

    /** Where it is asked, {@code http://127.0.0.1:9090}. */
    String url() {
        return url;
    }

    /** Where nobody answers, {@code 127.0.0.1:9121}: the target for Redis. */
    String nobody() {
        return nobody;
    }

    /** Waits until an expression gives at least one number. */
    void awaitData(String expression) {
        server.await("data of " + expression, () -> hasData(expression));
    }

    /** What an expression gives now: an array of samples. Fails if it cannot be computed. */
    JsonNode query(String expression) {
        return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8), expression)
                .path("result");
    }

    /** Whether an expression gives at least one number. */
    boolean hasData(String expression) {
        for (JsonNode sample : query(expression)) {
            String value = sample.path("value").path(1).asText();
            if (!value.endsWith("Inf") && !value.equals("NaN")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Which of these queries have no data though all metrics are there that they name. A rate of what stands still while it is scraped,
     * and a percentile of it, are no data.
     */
    List<String> withoutData(List<Dashboards.Query> queries) {
        Set<String> there = metrics();
        return queries.stream()
                .filter(query -> there.containsAll(Rules.metrics(query.filled())) && !hasData(query.filled()))
                .map(query -> query.where() + ": " + query.filled())
                .toList();
    }

    /** Names of all metrics that it has scraped or computed. */
    Set<String> metrics() {
        Set<String> names = new HashSet<>();
        get("/api/v1/label/__name__/values", "names").forEach(name -> names.add(name.asText()));
        return names;
    }

    /** The {@code data} of an answer of its API. */
    JsonNode get(String path, String purpose) {
        JsonNode answer = server.get(path);
        assertThat(answer.path("status").asText()).as(purpose + ": " + answer).isEqualTo("success");
        return answer.path("data");
    }

    @Override
    public void close() {
        server.close();
    }
}
