package dev.duplexvoice.examples.worker;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.examples.serve.TraceExport;
import dev.duplexvoice.grpc.BearerToken;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.TlsFiles;
import dev.duplexvoice.grpc.converse.ConverseService;
import dev.duplexvoice.logging.SlowOperations;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.micrometer.operator.OperatorEndpoint;
import dev.duplexvoice.micrometer.operator.OperatorPages;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.lettuce.core.RedisClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a worker is told by a file and by the command line; all of it has a default. Values are checked when a worker is built of them.
 */
public final class WorkerConfig {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)");

    /** What each key of a file does. */
    private static final Map<String, BiConsumer<WorkerConfig, Value>> KEYS = new LinkedHashMap<>();

    static {
        KEYS.put("host", (config, value) -> config.host = value.text());
        KEYS.put("port", (config, value) -> config.port = value.number());
        KEYS.put("voice", (config, value) -> config.voice = value.text());
        KEYS.put("sessions.max", (config, value) -> config.maxSessions = value.number());
        KEYS.put("sessions.idle", (config, value) -> config.idle = value.duration());
        KEYS.put("synthesis.threads", (config, value) -> config.threads = value.number());
        KEYS.put("synthesis.maxText", (config, value) -> config.maxText = value.number());
        KEYS.put("synthesis.flushAfter", (config, value) -> config.flushAfter = value.duration());
        KEYS.put("models.maxResident", (config, value) -> config.maxResident = value.number());
        KEYS.put("models.timeToLive", (config, value) -> config.timeToLive = value.duration());
        KEYS.put("models.languages", (config, value) -> config.languages = value.texts());
        KEYS.put("messageBytes", (config, value) -> config.messageBytes = value.number());
        KEYS.put("drain", (config, value) -> config.drain = value.duration());
        KEYS.put("tls.certificate", (config, value) -> config.certificate = value.path());
        KEYS.put("tls.key", (config, value) -> config.key = value.path());
        KEYS.put("tls.trusted", (config, value) -> config.trusted = value.path());
        KEYS.put("token.file", (config, value) -> config.tokenFile = value.path());
        KEYS.put("token.env", (config, value) -> config.tokenEnv = value.text());
        KEYS.put("operator.enabled", (config, value) -> config.operator.enabled = value.yesOrNo());
        KEYS.put("operator.host", (config, value) -> config.operator.host = value.text());
        KEYS.put("operator.port", (config, value) -> config.operator.port = value.number());
        KEYS.put("operator.worker", (config, value) -> config.operator.worker = value.text());
        KEYS.put("operator.token.file", (config, value) -> config.operator.tokenFile = value.path());
        KEYS.put("operator.token.env", (config, value) -> config.operator.tokenEnv = value.text());
        KEYS.put("warn.llm", (config, value) -> config.warnLlm = value.duration());
        KEYS.put("warn.context", (config, value) -> config.warnContext = value.number());
        KEYS.put("warn.memory", (config, value) -> config.warnMemory = value.bytes());
        KEYS.put("tracing.endpoint", (config, value) -> config.tracingEndpoint = value.text());
        KEYS.put("tracing.sample", (config, value) -> config.tracingSample = value.fraction());
        KEYS.put("redis.uri", (config, value) -> config.redis.uri = value.text());
        KEYS.put("redis.user", (config, value) -> config.redis.user = value.text());
        KEYS.put("redis.passwordFile", (config, value) -> config.redis.passwordFile = value.path());
        KEYS.put("redis.passwordEnv", (config, value) -> config.redis.passwordEnv = value.text());
        KEYS.put("redis.trusted", (config, value) -> config.redis.trusted = value.path());
        KEYS.put("redis.name", (config, value) -> config.redis.name = value.text());
        KEYS.put("redis.address", (config, value) -> config.redis.address = value.text());
        KEYS.put("redis.heartbeat", (config, value) -> config.redis.heartbeat = value.duration());
        KEYS.put("redis.timeToLive", (config, value) -> config.redis.timeToLive = value.duration());
    }

    /** Where to listen. */
    public String host = "127.0.0.1";

    /** The port; 0 for a free one. */
    public int port = SpeechWorker.PORT;

    /** The voice of sessions that name none; null for the first that is installed. */
    public @Nullable String voice;

    /** Sessions at a time; as many conversations besides. */
    public int maxSessions = 100;

    /** After which a session that nobody uses ends. */
    public Duration idle = Duration.ofMinutes(5);

    /** How long syntheses and conversations have to finish when the worker is stopped. */
    public Duration drain = Duration.ofSeconds(30);

    private @Nullable Integer threads;
    private @Nullable Integer maxText;
    private @Nullable Duration flushAfter;
    private @Nullable Integer maxResident;
    private @Nullable Duration timeToLive;
    private @Nullable List<String> languages;
    private @Nullable Integer messageBytes;
    private Duration warnLlm = SlowOperations.Thresholds.DEFAULT.languageModel();
    private int warnContext = SlowOperations.Thresholds.DEFAULT.contextTokens();
    private long warnMemory = SlowOperations.Thresholds.DEFAULT.memoryBytes();
    private @Nullable String tracingEndpoint;
    private double tracingSample = 1;
    private @Nullable Path certificate;
    private @Nullable Path key;
    private @Nullable Path trusted;
    private @Nullable Path tokenFile;
    private @Nullable String tokenEnv;
    /** What the file has, as it has it. */
    private Map<String, Object> written = Map.of();

    private final OperatorConfig operator = new OperatorConfig();
    private final RegistrationConfig redis = new RegistrationConfig();

    /** The defaults. */
    public WorkerConfig() {}

    /**
     * The defaults, changed by a file.
     *
     * @throws IllegalArgumentException if a key is unknown or a value of the wrong type; the message names file, key and value
     */
    public static WorkerConfig read(Path file) {
        WorkerConfig config = new WorkerConfig();
        config.written = YamlKeys.read(file);
        config.written.forEach((name, value) -> {
            BiConsumer<WorkerConfig, Value> setter = KEYS.get(name);
            if (setter == null) {
                throw new IllegalArgumentException(file + ": " + name + "=" + shown(value)
                        + ": there is no such key; use one of " + String.join(", ", KEYS.keySet()));
            }
            if (name.startsWith(RegistrationConfig.PREFIX)) {
                config.redis.given = name;
            }
            setter.accept(config, new Value(file, name, value));
        });
        config.drain(file);
        return config;
    }

    /** The keys that the other one's file has otherwise, or not at all, or besides. */
    public List<String> differences(WorkerConfig other) {
        return KEYS.keySet().stream()
                .filter(key -> !Objects.equals(written.get(key), other.written.get(key)))
                .toList();
    }

    /** What may hold a password is not repeated. */
    private static String shown(Object value) {
        String text = String.valueOf(value);
        return text.contains("://") && text.contains("@") ? "(not shown)" : text;
    }

    private void drain(Path file) {
        if (drain.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException(file + ": drain=" + drain.toMillis() + "ms: must be 0 to 24h");
        }
    }

    /** A value as the file has it. */
    private record Value(Path file, String key, Object value) {
        private IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException(file + ": " + key + "=" + shown(value) + ": must be " + what);
        }

        String text() {
            if (value instanceof String text && !text.isBlank()) {
                return text;
            }
            throw wrong("a text");
        }

        Path path() {
            return Path.of(text());
        }

        int number() {
            if (value instanceof Integer number) {
                return number;
            }
            throw wrong("a whole number");
        }

        double fraction() {
            if (value instanceof Number number) {
                return number.doubleValue();
            }
            throw wrong("a number from 0 to 1");
        }

        boolean yesOrNo() {
            if (value instanceof Boolean truth) {
                return truth;
            }
            throw wrong("true or false");
        }

        Duration duration() {
            Matcher matcher = DURATION.matcher(String.valueOf(value));
            if (!(value instanceof String) || !matcher.matches()) {
                throw wrong("a duration: 500ms, 30s, 5m or 1h");
            }
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                default -> Duration.ofHours(amount);
            };
        }

        long bytes() {
            try {
                return Amounts.bytes(key, text());
            } catch (IllegalArgumentException e) {
                throw wrong("a size: 1.5GB or 800MB");
            }
        }

        List<String> texts() {
            if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
                return list.stream().map(String.class::cast).toList();
            }
            throw wrong("a list of texts: [en-US, de-DE]");
        }
    }

    /**
     * An engine with the voices of this configuration.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public VoiceEngine engine(VoiceTelemetry telemetry) {
        VoiceEngine.Builder builder = VoiceEngine.builder().telemetry(telemetry).voiceModels(models -> {
            set("models.maxResident", maxResident, models::maxResident);
            set("models.timeToLive", timeToLive, models::timeToLive);
        });
        set("voice", voice, builder::voice);
        if (maxSessions > 0) {
            // Of conversations; what is no number of sessions is told when the worker is made.
            builder.maxSessions(maxSessions);
        }
        return builder.build();
    }

    /**
     * A worker that is not started yet.
     *
     * @throws IllegalArgumentException if a value is out of range, or a file cannot be used
     */
    public SpeechWorker.Builder worker(VoiceEngine engine) {
        SpeechWorker.Builder builder = SpeechWorker.builder(engine);
        set("host", host, builder::host);
        set("port", port, builder::port);
        set("sessions.max", maxSessions, builder::maxSessions);
        set("sessions.idle", idle, builder::idleTimeout);
        set("synthesis.threads", threads, builder::computeThreads);
        set("synthesis.maxText", maxText, builder::maxText);
        set("synthesis.flushAfter", flushAfter, builder::flushAfter);
        set("models.languages", languages, builder::languages);
        set("messageBytes", messageBytes, builder::maxMessageBytes);
        builder.service(ConverseService.builder(engine).build());
        if (certificate != null || key != null || trusted != null) {
            if (certificate == null) {
                throw new IllegalArgumentException(
                        "tls.certificate is missing: a worker with tls.key or tls.trusted needs it");
            }
            builder.tls(new TlsFiles(certificate, key, trusted));
        }
        BearerToken token = token();
        if (token != null) {
            builder.token(token);
        }
        return builder;
    }

    /**
     * Looks at where the worker is to register, as far as that goes without Redis.
     *
     * @throws IllegalArgumentException if it cannot be used
     */
    public void checkRegistration() {
        redis.check(host, port);
    }

    /** Registers a worker that listens, and keeps it registered; null if no Redis is configured. Does not wait for Redis. */
    public @Nullable Registration register(SpeechWorker worker) {
        return register(worker, client -> {});
    }

    /** The same, with something that watches Lettuce's commands and connections. */
    public @Nullable Registration register(SpeechWorker worker, Consumer<RedisClient> instrument) {
        return redis.register(worker, host, instrument);
    }

    // ------------------------------------------------------------------------------------------ the operator

    /** Another port for the operator. */
    public void operatorPort(int value) {
        operator.port = value;
    }

    /**
     * Looks at where the operator may ask, as far as that goes without listening.
     *
     * @throws IllegalArgumentException if it cannot be used
     */
    public void checkOperator() {
        operator.check();
    }

    /** What is told to the operator; null if nothing is to be. */
    public ObservedProcess.@Nullable Builder observed() {
        if (!operator.enabled) {
            return null;
        }
        String name = operator.worker != null ? operator.worker : redis.name;
        return ObservedProcess.builder(name == null ? "local" : name);
    }

    /** Begins to answer the operator. */
    public OperatorEndpoint operatorEndpoint(OperatorPages pages) {
        return operator.start(pages);
    }

    /** Where that is, {@code http://127.0.0.1:9464}. */
    public String operatorUrl(OperatorEndpoint endpoint) {
        String at = operator.host.contains(":") ? "[" + operator.host + "]" : operator.host;
        return "http://" + at + ":" + endpoint.port();
    }

    /** Whether the operator's port was free, or chosen. */
    public boolean isOperatorAsExpected(OperatorEndpoint endpoint) {
        return operator.port != null || endpoint.port() == OperatorEndpoint.PORT;
    }

    /**
     * Looks at where traces are to go.
     *
     * @throws IllegalArgumentException if they cannot go there; the message names the key
     */
    public void checkTraces() {
        TraceExport.check(tracingEndpoint, tracingSample);
    }

    /** Where traces go. */
    public TraceExport traces() {
        return TraceExport.of("voice-worker", tracingEndpoint, tracingSample);
    }

    /**
     * From when on the log warns.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public SlowOperations.Thresholds thresholds() {
        SlowOperations.Thresholds usual = SlowOperations.Thresholds.DEFAULT;
        set("warn.llm", warnLlm, took -> new SlowOperations.Thresholds(took, 1, 1));
        set("warn.context", warnContext, tokens -> new SlowOperations.Thresholds(usual.languageModel(), tokens, 1));
        set("warn.memory", warnMemory, bytes -> new SlowOperations.Thresholds(usual.languageModel(), 1, bytes));
        return new SlowOperations.Thresholds(warnLlm, warnContext, warnMemory);
    }

    /** Other ones. */
    public void thresholds(SlowOperations.Thresholds others) {
        warnLlm = others.languageModel();
        warnContext = others.contextTokens();
        warnMemory = others.memoryBytes();
    }

    // ------------------------------------------------------------------------------------------

    /** What the library refuses is told with the key of the file. */
    private static <T> void set(String key, @Nullable T value, Function<T, ?> setter) {
        if (value == null) {
            return;
        }
        try {
            setter.apply(value);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(key + message.substring(Math.max(0, message.indexOf('='))), e);
        }
    }

    private @Nullable BearerToken token() {
        if (tokenFile != null && tokenEnv != null) {
            throw new IllegalArgumentException(
                    "token.file=" + tokenFile + ", token.env=" + tokenEnv + ": give one of them");
        }
        if (tokenFile != null) {
            return BearerToken.ofFile(tokenFile);
        }
        return tokenEnv == null ? null : BearerToken.ofEnvironment(tokenEnv);
    }
}
