package dev.duplexvoice.examples.logs;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long the operation took that a record tells of, and whether that is too long. Immutable. */
public final class SlowOperations {
    /** Where loggers put it, the most usual first. */
    private static final List<String> USUAL = List.of(
            "duration_ms",
            "latency_ms",
            "response_time_ms",
            "total_response_time",
            "fal_ms",
            "load_time_ms",
            "elapsed_ms");

    /** As in "Slow LLM response: 5.2s (expected < 3s)". */
    private static final Pattern IN_WORDS =
            Pattern.compile("^Slow\\b[^:]{0,80}: *(\\d{1,12}(?:\\.\\d{1,9})?) ?(ms|s)\\b", Pattern.CASE_INSENSITIVE);

    private final List<Field> durations;
    private final Field message;
    private final double over;

    /**
     * For the records of a filter.
     *
     * @param over milliseconds
     * @param field the one field to look at, in milliseconds; null for the usual ones
     */
    public SlowOperations(RecordFilter filter, double over, @Nullable String field) {
        this.over = over;
        this.message = filter.fields().message;
        this.durations = (field == null ? USUAL : List.of(field))
                .stream().map(filter.fields()::named).toList();
    }

    boolean isSlow(LogLine line) {
        return milliseconds(line) > over;
    }

    /** What the record says it took; NaN if it does not. */
    double milliseconds(LogLine line) {
        for (Field field : durations) {
            double found = line.number(field);
            if (!Double.isNaN(found)) {
                return found;
            }
        }
        String said = durations.size() > 1 ? line.text(message) : null;
        if (said == null || !said.regionMatches(true, 0, "slow", 0, 4)) {
            return Double.NaN;
        }
        Matcher words = IN_WORDS.matcher(said);
        if (!words.find()) {
            return Double.NaN;
        }
        return Double.parseDouble(words.group(1)) * (words.group(2).equalsIgnoreCase("s") ? 1_000 : 1);
    }
}
