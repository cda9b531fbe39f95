package dev.duplexvoice.examples.ops;

import com.sun.net.httpserver.HttpServer;
import dev.duplexvoice.micrometer.GpuMetrics;
import dev.duplexvoice.spi.GpuSource.Gpu;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A server that watches a GPU which is almost full, as a host does it; the GPU is not real, what is told of it is the library's. */
final class GpuHost implements AutoCloseable {
    private final HttpServer server;
    private final GpuMetrics gpus =
            new GpuMetrics("voice-1", () -> List.of(new Gpu("0", 146_800_640_000.0, 150_754_820_096.0, 12, 41, 118)));

    GpuHost() throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        gpus.bindTo(registry);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    /** {@code http://127.0.0.1:8080}. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        gpus.close();
    }
}
