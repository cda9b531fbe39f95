package dev.duplexvoice.grpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A secret that clients show as {@code authorization: Bearer …}. It comes from a file or from the environment, never from a command
 * line, which others on the machine can read. Use it with TLS: without, it travels in clear.
 */
public final class BearerToken {
    private static final int SHORTEST = 16;
    private static final int LONGEST = 4_096;

    private final String token;

    private BearerToken(String token, String source) {
        String stripped = token.strip();
        if (stripped.length() < SHORTEST || stripped.length() > LONGEST) {
            throw new IllegalArgumentException(source + ": the token has " + stripped.length()
                    + " characters; it must have " + SHORTEST + " to " + LONGEST);
        }
        if (stripped.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    source + ": the token has a character that a header cannot hold; use letters, digits and -._~+/=");
        }
        this.token = stripped;
    }

    /**
     * The content of a file, without white space around it.
     *
     * @throws IllegalArgumentException if it cannot be read or is no token
     */
    public static BearerToken ofFile(Path file) {
        try {
            return new BearerToken(Files.readString(file, StandardCharsets.UTF_8), "tokenFile=" + file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "tokenFile=" + file + ": cannot be read; give a readable file that holds the token", e);
        }
    }

    /**
     * The value of a variable of the environment.
     *
     * @throws IllegalArgumentException if it is not set or is no token
     */
    public static BearerToken ofEnvironment(String variable) {
        String value = System.getenv(variable);
        if (value == null) {
            throw new IllegalArgumentException("tokenEnv=" + variable + ": is not set; export it with the token");
        }
        return new BearerToken(value, "tokenEnv=" + variable);
    }

    /** Whether this is the token of a request; takes the same time whatever it is. */
    public boolean matches(String shown) {
        return MessageDigest.isEqual(digest(token), digest(shown));
    }

    /** The value of the header {@code Authorization}. */
    public String header() {
        return "Bearer " + token;
    }

    /** Of one length, so that the comparison does not tell the token's. */
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "BearerToken[…]";
    }
}
