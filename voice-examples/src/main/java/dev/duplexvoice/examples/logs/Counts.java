package dev.duplexvoice.examples.logs;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often each of many values came; of too many different ones the rest together. For one thread. */
public final class Counts {
    private static final int MOST = 100_000;
    /** A longer value is told apart by its beginning. */
    private static final int LONGEST = 500;

    private final Map<String, long[]> counts = new HashMap<>();
    private long others;

    /** One that counts from 0. */
    public Counts() {}

    void add(String value) {
        String key = value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "…";
        long[] count = counts.get(key);
        if (count != null) {
            count[0]++;
        } else if (counts.size() < MOST) {
            counts.put(key, new long[] {1});
        } else {
            others++;
        }
    }

    /** Values that came after the most that are told apart. */
    public long others() {
        return others;
    }

    /** The counts, the largest first, equal ones by their values. */
    public Map<String, Long> sorted() {
        Map<String, Long> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, long[]> e) -> -e.getValue()[0])
                        .thenComparing(Map.Entry::getKey))
                .forEach(e -> sorted.put(e.getKey(), e.getValue()[0]));
        return sorted;
    }

    /** A line for each, the number first. */
    public String table() {
        StringBuilder table = new StringBuilder();
        sorted().forEach((value, count) -> row(table, count, value.isEmpty() ? "\"\"" : value));
        if (others > 0) {
            row(table, others, "(others: more than " + MOST + " different ones)");
        }
        return table.toString();
    }

    private static void row(StringBuilder table, long count, String value) {
        table.append(String.format("%9d  ", count)).append(Printable.of(value)).append('\n');
    }
}
