package dev.duplexvoice.server.http;

import dev.duplexvoice.server.internal.http.ErrorBody;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** {@code GET /openapi.json}: all HTTP endpoints of a server as OpenAPI 3, for everybody. Which of them are there is the server's to say. */
public final class OpenApiRoutes {
    private static final String RESOURCE = "/dev/duplexvoice/server/openapi.json";

    private final String document;

    /** @param version of the server, shown in the document */
    public OpenApiRoutes(String version) {
        document = read().replace("\"0.0.0\"", "\"" + version.replaceAll("[^A-Za-z0-9.+_-]", "_") + "\"");
    }

    private static String read() {
        try (InputStream in = OpenApiRoutes.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + ": is missing in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Mounts it. */
    public void routes(RoutesConfig routes) {
        routes.get("/openapi.json", ctx -> ctx.contentType(ErrorBody.TYPE).result(document));
    }
}
