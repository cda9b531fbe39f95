package dev.duplexvoice.packs;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A file that can be pulled.
 *
 * @param role what it is for: {@code model}, {@code config}, …
 * @param path where it goes in the pack's folder, with {@code /}
 * @param size in bytes
 * @param sha256 its SHA-256, 64 hexadecimal digits in lower case; null if nobody has published it: then what is pulled first is
 *     trusted and its digest written down
 * @param url where it is, {@code https} or {@code http}
 */
public record CatalogFile(
        String role, String path, long size, @Nullable String sha256, URI url) {}
