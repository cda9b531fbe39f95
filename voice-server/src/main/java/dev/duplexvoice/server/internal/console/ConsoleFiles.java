package dev.duplexvoice.server.internal.console;

import dev.duplexvoice.server.http.RequestError;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The page and its files, from the class path. */
final class ConsoleFiles {
    static final String PAGE = "index.html";

    /** The page runs its own files only, and nothing that is written into it. Worklets count as scripts. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String FOLDER = "/dev/duplexvoice/server/console/";
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+(/[a-z0-9-]+)*\\.(html|css|js|svg|webmanifest)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", ContentType.IMAGE_SVG.getMimeType(),
            "webmanifest", "application/manifest+json");

    /** Only of files that there are, so nobody can fill it by asking. */
    private final Map<String, StoredFile> files = new ConcurrentHashMap<>();

    private record StoredFile(byte[] bytes, String type, String tag) {}

    void serve(Context context, String name) {
        StoredFile file = find(name).orElseThrow(() -> RequestError.notFound(name + ": there is no such file"));
        context.header("ETag", file.tag);
        // Asked for again each time and mostly answered with "not modified": a new version shows at once.
        context.header("Cache-Control", "no-cache");
        context.header("X-Content-Type-Options", "nosniff");
        if (name.equals(PAGE)) {
            context.header("Content-Security-Policy", POLICY);
            context.header("Referrer-Policy", "no-referrer");
            context.header("Permissions-Policy", "microphone=(self), camera=(), geolocation=()");
        }
        if (file.tag.equals(context.header("If-None-Match"))) {
            context.status(HttpStatus.NOT_MODIFIED);
            return;
        }
        context.contentType(file.type);
        context.result(file.bytes);
    }

    private Optional<StoredFile> find(String name) {
        StoredFile known = files.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        Optional<StoredFile> read = read(name);
        read.ifPresent(file -> files.put(name, file));
        return read;
    }

    private static Optional<StoredFile> read(String name) {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Optional.of(new StoredFile(bytes, type, '"' + HexFormat.of().formatHex(hash, 0, 12) + '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
