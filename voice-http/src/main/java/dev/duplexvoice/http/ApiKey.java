package dev.duplexvoice.http;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a server's key is: in an environment variable or a file, never in an option. A file is read for each request, so a new key
 * in it counts from the next one on. No message ever holds a key.
 */
final class ApiKey {
    private static final int LONGEST = 8_192;

    private final String where;
    private final @Nullable String variable;
    private final @Nullable Path file;
    private final UnaryOperator<@Nullable String> environment;

    private ApiKey(
            String where, @Nullable String variable, @Nullable Path file, UnaryOperator<@Nullable String> environment) {
        this.where = where;
        this.variable = variable;
        this.file = file;
        this.environment = environment;
    }

    static ApiKey inVariable(String variable, UnaryOperator<@Nullable String> environment) {
        return new ApiKey("the environment variable " + variable, variable, null, environment);
    }

    static ApiKey inFile(Path file) {
        return new ApiKey("the key file " + file, null, file, name -> null);
    }

    /**
     * The key now.
     *
     * @throws VoiceException if there is none, or what is there cannot be a key
     */
    String read() {
        String value = file != null ? readFile(file) : readVariable();
        String key = value.strip();
        if (key.isEmpty()) {
            throw bad(VoiceException.Code.NOT_FOUND, " is empty: put the server's key there");
        }
        if (key.length() > LONGEST || !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw bad(
                    VoiceException.Code.INVALID_ARGUMENT,
                    " holds no key: a key is one line of ASCII without white space, at most " + LONGEST
                            + " characters");
        }
        return key;
    }

    private String readVariable() {
        String value = environment.apply(String.valueOf(variable));
        if (value == null) {
            throw bad(VoiceException.Code.NOT_FOUND, " is not set: set it to the server's key");
        }
        return value;
    }

    private String readFile(Path from) {
        try (InputStream in = Files.newInputStream(from)) {
            return new String(in.readNBytes(LONGEST + 2), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw bad(VoiceException.Code.IO, " cannot be read (" + e.getClass().getSimpleName() + "): check its path");
        }
    }

    private VoiceException bad(VoiceException.Code code, String what) {
        return new VoiceException(code, where + what);
    }
}
