package dev.duplexvoice.micrometer.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves an operator's pages over HTTP, for a process without a server of its own. No page changes anything. Of the JDK's module {@code
 * jdk.httpserver}; it knows no TLS, so beyond this machine put a proxy before it. Thread-safe.
 */
public final class OperatorEndpoint implements AutoCloseable {
    /** Its port unless said otherwise: the one that Prometheus' list of ports gives to metrics of applications. */
    public static final int PORT = 9464;

    private static final Logger LOG = LoggerFactory.getLogger(OperatorEndpoint.class);
    private static final int THREADS = 4;
    private static final String SCHEME = "bearer ";

    private final HttpServer server;
    private final ExecutorService threads;
    private final OperatorPages pages;
    private final @Nullable Predicate<String> token;

    private OperatorEndpoint(HttpServer server, OperatorPages pages, @Nullable Predicate<String> token) {
        this.server = server;
        this.pages = pages;
        this.token = token;
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "voice-operator-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /**
     * Begins to answer.
     *
     * @param address where; port 0 for a free one
     * @param token whether a text is the token of {@code Authorization: Bearer}; null if nobody needs one. Without it {@code /health}
     *     only tells the status, and nothing else is told
     * @throws IOException if it cannot be listened there
     */
    public static OperatorEndpoint start(
            InetSocketAddress address, OperatorPages pages, @Nullable Predicate<String> token) throws IOException {
        return new OperatorEndpoint(HttpServer.create(address, 0), pages, token);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            Page page = page(exchange);
            byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", page.contentType());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(page.status(), -1);
            } else {
                exchange.sendResponseHeaders(page.status(), body.length);
                exchange.getResponseBody().write(body);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("Somebody did not wait for the operator's page");
        }
    }

    private Page page(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Page.error(405, method + ": pages are only read; use GET");
        }
        String wrong = wrong(exchange.getRequestHeaders().getFirst("Authorization"));
        if (wrong != null && !OperatorPages.isHealth(path)) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return Page.error(401, wrong);
        }
        try {
            return pages.get(path, wrong == null);
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).addKeyValue("path", path).log("An operator's page failed");
            return Page.error(500, path + ": failed; the log has the reason");
        }
    }

    private @Nullable String wrong(@Nullable String header) {
        if (token == null) {
            return null;
        }
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return "authorization is missing: send the header 'Authorization: Bearer TOKEN'";
        }
        return token.test(header.substring(SCHEME.length()).strip())
                ? null
                : "authorization: this is not the token of this endpoint";
    }

    /** Ends it at once; idempotent. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
