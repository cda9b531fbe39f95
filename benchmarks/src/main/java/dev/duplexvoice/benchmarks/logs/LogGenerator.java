package dev.duplexvoice.benchmarks.logs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Writes a log as a server has one, the same for each seed: lines of ours and of Python loggers, with what misleads a search that is not
 * exact: the words and keys that are looked for in messages and nested objects, escapes, other orders of keys. All of it is valid JSON.
 */
public final class LogGenerator {
    private static final String[] LOGGERS = {
        "dev.duplexvoice.session", "orchestrator.websocket", "orchestrator.grpc_client", "core_engine", "tts.worker"
    };
    private static final String[] ERRORS = {
        "ConnectionError", "TimeoutError", "STTServiceError", "ModelNotFoundError", "OutOfMemoryError"
    };
    private static final String[] MESSAGES = {
        "Session started",
        "Turn ended after the endpointing delay",
        "Synthesis request sent to the worker",
        "Retry after level ERROR, \\\"level\\\":\\\"ERROR\\\" was logged before",
        "Réponse envoyée au client – 完成",
        "Health check passed",
        "Audio frame received in path C:\\\\voice\\\\in",
        "Caller went on before the reply began"
    };

    private final SplittableRandom random;
    private Instant time = Instant.parse("2025-10-05T14:00:00Z");

    private LogGenerator(long seed) {
        random = new SplittableRandom(seed);
    }

    /**
     * Writes whole lines until there are so many bytes.
     *
     * @return the number of lines
     */
    public static long write(Path file, long bytes, long seed) throws IOException {
        LogGenerator generator = new LogGenerator(seed);
        long lines = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (long written = 0; written < bytes; lines++) {
                byte[] line = generator.line().getBytes(StandardCharsets.UTF_8);
                out.write(line);
                written += line.length;
            }
        }
        return lines;
    }

    private String line() {
        time = time.plus(random.nextInt(1, 20_000), ChronoUnit.MICROS);
        int kind = random.nextInt(1_000);
        String level =
                kind < 3 ? "CRITICAL" : kind < 40 ? "ERROR" : kind < 90 ? "WARNING" : kind < 400 ? "DEBUG" : "INFO";
        return random.nextInt(4) == 0 ? python(level) : ours(level);
    }

    private String ours(String level) {
        StringBuilder line = new StringBuilder(320)
                .append("{\"timestamp\":\"")
                .append(time.toString().replaceFirst("(\\.\\d+)?Z", fraction()))
                .append("\",\"level\":\"")
                .append(level)
                .append("\",\"logger\":\"")
                .append(LOGGERS[random.nextInt(LOGGERS.length)])
                .append("\",\"message\":\"")
                .append(MESSAGES[random.nextInt(MESSAGES.length)])
                .append("\",\"service\":\"voice\",\"component\":\"orchestrator\",\"session_id\":\"session-")
                .append(Integer.toHexString(random.nextInt(5_000)))
                .append("\",\"turn_id\":")
                .append(random.nextInt(100))
                .append(",\"duration_ms\":")
                .append(String.format(Locale.ROOT, "%.3f", random.nextDouble(900)));
        if (level.equals("ERROR") || level.equals("CRITICAL")) {
            line.append(",\"error_type\":\"")
                    .append(ERRORS[random.nextInt(ERRORS.length)])
                    .append("\",\"error_message\":\"Worker tts-")
                    .append(random.nextInt(16))
                    .append(
                            " is not reachable\",\"traceback\":\"java.net.ConnectException: refused\\n\\tat a.B.c(B.java:12)\"");
        }
        return line.append(",\"data\":{\"level\":\"")
                .append(random.nextInt(20) == 0 ? "ERROR" : "INFO")
                .append("\",\"text_length\":")
                .append(random.nextInt(400))
                .append(",\"frames\":[960,960,960]},\"trace_id\":\"")
                .append(hex())
                .append(hex())
                .append("\",\"span_id\":\"")
                .append(hex())
                .append("\"}\n")
                .toString();
    }

    private String python(String level) {
        return "{\"message\": \"" + MESSAGES[random.nextInt(MESSAGES.length)]
                + "\", \"module\": \"core_engine\", \"line\": "
                + random.nextInt(900) + ", \"level\": \"" + level + "\", \"timestamp\": \""
                + time.toString().replaceFirst("(\\.\\d+)?Z", fraction()) + "\", \"logger\": \""
                + LOGGERS[random.nextInt(LOGGERS.length)] + "\", \"context\": {\"connection_id\": \"conn-"
                + random.nextInt(1_000)
                + "\", \"level\": \"ERROR\"}, \"request_id\": \"req_" + random.nextInt(100_000) + "\"}\n";
    }

    private String fraction() {
        return String.format(Locale.ROOT, ".%06dZ", time.getNano() / 1_000);
    }

    private String hex() {
        return String.format(Locale.ROOT, "%016x", random.nextLong());
    }
}
