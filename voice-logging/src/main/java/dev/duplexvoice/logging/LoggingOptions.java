package dev.duplexvoice.logging;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Period;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How {@link VoiceLogging} sets Logback up. Immutable.
 *
 * <pre>{@code
 * VoiceLogging logging = VoiceLogging.configure(
 *         LoggingOptions.server("orders").folder(Path.of("/var/log/orders")).build());
 * }</pre>
 */
public final class LoggingOptions {
    /** What is written. */
    public enum Format {
        /** A line of JSON. */
        JSON,
        /** {@code timestamp LEVEL [logger] session=… - message}. */
        TEXT
    }

    /** Where lines go besides files. */
    public enum Console {
        /** Nowhere. */
        NONE,
        /** To stdout, as containers want it. */
        STDOUT,
        /** To stderr, as commands want it. */
        STDERR
    }

    /** The longest message in characters unless set. */
    public static final int LONGEST_MESSAGE = 64 * 1_024;

    /** Libraries that tell more than anybody wants to know. */
    static final Set<String> NOISY = Set.of(
            "io.netty", "io.grpc", "io.lettuce", "io.javalin", "io.opentelemetry", "org.eclipse.jetty", "reactor");

    final Format format;
    final Console console;
    final @Nullable Path folder;
    final String service;
    final @Nullable String component;
    final LogLevel level;
    final Map<String, LogLevel> levels;
    final LogRotation rotation;
    final Map<LogCategory, Period> retention;
    final Set<Path> referenceVoices;
    final int longestMessage;
    final boolean spokenText;
    final boolean stackTraces;
    final boolean debugMode;
    final boolean async;
    final boolean javaUtilLogging;
    final Clock clock;

    private LoggingOptions(Builder builder) {
        format = builder.format;
        console = builder.console;
        folder = builder.folder;
        service = builder.service;
        component = builder.component;
        level = builder.level;
        levels = Map.copyOf(builder.levels);
        rotation = builder.rotation;
        retention = Map.copyOf(builder.retention);
        referenceVoices = Set.copyOf(builder.referenceVoices);
        longestMessage = builder.longestMessage;
        spokenText = builder.spokenText;
        stackTraces = builder.stackTraces;
        debugMode = builder.debugMode;
        async = builder.async;
        javaUtilLogging = builder.javaUtilLogging;
        clock = builder.clock;
    }

    Period retention(LogCategory category) {
        return retention.getOrDefault(category, category.retention());
    }

    static int longestMessage(int characters) {
        if (characters < 256) {
            throw new IllegalArgumentException("longestMessage=" + characters + ": must be at least 256");
        }
        return characters;
    }

    /**
     * For a server: JSON to stdout, written by a thread of its own; files once a folder is given.
     *
     * @param service the name of the service, which is that of its files, too: letters, digits, {@code . _ -}
     */
    public static Builder server(String service) {
        return new Builder(service);
    }

    /** For a command: text to stderr, without stack traces, written at once; nothing in files. */
    public static Builder commandLine() {
        return new Builder("voice")
                .format(Format.TEXT)
                .console(Console.STDERR)
                .stackTraces(false)
                .async(false)
                .javaUtilLogging(false);
    }

    /**
     * For a server, as its environment says: {@code VOICE_LOG_LEVEL}, {@code VOICE_LOG_FORMAT} (json or text), {@code VOICE_LOG_FOLDER},
     * {@code VOICE_LOG_ROTATION} (size or daily), {@code VOICE_LOG_SPOKEN_TEXT} and {@code VOICE_LOG_DEBUG} (true or false).
     *
     * @param environment gives a variable's value, or null; {@code System::getenv}
     * @throws IllegalArgumentException if a value cannot be used
     */
    public static Builder fromEnvironment(String service, UnaryOperator<@Nullable String> environment) {
        return new EnvironmentOptions(environment).applyTo(server(service));
    }

