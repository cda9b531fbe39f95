package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.logs.Times;
import dev.duplexvoice.examples.worker.Amounts;
import dev.duplexvoice.logging.SlowOperations;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** From when on the log warns of what takes too long or is too much; for commands in which sessions are answered. */
final class WarnOptions {
    @Option(
            names = "--warn-llm",
            paramLabel = "DURATION",
            description = "Warn in the log of answers that took longer to write: 3s.")
    private @Nullable String languageModel;

    @Option(
            names = "--warn-context",
            paramLabel = "TOKENS",
            description = "Warn of contexts of more tokens: 2500; one is four characters unless the host tells.")
    private @Nullable Integer context;

    @Option(
            names = "--warn-memory",
            paramLabel = "SIZE",
            description = "Warn once when the process has more memory: 1.5GB.")
    private @Nullable String memory;

    /**
     * What is given instead of other thresholds.
     *
     * @throws IllegalArgumentException if a value cannot be used
     */
    SlowOperations.Thresholds over(SlowOperations.Thresholds others) {
        return new SlowOperations.Thresholds(
                languageModel == null ? others.languageModel() : duration(languageModel),
                context == null ? others.contextTokens() : positive("--warn-context", context),
                memory == null
                        ? others.memoryBytes()
                        : positive("--warn-memory", Amounts.bytes("--warn-memory", memory)));
    }

    /** By the defaults. */
    SlowOperations slow() {
        return SlowOperations.create(over(SlowOperations.Thresholds.DEFAULT));
    }

    private static Duration duration(String text) {
        return Duration.of(positive("--warn-llm", Times.duration("--warn-llm", text)), ChronoUnit.MICROS);
    }

    private static int positive(String option, int value) {
        return (int) positive(option, (long) value);
    }

    private static long positive(String option, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + "=" + value + ": must be more than 0");
        }
        return value;
    }
}
