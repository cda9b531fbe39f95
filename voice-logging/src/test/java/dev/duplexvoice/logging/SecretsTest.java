package dev.duplexvoice.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;

/** Ten thousand secrets of all kinds, in each place of a line that something can be logged in: none is in what is written. */
class SecretsTest {
    private static final int COUNT = 10_000;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    @TempDir
    private Path folder;

    private final Random random = new Random(42);

    /** A text with a secret, and the part of it that must not be found. */
    private record Secret(String text, String hidden) {}

    /** What was written since it was looked at last. */
    private static final class Tail {
        private final Path file;
        private long at;
        private int lines;

        Tail(Path file) {
            this.file = file;
        }

        void check(Secret secret) throws IOException {
            try (FileChannel channel = FileChannel.open(file)) {
                ByteBuffer more = ByteBuffer.allocate((int) (channel.size() - at));
                channel.read(more, at);
                at = channel.size();
                String text = new String(more.array(), StandardCharsets.UTF_8);
                assertThat(text).as("%s", secret).isNotEmpty();
                if (text.contains(secret.hidden)) {
                    throw new AssertionError(secret + " is in " + text);
                }
                lines++;
            }
        }
    }

    private String some(String alphabet, int least, int most) {
        StringBuilder out = new StringBuilder();
        for (int n = least + random.nextInt(most - least + 1); n > 0; n--) {
            out.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return out.toString();
    }

    private String digits(int count) {
        return some("0123456789", count, count);
    }

    private Secret secret(int kind) {
        switch (kind % 14) {
            case 0 -> {
                String name = some(LETTERS, 8, 20);
                String mail = name + some("._+-", 1, 1) + some(LETTERS, 1, 8) + "@" + some(LETTERS, 2, 12) + "."
                        + some(LETTERS, 2, 6);
                return new Secret(mail, name);
            }
            case 1 -> {
                String number = digits(3) + "-" + digits(2) + "-" + digits(4);
                return new Secret(number, number);
            }
            case 2 -> {
                String key = some(BASE64, 24, 64);
                return new Secret("sk-" + key + "1", key.substring(6));
            }
            case 3 -> {
                String key = some(BASE64, 16, 40);
                String name = List.of("api_key=", "apiKey: ", "x-api-key=", "API_KEY = ", "access_key=")
                        .get(random.nextInt(5));
                return new Secret(name + key + "0", key.substring(6));
            }
            case 4 -> {
                String token = some(BASE64, 20, 120);
                return new Secret(
                        List.of("Bearer ", "bearer ", "Authorization: Bearer ").get(random.nextInt(3)) + token, token);
            }
            case 5 -> {
                String claims = some(BASE64, 20, 200);
                return new Secret("eyJ" + some(BASE64, 10, 40) + "." + claims + "." + some(BASE64, 20, 43), claims);
            }
            case 6 -> {
                String password = some(BASE64 + "!#$%*()", 6, 20);
                String clean = password.replaceAll("[&)}]", "x");
                return new Secret(
                        List.of("password=", "passwd: ", "db.password = ").get(random.nextInt(3)) + clean, clean);
            }
            case 7 -> {
                String file = some(LETTERS, 8, 16);
                return new Secret(
                        "/srv/voicepacks/" + some(LETTERS, 3, 9) + "/" + some(LETTERS, 3, 9) + "/ref/" + file + ".wav",
                        file);
            }
            case 8 -> {
                String key = some(BASE64.substring(0, 26) + "0123456789", 16, 16);
                return new Secret("AKIA" + key, key.substring(2));
            }
            case 9 -> {
                String key = some(BASE64, 36, 36);
                return new Secret("ghp_" + key, key.substring(2));
            }
            case 10 -> {
                String password = some(BASE64, 8, 20);
                return new Secret("redis://default:" + password + "@cache:6379", password);
            }
            case 11 -> {
                String name = some(LETTERS, 8, 16);
                return new Secret("/users?mail=" + name + "%40" + some(LETTERS, 4, 10) + ".com&page=2", name);
            }
            case 12 -> {
                String token = some(BASE64, 16, 40);
                return new Secret("{\"refresh_token\":\"" + token + "\",\"expires_in\":3600}", token);
            }
            default -> {
                String file = some(LETTERS, 8, 16);
                return new Secret("reference_voice=/data/" + file + ".wav", file);
            }
        }
    }

    private List<Secret> secrets() {
        List<Secret> secrets = new ArrayList<>(COUNT);
        for (int i = 0; i < COUNT; i++) {
            secrets.add(secret(i));
        }
        return secrets;
    }

    private String around(String secret) {
        return switch (random.nextInt(5)) {
            case 0 -> secret;
            case 1 -> "failed for " + secret + " (attempt 2)";
            case 2 -> "[" + secret + "]";
            case 3 -> "first\n" + secret + "\nlast";
            default -> "\"" + secret + "\", 17";
        };
    }

    private static Exception bare(Exception thrown) {
        thrown.setStackTrace(new StackTraceElement[0]);
        return thrown;
    }

    @ParameterizedTest
    @EnumSource(LoggingOptions.Format.class)
    void shouldWriteNoneOfThemAnywhere(LoggingOptions.Format format) throws IOException {
        List<Secret> secrets = secrets();
        try (Written written =
                new Written(folder, LoggingOptions.server("test").format(format).rotation(LogRotation.DAILY))) {
            var log = written.log("dev.duplexvoice.Test");
            Tail app = new Tail(written.file(LogCategory.APP));
            Tail errors = new Tail(written.file(LogCategory.ERRORS));
            for (Secret secret : secrets) {
                String text = around(secret.text);
                Exception thrown = bare(new IllegalStateException(text, bare(new IOException("inner " + text))));
                thrown.addSuppressed(bare(new Exception(text)));
                MDC.put("note", text);
                log.atError()
                        .addKeyValue("worker", text)
                        .addKeyValue("reason", text)
                        .addKeyValue(text, 1)
                        .addKeyValue("nested", Map.of("list", List.of(text, Map.of(text, new String[] {text}))))
                        .addKeyValue("object", new StringBuilder(text))
                        .setCause(thrown)
                        .log("message {} and " + text, text);
                MDC.remove("note");
                app.check(secret);
                errors.check(secret);
            }
            assertThat(app.lines).isEqualTo(COUNT);
        }
    }

    @Test
    void shouldHideByName() {
        try (Written written = Written.json(folder)) {
            written.log("l")
                    .atInfo()
                    .addKeyValue("api_key", "0123456789abcdefghij")
                    .addKeyValue("ssn", 123456789)
                    .addKeyValue("headers", Map.of("Authorization", "Token wonderland", "Cookie", "id=wonderland"))
                    .log("m");
            assertThat(written.text(LogCategory.APP))
                    .contains("\"0123...\"", "[SSN]")
                    .doesNotContain("wonderland", "456789");
        }
    }

    @Test
    void shouldHideWhatLiesAtACut() {
        try (Written written = new Written(folder, LoggingOptions.server("test").longestMessage(300))) {
            for (int i = 250; i < 320; i++) {
                String text =
                        "x".repeat(i) + " wonderland.jo@example.com password=wonderland sk-wonderland0123456789012345";
                written.log("l")
                        .atInfo()
                        .addKeyValue("f", text)
                        .setCause(new Exception(text))
                        .log(text);
            }
            assertThat(written.lines(LogCategory.APP)).hasSize(70);
            assertThat(written.text(LogCategory.APP)).doesNotContain("wonderl");
        }
    }

    @Test
    void shouldHideInAccessLines() throws IOException {
        try (Written written = Written.json(folder)) {
            Tail access = new Tail(written.file(LogCategory.ACCESS));
            for (Secret secret : secrets()) {
                written.logging
                        .accessLog()
                        .request("GET", "/x?q=" + secret.text)
                        .referer("https://h/" + secret.text)
                        .userAgent(secret.text)
                        .user(secret.text)
                        .log();
                access.check(secret);
            }
            assertThat(access.lines).isEqualTo(COUNT);
        }
    }
}
