package dev.duplexvoice.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.jul.LevelChangePropagator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.encoder.Encoder;
import dev.duplexvoice.dialog.Responder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Logback, set up for a server or a command: where lines go, in which form, what is never written, and what can be changed while the
 * process runs. The log never holds up or ends what it tells of: what cannot be written is lost, with one warning and a counter.
 *
 * <p>Thread-safe. Closing it writes what waits; it is also done when the JVM ends.
 */
public final class VoiceLogging implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 2;

    private final LoggerContext context;
    private final LoggingOptions options;
    private final LogTrouble trouble;
    private final LogLevels levels;
    private final DebugLog debug;
    private final List<LineAppender> appenders = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Thread hook;

    private VoiceLogging(LoggerContext context, LoggingOptions options) {
        this.context = context;
        this.options = options;
        this.trouble = new LogTrouble(
                context.getLogger(VoiceLogging.class.getName()), options.console != LoggingOptions.Console.NONE);
        this.levels = new LogLevels(context);
        this.debug = new DebugLog(context.getLogger(DebugLog.LOGGER), options.spokenText);
    }

    /**
     * Sets the process's Logback up; whatever it was set up with before is gone, a logback.xml too. Files that cannot be written are no
     * error here: the process goes on.
     *
     * @throws IllegalStateException if SLF4J is bound to something else than Logback
     */
    public static VoiceLogging configure(LoggingOptions options) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            throw new IllegalStateException(
                    "SLF4J is bound to " + factory.getClass().getName()
                            + " and not to Logback: leave logback-classic as the only provider on the class path");
        }
        VoiceLogging logging = configure(options, context);
        if (options.javaUtilLogging) {
            LevelChangePropagator propagator = new LevelChangePropagator();
            propagator.setContext(context);
            propagator.setResetJUL(true);
            propagator.start();
            context.addListener(propagator);
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
        if (options.async) {
            logging.closeAtEnd();
        }
        return logging;
    }

    /** Sets a context of the host's own up, and nothing else: neither java.util.logging nor the end of the JVM are looked after. */
    public static VoiceLogging configure(LoggingOptions options, LoggerContext context) {
        VoiceLogging logging = new VoiceLogging(context, options);
        logging.start();
        return logging;
    }

    private void start() {
        context.reset();
        if (context.getMDCAdapter() == null) {
            // One that SLF4J has not made has none.
            context.setMDCAdapter(
                    MDC.getMDCAdapter() instanceof LogbackMDCAdapter ours ? ours : new LogbackMDCAdapter());
        }
        context.setName(options.service);
        if (options.console != LoggingOptions.Console.NONE) {
            boolean out = options.console == LoggingOptions.Console.STDOUT;
            attach(new LineAppender(
                    "console",
                    encoder(),
                    options.async,
                    () -> new ConsoleSink(() -> out ? System.out : System.err, trouble)));
        }
        if (options.folder != null) {
            for (LogCategory category : LogCategory.values()) {
                attach(file(options.folder, category));
            }
        }
        LoggingOptions.NOISY.forEach(name -> levels.set(name, LogLevel.WARNING));
        for (LogCategory category : LogCategory.values()) {
            if (LogCategory.of(category.logger()) == category && category != LogCategory.APP) {
                // What was logged on purpose is written whatever the root's level is.
                levels.set(category.logger(), LogLevel.INFO);
            }
        }
        levels.set(options.level);
        options.levels.forEach(levels::set);
        debugMode(options.debugMode);
    }

    private LineAppender file(Path folder, LogCategory category) {
        Path file = folder.resolve(category.folder()).resolve(options.service + ".log");
        Encoder<ILoggingEvent> encoder = category == LogCategory.ACCESS ? new AccessLineEncoder() : encoder();
        LineAppender appender = new LineAppender(
                category.folder(),
                encoder,
                options.async,
                () -> new LogFile(
                        file,
                        options.rotation,
                        category.isBounded(),
                        options.retention(category),
                        options.clock,
                        trouble));
        CategoryFilter filter = new CategoryFilter(category);
        filter.setContext(context);
        filter.start();
        appender.addFilter(filter);
        return appender;
    }

    private Encoder<ILoggingEvent> encoder() {
        if (options.format == LoggingOptions.Format.JSON) {
            return json();
        }
        TextLineEncoder text = new TextLineEncoder();
        text.setLongestMessage(options.longestMessage);
        text.setSpokenText(options.spokenText);
        text.setStackTraces(options.stackTraces);
        options.referenceVoices.forEach(folder -> text.addReferenceVoices(folder.toString()));
        return text;
    }

    private JsonLineEncoder json() {
        JsonLineEncoder json = new JsonLineEncoder();
        json.setService(options.service);
        json.setComponent(options.component);
        json.setLongestMessage(options.longestMessage);
        json.setSpokenText(options.spokenText);
        options.referenceVoices.forEach(folder -> json.addReferenceVoices(folder.toString()));
        return json;
    }

    /**
     * Keeps the last lines in memory from now on, for an operator who looks at them while the process runs: as JSON, whatever the form of
     * the files, and without secrets as they are. Requests are not among them, or looking would be most of what one sees. Close it to stop.
     *
     * @param lines how many are kept, 1 to 100,000
     */
    public LogTail tail(int lines) {
        return LogTail.attach(context, json(), lines);
    }

    private void attach(LineAppender appender) {
        appender.setContext(context);
        appender.start();
        appenders.add(appender);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    private void closeAtEnd() {
        Thread thread = new Thread(this::flushAtEnd, "voice-log-end");
        hook = thread;
        Runtime.getRuntime().addShutdownHook(thread);
    }

    /** Others may still log while the JVM ends, so nothing is closed. */
    private void flushAtEnd() {
        flush();
    }

    /** Levels of loggers, to be changed at any time. */
    public LogLevels levels() {
        return levels;
    }

    /**
     * Whether requests and responses are logged, cut and without secrets, by {@link #debugLog} and {@link #responder}; of what was said
     * only its length, unless {@code spokenText} was asked for. The lines have the level DEBUG and the logger {@code
     * dev.duplexvoice.requests}.
     */
    public void debugMode(boolean on) {
        context.getLogger(DebugLog.LOGGER).setLevel(on ? Level.DEBUG : Level.INFO);
    }

    /** Writes requests and responses while {@link #debugMode} is on. */
    public DebugLog debugLog() {
        return debug;
    }

    /** Writes requests. */
    public AccessLog accessLog() {
        return new AccessLog(context.getLogger(LogCategory.ACCESS.logger()));
    }

    /** Writes who did what. */
    public AuditLog auditLog() {
        return new AuditLog(context.getLogger(LogCategory.AUDIT.logger()));
    }

    /** Writes logins, refusals and the like. */
    public SecurityLog securityLog() {
        return new SecurityLog(context.getLogger(LogCategory.SECURITY.logger()));
    }

    /** Writes what took too long or is too much. */
    public SlowOperations slowOperations(SlowOperations.Thresholds thresholds) {
        return new SlowOperations(context.getLogger(LogCategory.PERFORMANCE.logger()), thresholds);
    }

    /**
     * A Responder that answers as this one does, and has slow answers, long contexts and, in {@link #debugMode}, requests and responses
     * logged.
     */
    public Responder responder(Responder responder, SlowOperations slow) {
        return new LoggedResponder(responder, debug, slow);
    }

    /** What became of the lines. */
    public LogStatistics statistics() {
        return trouble.statistics();
    }

    /** Waits up to two seconds until all that was logged is written; false if that takes longer. */
    public boolean flush() {
        boolean done = true;
        for (LineAppender appender : appenders) {
            done &= appender.flush(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        return done;
    }

    /** Writes what waits and detaches what it attached; afterwards nothing is logged until Logback is set up anew. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        for (LineAppender appender : appenders) {
            root.detachAppender(appender);
            appender.stop();
        }
        Thread atEnd = hook;
        if (atEnd != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(atEnd);
            } catch (IllegalStateException e) {
                // The JVM is ending.
                return;
            }
        }
    }
}
