package dev.duplexvoice.server.config;

import dev.duplexvoice.logging.LogLevel;
import dev.duplexvoice.logging.LoggingOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Every key of a server's settings but those of its sessions ({@link SessionKeys}) and those that a name is part of ({@link NamedKeys}).
 */
public final class ServerKeys {
    private static final Map<String, ConfigKey<?>> ALL = new LinkedHashMap<>();
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_%-]{1,253}");
    private static final Pattern ANY = Pattern.compile(".{1,500}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** How log files are put aside. */
    public enum Rotation {
        /** When they have a size. */
        SIZE,
        /** With each day. */
        DAILY
    }

    // ------------------------------------------------------------------------------------------ transports

    /** {@code server.host}. */
    public static final ConfigKey<String> HOST_NAME = add(KeyKinds.text(
            "server.host",
            "127.0.0.1",
            "a host name or an address",
            HOST,
            "The address to listen at. Beyond this machine (0.0.0.0) it needs tokens, or `security.allowAnonymous`."));

    /** {@code server.port}. */
    public static final ConfigKey<Integer> PORT =
            add(KeyKinds.whole("server.port", 8080, 0, 65_535, "The port; 0 takes a free one."));

    /** {@code server.drain}. */
    public static final ConfigKey<Duration> DRAIN = add(KeyKinds.duration(
                    "server.drain",
                    "30s",
                    "0s",
                    "24h",
                    "How long conversations have to finish when the server is stopped.")
            .live());

    /** {@code admin.port}. */
    public static final ConfigKey<Optional<String>> ADMIN_PORT = add(KeyKinds.optional(
                    "admin.port",
                    "a port, or nothing for that of the server",
                    Pattern.compile("\\d{1,4}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]"),
                    "A port of their own for metrics, sessions, logs and all that changes something.")
            .alias("DASHBOARD_PORT"));

    /** {@code admin.host}. */
    public static final ConfigKey<String> ADMIN_HOST = add(
            KeyKinds.text("admin.host", "127.0.0.1", "a host name or an address", HOST, "The address of `admin.port`.")
                    .alias("DASHBOARD_HOST"));

    /** {@code console.enabled}. */
    public static final ConfigKey<Boolean> CONSOLE =
            add(KeyKinds.flag("console.enabled", true, "Whether the web console is served.")
                    .alias("DASHBOARD_ENABLED"));

    /** {@code websocket.lead}. */
    public static final ConfigKey<Duration> LEAD = add(
            KeyKinds.duration(
                    "websocket.lead",
                    "60ms",
                    "20ms",
                    "500ms",
                    "How far audio is sent ahead of its time. More rides out a worse network; less is in flight when a reply is cut off."));

    /** {@code websocket.resumeWithin}. */
    public static final ConfigKey<Duration> RESUME_WITHIN = add(KeyKinds.duration(
            "websocket.resumeWithin",
            "10s",
            "0s",
            "10m",
            "For how long the session of a lost connection waits for it."));

    /** {@code websocket.startTimeout}. */
    public static final ConfigKey<Duration> START_TIMEOUT = add(KeyKinds.duration(
            "websocket.startTimeout", "10s", "100ms", "1h", "How long a client has to send `session_start`."));

    /** {@code websocket.vanishedAfter}. */
    public static final ConfigKey<Duration> VANISHED_AFTER = add(KeyKinds.duration(
            "websocket.vanishedAfter",
            "30s",
            "1s",
            "1h",
            "A client of whom nothing is heard for so long, not even an answer to pings, is gone."));

    /** {@code websocket.maxText}. */
    public static final ConfigKey<Long> MAX_TEXT_MESSAGE = add(KeyKinds.size(
            "websocket.maxText",
            "64KiB",
            "1KiB",
            "16MiB",
            "The largest text message; a larger one ends the connection."));

    /** {@code websocket.maxBinary}. */
    public static final ConfigKey<Long> MAX_BINARY_MESSAGE =
            add(KeyKinds.size("websocket.maxBinary", "64KiB", "1KiB", "16MiB", "The largest binary message."));

    // ------------------------------------------------------------------------------------------ speech over HTTP

    /** {@code speech.maxText}. */
    public static final ConfigKey<Integer> SPEECH_TEXT = add(KeyKinds.whole(
            "speech.maxText", 10_000, 1, 100_000, "The longest text of `POST /api/v1/tts`, in characters."));

    /** {@code speech.concurrent}. */
    public static final ConfigKey<Integer> SPEECH_CONCURRENT = add(KeyKinds.whole(
            "speech.concurrent",
            8,
            1,
            10_000,
            "Texts that `POST /api/v1/tts` speaks at a time; more are told to try again."));

    // ------------------------------------------------------------------------------------------ models

    /** {@code models.voice}. */
    public static final ConfigKey<Optional<String>> VOICE = add(KeyKinds.optional(
            "models.voice",
            "a voice that `voice say --voice` takes",
            ANY,
            "The voice of sessions that name none; the first that is installed. With workers it is one of theirs."));

    /** {@code models.preload}. */
    public static final ConfigKey<List<String>> PRELOAD = add(KeyKinds.list(
            "models.preload",
            "names of voices",
            text -> text,
            "Voices that are loaded and warm before the server is ready, beside the one above."));

    /** {@code models.maxResident}. */
    public static final ConfigKey<Integer> MAX_RESIDENT =
            add(KeyKinds.whole("models.maxResident", 8, 1, 1_000, "Voices in memory at a time."));

    /** {@code models.timeToLive}. */
    public static final ConfigKey<Duration> TIME_TO_LIVE = add(KeyKinds.duration(
            "models.timeToLive", "10m", "1s", "24h", "A voice that nobody used for so long leaves the memory."));

    /** {@code models.detector}. */
    public static final ConfigKey<Optional<String>> DETECTOR = add(KeyKinds.optional(
            "models.detector",
            "duplex, silero, webrtc or energy",
            NAME,
            "What hears speech; the first that is installed."));

    /** {@code models.detectorModel}. */
    public static final ConfigKey<Optional<Path>> DETECTOR_MODEL =
            add(KeyKinds.path("models.detectorModel", "a file", "The detector's weights; the embedded ones."));

    // ------------------------------------------------------------------------------------------ engine and limits

    /** {@code engine.loops}. */
    public static final ConfigKey<Integer> LOOPS = add(
            KeyKinds.whole("engine.loops", 1, 1, 256, "Audio loops, each a thread; one carries a thousand sessions."));

    /** {@code limits.sessions}. */
    public static final ConfigKey<Integer> SESSIONS =
            add(KeyKinds.whole("limits.sessions", 1_000, 1, 1_000_000, "Conversations at a time."));

    /** {@code limits.load}. */
    public static final ConfigKey<Double> LOAD = add(KeyKinds.number(
            "limits.load",
            "0.8",
            0.05,
            1,
            "The share of its time that an audio loop may work and still be given conversations."));

    /** {@code limits.connections}. */
    public static final ConfigKey<Integer> CONNECTIONS = add(KeyKinds.whole(
            "limits.connections", 5_000, 1, 1_000_000, "Connections at a time; more wait to be accepted."));

    /** {@code limits.connectionsPerAddress}. */
    public static final ConfigKey<Integer> CONNECTIONS_PER_ADDRESS = add(
            KeyKinds.whole("limits.connectionsPerAddress", 50, 1, 100_000, "WebSockets at a time from one address."));

    /** {@code limits.connectionsPerToken}. */
    public static final ConfigKey<Integer> CONNECTIONS_PER_TOKEN =
            add(KeyKinds.whole("limits.connectionsPerToken", 50, 1, 100_000, "WebSockets at a time with one token."));

    /** {@code limits.requestsPerMinute}. */
    public static final ConfigKey<Integer> REQUESTS_PER_MINUTE = add(KeyKinds.whole(
            "limits.requestsPerMinute",
            3_000,
            1,
            1_000_000,
            "Requests and upgrades of an address, and of a token, in the long run."));

    /** {@code limits.requestBurst}. */
    public static final ConfigKey<Integer> REQUEST_BURST =
            add(KeyKinds.whole("limits.requestBurst", 200, 1, 1_000_000, "Requests and upgrades at once."));

    // ------------------------------------------------------------------------------------------ security

    /** {@code security.allowAnonymous}. */
    public static final ConfigKey<Boolean> ALLOW_ANONYMOUS = add(KeyKinds.flag(
            "security.allowAnonymous",
            false,
            "Whether who has no token may talk although the server is reached from other machines."));

    /** {@code security.origins}. */
    public static final ConfigKey<List<String>> ORIGINS = add(KeyKinds.list(
            "security.origins",
            "origins such as https://example.org",
            text -> {
                if (!text.matches("https?://[A-Za-z0-9.:\\[\\]-]{1,260}")) {
                    throw new IllegalArgumentException(text);
                }
                return text;
            },
            "Pages of other origins that may use the server; its own may always."));

    /** {@code security.trustedProxies}. */
    public static final ConfigKey<List<String>> TRUSTED_PROXIES = add(KeyKinds.list(
            "security.trustedProxies",
            "addresses",
            text -> {
                if (!text.matches("[0-9A-Fa-f.:]{2,45}(/\\d{1,3})?")) {
                    throw new IllegalArgumentException(text);
                }
                return text;
            },
            "Proxies whose `X-Forwarded-For` is believed."));

    /** {@code security.tls.certificate}. */
    public static final ConfigKey<Optional<Path>> TLS_CERTIFICATE = add(KeyKinds.path(
            "security.tls.certificate", "a PEM file", "The certificate and its chain; with it, TLS is spoken."));

    /** {@code security.tls.key}. */
    public static final ConfigKey<Optional<Path>> TLS_KEY =
            add(KeyKinds.path("security.tls.key", "a PEM file", "The certificate's key."));

    // ------------------------------------------------------------------------------------------ workers

    /** {@code routing.workers}. */
    public static final ConfigKey<List<String>> WORKERS = add(KeyKinds.list(
            "routing.workers",
            "addresses such as grpc://host:7001",
            text -> {
                if (!text.matches("grpcs?://[A-Za-z0-9.:\\[\\]_-]{1,260}")) {
                    throw new IllegalArgumentException(text);
                }
                return text;
            },
            "Workers that speak instead of this process."));

    /** {@code routing.redis}. */
    public static final ConfigKey<Optional<String>> REDIS = add(KeyKinds.optional(
            "routing.redis",
            "redis://host:6379 or rediss://…",
            Pattern.compile("rediss?://.{1,400}"),
            "Where workers are found; instead of `routing.workers`."));

    /** {@code routing.strategy}. */
    public static final ConfigKey<String> STRATEGY = add(KeyKinds.text(
            "routing.strategy",
            "least_loaded",
            "least_loaded, least_latency, round_robin, random or weighted",
            Pattern.compile("least_loaded|least_latency|round_robin|random|weighted"),
            "How one of several suitable workers is chosen."));

    /** {@code routing.language}. */
    public static final ConfigKey<Optional<String>> LANGUAGE = add(KeyKinds.optional(
            "routing.language",
            "a language tag such as en-US",
            Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"),
            "What the workers must speak."));

    // ------------------------------------------------------------------------------------------ observability

    /** {@code metrics.enabled}. */
    public static final ConfigKey<Boolean> METRICS =
            add(KeyKinds.flag("metrics.enabled", true, "Whether metrics are kept and `/metrics` answers.")
                    .alias("METRICS_ENABLED"));

    /** {@code metrics.interval}. */
    public static final ConfigKey<Duration> METRICS_INTERVAL = add(KeyKinds.duration(
                    "metrics.interval",
                    "60s",
                    "1s",
                    "1h",
                    "How often memory, processors, sessions and loops are written to the performance log.")
            .alias("METRICS_COLLECTION_INTERVAL", ServerKeys::seconds));

    /** {@code tracing.endpoint}. */
    public static final ConfigKey<Optional<String>> TRACING_ENDPOINT = add(KeyKinds.optional(
            "tracing.endpoint",
            "http://host:4317 or https://…",
            Pattern.compile("https?://[^\\s/?#@]+/?"),
            "The collector that conversations are sent to as traces, over OTLP/gRPC; none without it."));

    /** {@code tracing.sample}. */
    public static final ConfigKey<Double> TRACING_SAMPLE = add(KeyKinds.number(
            "tracing.sample",
            "1",
            0,
            1,
            "The share of the conversations that are; those of a client that sends `traceparent` are as it says."));

    /** {@code log.level}. */
    public static final ConfigKey<LogLevel> LOG_LEVEL =
            add(KeyKinds.choice("log.level", LogLevel.INFO, LogLevel.class, "The least severity that is logged.")
                    .live()
                    .alias("LOG_LEVEL")
                    .alias("VERBOSE_LOGGING", text -> truth("VERBOSE_LOGGING", text) ? "debug" : ""));

    /** {@code log.format}. */
    public static final ConfigKey<LoggingOptions.Format> LOG_FORMAT = add(KeyKinds.choice(
            "log.format", LoggingOptions.Format.JSON, LoggingOptions.Format.class, "How lines are written."));

    /** {@code log.folder}. */
    public static final ConfigKey<Optional<Path>> LOG_FOLDER = add(KeyKinds.path(
                    "log.folder",
                    "a folder",
                    "Where log files are written, each category in its own; nowhere but the console without it.")
            .alias("LOG_FILE_PATH", ServerKeys::folderOf));

    /** {@code log.files}. */
    public static final ConfigKey<Boolean> LOG_FILES =
            add(KeyKinds.flag("log.files", true, "Whether files are written where `log.folder` says.")
                    .alias("LOG_TO_FILE"));

    /** {@code log.rotation}. */
    public static final ConfigKey<Rotation> LOG_ROTATION =
            add(KeyKinds.choice("log.rotation", Rotation.SIZE, Rotation.class, "When a log file is put aside."));

    /** {@code log.maxBytes}. */
    public static final ConfigKey<Long> LOG_MAX_BYTES =
            add(KeyKinds.size("log.maxBytes", "10MiB", "1KiB", "100GiB", "The size at which a log file is put aside.")
                    .alias("LOG_MAX_BYTES"));

    /** {@code log.backups}. */
    public static final ConfigKey<Integer> LOG_BACKUPS =
            add(KeyKinds.whole("log.backups", 5, 1, 10_000, "Log files that are kept beside the one that is written.")
                    .alias("LOG_BACKUP_COUNT"));

    /** {@code log.spokenText}. */
    public static final ConfigKey<Boolean> LOG_SPOKEN_TEXT =
            add(KeyKinds.flag("log.spokenText", false, "Whether what was said is logged; otherwise only its length."));

    /** {@code log.debug}. */
    public static final ConfigKey<Boolean> LOG_DEBUG =
            add(KeyKinds.flag("log.debug", false, "Whether requests and responses are logged, cut and without secrets.")
                    .live()
                    .alias("DEBUG_MODE"));

    private ServerKeys() {}

    private static <T> ConfigKey<T> add(ConfigKey<T> key) {
        ALL.put(key.name(), key);
        return key;
    }

    /** A plain number is seconds. */
    private static String seconds(String text) {
        return text.strip().matches("\\d+") ? text.strip() + "s" : text;
    }

    /** Others give a file; ours are several, in its folder. */
    private static String folderOf(String text) {
        Path path = Path.of(text.strip());
        if (!text.strip().endsWith(".log")) {
            return text;
        }
        Path parent = path.getParent();
        return parent == null ? "." : parent.toString();
    }

    private static boolean truth(String variable, String text) {
        if (!text.strip().toLowerCase(Locale.ROOT).matches("true|false")) {
            throw KeyKinds.wrong(variable, text, "true or false");
        }
        return text.strip().equalsIgnoreCase("true");
    }

    /** By name, in the order of the documentation. */
    static Map<String, ConfigKey<?>> all() {
        return Collections.unmodifiableMap(ALL);
    }

    /** Every key but those that a name is part of, in the order of the documentation. */
    public static List<ConfigKey<?>> list() {
        List<ConfigKey<?>> keys = new ArrayList<>(ALL.values());
        keys.addAll(SessionKeys.all().values());
        return List.copyOf(keys);
    }
}
