package dev.duplexvoice.examples.ops;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An endpoint that exposes each row of the catalogue, what there is beyond it, and what Micrometer's binders add, as a server does that is well at work: at
 * each scrape all counters have grown and each histogram has an event more in each of its buckets.
 */
final class Exposition implements AutoCloseable {
    private static final Map<String, List<String>> LABELS = Map.ofEntries(
            Map.entry("transport", List.of("websocket", "in_process")),
            Map.entry("model_id", List.of("slt", "en_US-lessac-medium")),
            Map.entry("reason", List.of("closed", "internal_error", "backpressure", "interrupted", "ttl_eviction")),
            Map.entry("error_type", List.of("unavailable", "not_found", "timeout", "internal")),
            Map.entry("message_type", List.of("SessionStart", "TextChunk", "Control", "AudioFrame")),
            Map.entry("event_type", List.of("speech_start", "speech_end")),
            Map.entry("model", List.of("whisper-small")),
            Map.entry("worker", List.of("tts@0")),
            Map.entry("adapter_type", List.of("flite", "piper")),
            Map.entry("gpu_id", List.of("0")),
            Map.entry("command", List.of("PAUSE", "RESUME", "STOP", "GET", "HGETALL")),
            Map.entry("status", List.of("completed", "failed")),
            Map.entry("from", List.of("listening", "thinking", "speaking", "barged_in")),
            Map.entry("to", List.of("listening", "thinking", "speaking", "terminated")),
            Map.entry("state", List.of("listening", "thinking", "speaking")),
            Map.entry("component", List.of("stt", "llm", "tts", "redis")),
            Map.entry("label", List.of("model_id")),
            Map.entry("direction", List.of("input", "output")),
            Map.entry("cache", List.of("phrases")),
            Map.entry("result", List.of("hit", "miss")));

    private final HttpServer server;
    private final AtomicInteger scrapes = new AtomicInteger();

    /** Begins to answer, on a free port of this machine. */
    Exposition() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/metrics", exchange -> {
            byte[] page = page(scrapes.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
    }

    /** What Prometheus is to scrape. */
    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics");
    }

    /** The catalogue's names. */
    static List<String> catalogue() {
        return rows("catalogue.csv").map(row -> row[0]).toList();
    }

    /** Names of all metrics that it exposes, of histograms those of their series. */
    static Set<String> names() {
        return page(1).lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceAll("[{ ].*", ""))
                .collect(Collectors.toSet());
    }

    private static Stream<String[]> rows(String file) {
        return resource(file).lines().skip(1).map(line -> line.split(",", -1));
    }

    private static String page(int scrape) {
        StringBuilder page = new StringBuilder(resource("binders.prom"));
        Stream.concat(rows("catalogue.csv"), rows("extras.csv")).forEach(row -> {
            page.append("# TYPE " + row[0] + " " + row[1] + "\n");
            List<String> names = row[2].isEmpty() ? List.of() : List.of(row[2].split(";"));
            series(names, 0, "", labels -> {
                switch (row[1]) {
                    case "counter" -> line(page, row[0], labels, 100 + scrape);
                    case "gauge" -> line(page, row[0], labels, row[0].contains("_total_") ? 8 : 4);
                    default -> histogram(page, row[0], labels, row[3].split(";"), scrape);
                }
            });
        });
        return page.toString();
    }

    private static void series(List<String> names, int index, String labels, Consumer<String> each) {
        if (index == names.size()) {
            each.accept(labels);
            return;
        }
        String name = names.get(index);
        List<String> values = LABELS.get(name);
        if (values == null) {
            throw new IllegalStateException("label=" + name + ": has no values yet, give it some");
        }
        for (String value : values) {
            series(names, index + 1, labels + (labels.isEmpty() ? "" : ",") + name + "=\"" + value + "\"", each);
        }
    }

    private static void histogram(StringBuilder page, String name, String labels, String[] bounds, int scrape) {
        String others = labels.isEmpty() ? "" : labels + ",";
        double sum = 0;
        for (int i = 0; i < bounds.length; i++) {
            // As Micrometer writes bounds.
            double bound = Double.parseDouble(bounds[i]);
            line(page, name + "_bucket", others + "le=\"" + bound + "\"", (long) scrape * (i + 1));
            sum += scrape * bound;
        }
        line(page, name + "_bucket", others + "le=\"+Inf\"", (long) scrape * bounds.length);
        line(page, name + "_count", labels, (long) scrape * bounds.length);
        line(page, name + "_sum", labels, sum);
    }

    private static void line(StringBuilder page, String name, String labels, Number value) {
        page.append(name)
                .append(labels.isEmpty() ? "" : "{" + labels + "}")
                .append(' ')
                .append(value)
                .append('\n');
    }

    /** A file beside this class. */
    static String resource(String name) {
        try (InputStream in = Exposition.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not among the test resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
