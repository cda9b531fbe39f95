package dev.duplexvoice.logging;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what becomes of lines, and says once, until it is over, that they are lost, where that can be seen. */
final class LogTrouble {
    private final LongAdder written = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicInteger failing = new AtomicInteger();
    private final AtomicBoolean keptSaid = new AtomicBoolean();
    private final Logger log;
    private final boolean console;

    /**
     * @param log what it says is logged here, too, where other sinks write it
     * @param console whether that shows on a console; else stderr is told
     */
    LogTrouble(Logger log, boolean console) {
        this.log = log;
        this.console = console;
    }

    /** For appenders of a host's own configuration. */
    static LogTrouble ofHost() {
        return new LogTrouble(LoggerFactory.getLogger(VoiceLogging.class), false);
    }

    void written(long lines) {
        written.add(lines);
    }

    void lost(long lines) {
        lost.add(lines);
    }

    /** A file cannot be written. */
    void began(Path file, Exception e) {
        failures.increment();
        if (failing.getAndIncrement() == 0) {
            // Of a full disk every file tells.
            warn("A log file cannot be written; lines are lost until it can", file, e.toString());
        }
    }

    /** A file can be written again. */
    void over(Path file) {
        if (failing.decrementAndGet() > 0) {
            return;
        }
        log.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("lost_lines", lost.sum())
                .log("Log files can be written again; lines were lost");
    }

    /** More was logged than could be written; the lines are counted as lost already. */
    void dropped(Path file, long lines) {
        failures.increment();
        warn("Log lines were lost: more was logged than the disk takes", file, lines + " lines");
    }

    /** Old files cannot be deleted; said once. */
    void kept(Path file, Exception e) {
        if (keptSaid.compareAndSet(false, true)) {
            warn("Old log files cannot be deleted", file, e.toString());
        }
    }

    /** Nothing that anybody could act on. */
    void closing(Path file, Exception e) {
        log.atDebug()
                .addKeyValue("file", file)
                .addKeyValue("reason", e.toString())
                .log("A log file did not close");
    }

    private void warn(String message, Path file, String reason) {
        if (!console) {
            PrintStream err = System.err;
            err.println(Timestamps.of(Instant.now()) + " WARNING [" + log.getName() + "] - " + message + " file=\""
                    + file + "\" reason=\"" + LineText.visible(reason, false) + "\"");
        }
        log.atWarn().addKeyValue("file", file).addKeyValue("reason", reason).log(message);
    }

    LogStatistics statistics() {
        return new LogStatistics(written.sum(), lost.sum(), failures.sum());
    }
}
