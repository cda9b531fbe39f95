package dev.duplexvoice.packs;

/**
 * A file of a pack.
 *
 * @param role what it is for: {@code model}, {@code config}, …; each once in a pack
 * @param path where it is, from the pack's folder, with {@code /}
 * @param size in bytes
 * @param sha256 its SHA-256, 64 hexadecimal digits in lower case
 */
public record PackFile(String role, String path, long size, String sha256) {}