    /** Makes options. Not thread-safe. */
    public static final class Builder {
        private Format format = Format.JSON;
        private Console console = Console.STDOUT;
        private @Nullable Path folder;
        private final String service;
        private @Nullable String component;
        private LogLevel level = LogLevel.INFO;
        private final Map<String, LogLevel> levels = new LinkedHashMap<>();
        private LogRotation rotation = LogRotation.BY_SIZE;
        private final Map<LogCategory, Period> retention = new EnumMap<>(LogCategory.class);
        private final Set<Path> referenceVoices = new LinkedHashSet<>();
        private int longestMessage = LONGEST_MESSAGE;
        private boolean spokenText;
        private boolean stackTraces = true;
        private boolean debugMode;
        private boolean async = true;
        private boolean javaUtilLogging = true;
        private Clock clock = Clock.systemUTC();

        private Builder(String service) {
            if (!service.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
                throw new IllegalArgumentException(
                        "service=" + service + ": must be 1 to 64 letters, digits, '.', '_' or '-'");
            }
            this.service = service;
        }

        /** JSON or text; JSON unless set. The access log's files are in Combined Log Format either way. */
        public Builder format(Format format) {
            this.format = Objects.requireNonNull(format, "format");
            return this;
        }

        /** Where lines go besides files. All categories go there, in one format. */
        public Builder console(Console console) {
            this.console = Objects.requireNonNull(console, "console");
            return this;
        }

        /** Where the folders of the categories are; none unless set. It is made when needed; if it cannot be, the service goes on without. */
        public Builder folder(Path folder) {
            this.folder = Objects.requireNonNull(folder, "folder");
            return this;
        }

        /** The {@code component} of lines that do not name one. */
        public Builder component(@Nullable String component) {
            this.component = component;
            return this;
        }

        /** The level of all loggers that have none of their own; INFO unless set. */
        public Builder level(LogLevel level) {
            this.level = Objects.requireNonNull(level, "level");
            return this;
        }

        /** The level of a logger and of those below it. */
        public Builder level(String logger, LogLevel level) {
            levels.put(logger, Objects.requireNonNull(level, "level"));
            return this;
        }

        /** When a file is put aside. */
        public Builder rotation(LogRotation rotation) {
            this.rotation = Objects.requireNonNull(rotation, "rotation");
            return this;
        }

        /** How long a category's files are kept, at least a day. */
        public Builder retention(LogCategory category, Period period) {
            if (period.isZero() || period.isNegative()) {
                throw new IllegalArgumentException("retention=" + period + ": must be at least a day");
            }
            retention.put(category, period);
            return this;
        }

        /** A folder with the recordings that voices are cloned from; no path within is written. */
        public Builder referenceVoices(Path folder) {
            Redactor.hiding(Set.of(folder));
            referenceVoices.add(folder);
            return this;
        }

        /** The longest message, traceback or field in characters, from 256; what is longer is cut, and says so. */
        public Builder longestMessage(int characters) {
            this.longestMessage = LoggingOptions.longestMessage(characters);
            return this;
        }

        /** Whether what callers say and hear may be written; false unless set: then its length is. */
        public Builder spokenText(boolean spokenText) {
            this.spokenText = spokenText;
            return this;
        }

        /** Whether lines of text are followed by stack traces; JSON always has them. */
        public Builder stackTraces(boolean stackTraces) {
            this.stackTraces = stackTraces;
            return this;
        }

        /** Whether requests and responses are logged from the beginning; see {@link VoiceLogging#debugMode}. */
        public Builder debugMode(boolean debugMode) {
            this.debugMode = debugMode;
            return this;
        }

        /** Whether threads of their own write, so that a disk or a reader that hangs holds up nobody; true for servers. */
        public Builder async(boolean async) {
            this.async = async;
            return this;
        }

        /** Whether what libraries log through java.util.logging is taken in; true for servers. */
        public Builder javaUtilLogging(boolean javaUtilLogging) {
            this.javaUtilLogging = javaUtilLogging;
            return this;
        }

        /** The clock that files are put aside and deleted by. Timestamps of lines are Logback's. */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** The options. */
        public LoggingOptions build() {
            return new LoggingOptions(this);
        }
    }
}
