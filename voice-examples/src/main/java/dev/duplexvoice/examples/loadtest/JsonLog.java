package dev.duplexvoice.examples.loadtest;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.logging.LogStatistics;
import dev.duplexvoice.logging.LoggingOptions;
import dev.duplexvoice.logging.VoiceLogging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** A server's log while it is open: JSON lines in files of a folder that goes afterwards. */
final class JsonLog implements AutoCloseable {
    private final LoggerContext context;
    private final Path folder;
    private final VoiceLogging logging;

    JsonLog() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext logback)) {
            throw new VoiceException(
                    VoiceException.Code.UNAVAILABLE,
                    "telemetry=all: SLF4J is bound to " + factory.getClass().getName() + " and not to Logback");
        }
        context = logback;
        try {
            folder = Files.createTempDirectory("voice-loadtest-log");
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO,
                    "telemetry=all: the log's folder cannot be made in " + System.getProperty("java.io.tmpdir"),
                    e);
        }
        logging = VoiceLogging.configure(
                LoggingOptions.server("loadtest")
                        .console(LoggingOptions.Console.NONE)
                        .folder(folder)
                        .build(),
                context);
    }

    LogStatistics statistics() {
        return logging.statistics();
    }

    /** Logs as before. */
    @Override
    public void close() {
        logging.close();
        context.reset();
        try {
            new ContextInitializer(context).autoConfig();
            delete();
        } catch (JoranException | IOException e) {
            throw new VoiceException(VoiceException.Code.IO, "the log is not what it was: " + e.getMessage(), e);
        }
    }

    private void delete() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
