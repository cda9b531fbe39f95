package dev.duplexvoice.examples.logs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was read, and what was wrong with it. For one thread. */
public final class Summary {
    private static final int PLACES = 3;

    long lines;
    long selected;
    private long broken;
    private long cut;
    private long strange;
    private long tooLong;
    private long notUtf8;
    private long untimed;
    private long newest = Timestamps.NONE;
    private final List<String> places = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Summary() {}

    void add(Scan scan) {
        lines += scan.lines;
        broken += scan.broken;
        cut += scan.cut;
        strange += scan.strange;
        notUtf8 += scan.notUtf8;
        untimed += scan.untimed;
        newest = Math.max(newest, scan.newest);
    }

    void addStrange() {
        strange++;
    }

    void addTooLong(int dropped) {
        tooLong += dropped;
        lines += dropped;
    }

    void bad(String source, long line) {
        if (places.size() < PLACES) {
            places.add(source + ":" + line);
        }
    }

    void problem(String problem) {
        problems.add(problem);
    }

    /** Lines that were read. */
    public long lines() {
        return lines;
    }

    /** Lines that passed, with those that belong to them. */
    public long selected() {
        return selected;
    }

    /** Lines that are no log lines. */
    public long bad() {
        return broken + cut + strange + tooLong;
    }

    /** What could not be read, or not to its end; each with what to do. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** The time of the newest record, if times mattered: microseconds since 1970. */
    long newest() {
        return newest;
    }

    /** The numbers, under the names that JSON results have. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("lines", lines);
        fields.put("selected", selected);
        Map<String, Object> bad = new LinkedHashMap<>();
        bad.put("total", bad());
        bad.put("cut_off", cut);
        bad.put("not_json", broken);
        bad.put("not_a_log_line", strange);
        bad.put("too_long", tooLong);
        bad.put("first", List.copyOf(places));
        fields.put("bad_lines", bad);
        fields.put("not_utf8", notUtf8);
        fields.put("without_time", untimed);
        fields.put("problems", problems());
        return fields;
    }

    /** What whoever reads the lines should know of them, in one line; empty if there is nothing. */
    public String remarks() {
        List<String> remarks = new ArrayList<>();
        if (bad() > 0) {
            List<String> kinds = new ArrayList<>();
            kind(kinds, cut, "cut off");
            kind(kinds, broken, "not JSON");
            kind(kinds, strange, "of no known form");
            kind(kinds, tooLong, "longer than " + (BlockReader.LONGEST_LINE >> 20) + " MiB and left out");
            remarks.add(number(bad()) + " of " + number(lines) + " lines are no log lines: " + String.join(", ", kinds)
                    + (places.isEmpty() ? "" : "; the first: " + String.join(", ", places)));
        }
        if (notUtf8 > 0) {
            remarks.add("lines that are not UTF-8: " + number(notUtf8)
                    + " (what is not shows as \ufffd; --encoding latin1 reads Latin-1)");
        }
        if (untimed > 0) {
            remarks.add("records left out because they have no time: " + number(untimed));
        }
        if (selected == 0) {
            remarks.add("no line passed, of " + number(lines)
                    + (newest == Timestamps.NONE ? "" : "; the newest is of " + Timestamps.format(newest)));
        }
        return Printable.of(String.join("; ", remarks));
    }

    private static void kind(List<String> kinds, long count, String name) {
        if (count > 0) {
            kinds.add(number(count) + " " + name);
        }
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
