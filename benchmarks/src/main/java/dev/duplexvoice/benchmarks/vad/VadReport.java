package dev.duplexvoice.benchmarks.vad;

import ai.onnxruntime.OrtEnvironment;
import dev.duplexvoice.benchmarks.cli.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a run found, as text, Markdown and JSON. Times are for a window of one stream. */
final class VadReport {
    private static final String ROW = "%-38s %9s %9s %7s %12s %12s%n";

    private final Timings timings;
    private final List<Subject> subjects;
    private final Subject baseline = Subject.ort(1);
    private final String simd;

    /**
     * A report.
     *
     * @param simd the fastest path that was timed
     */
    VadReport(Timings timings, List<Subject> subjects, String simd) {
        this.timings = timings;
        // Those that compute nothing come last.
        this.subjects = Stream.concat(
                        subjects.stream().filter(s -> s.streams() > 0),
                        subjects.stream().filter(s -> s.streams() == 0))
                .toList();
        this.simd = simd;
    }

    /** Microseconds of a window of one stream, or of the call if it computes none. */
    double microseconds(Subject subject) {
        return timings.median(subject) / 1_000 / Math.max(1, subject.streams());
    }

    /** How many times as fast as ONNX Runtime with a single stream. */
    double speedup(Subject subject) {
        return microseconds(baseline) / microseconds(subject);
    }

    /** The part of a batch of 64 that is spent between Java and C++. */
    private double crossingShare() {
        return timings.median(Subject.crossing(true)) / timings.median(Subject.duplex(simd, 64));
    }

    String json() {
        Subject single = Subject.duplex(simd, 1);
        Subject batch = Subject.duplex(simd, 64);
        return String.format(
                Locale.ROOT,
                "{\"single_speedup\":%.2f,\"batch64_speedup\":%.2f,\"ort_us\":%.3f,\"single_us\":%.3f,\"batch64_us\":%.3f,"
                        + "\"simd\":\"%s\"}",
                speedup(single),
                speedup(batch),
                microseconds(baseline),
                microseconds(single),
                microseconds(batch),
                simd);
    }

    String text() {
        StringBuilder text = new StringBuilder(
                String.format(ROW, "microseconds a window", "median", "least", "times", "heap B/call", "gc profiler"));
        for (Subject subject : subjects) {
            List<String> cells = cells(subject);
            text.append(String.format(
                    ROW, subject.title(), cells.get(0), cells.get(1), cells.get(2), cells.get(3), cells.get(4)));
        }
        return text.toString();
    }

    /** A section with the machine, the command and the table. */
    String markdown(Material material, String command, int rounds, int iterations) {
        StringBuilder text = new StringBuilder("    ")
                .append(command)
                .append("\n\n")
                .append(Machine.describe())
                .append("; ONNX Runtime ")
                .append(OrtEnvironment.getEnvironment().getVersion())
                .append("; ")
                .append(material.weights())
                .append("; 60 s of ")
                .append(material.recording())
                .append(String.format(
                        Locale.ROOT,
                        ".%n%d rounds, in each a JVM of its own for every row, one after the other; %d timings a row.%n%n",
                        rounds,
                        rounds * iterations))
                .append(
                        "| | µs a window, median | least | times as fast as ONNX Runtime | Java heap, bytes a call | as JMH's gc profiler has it |\n")
                .append("| --- | ---: | ---: | ---: | ---: | ---: |\n");
        for (Subject subject : subjects) {
            text.append("| ").append(subject.title());
            cells(subject).forEach(cell -> text.append(" | ").append(cell));
            text.append(" |\n");
        }
        if (subjects.contains(Subject.crossing(true))) {
            text.append(String.format(
                    Locale.ROOT,
                    "%nGoing from Java to C++ and back is %.2f %% of a batch of 64 (%s).%n",
                    100 * crossingShare(),
                    simd));
        }
        return text.toString();
    }

    private List<String> cells(Subject subject) {
        List<String> cells = new ArrayList<>();
        cells.add(digits(microseconds(subject)));
        cells.add(digits(timings.least(subject) / 1_000 / Math.max(1, subject.streams())));
        cells.add(subject.streams() == 0 ? "" : String.format(Locale.ROOT, "%.1f", speedup(subject)));
        cells.add(bytes("%.1f", timings.allocated(subject)));
        double profiled = timings.profiledAllocation(subject);
        cells.add(bytes(profiled < 10 ? "%.2f" : "%.0f", profiled));
        return cells;
    }

    /** Three significant ones, as far as they mean something. */
    private static String digits(double value) {
        String pattern = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, pattern, value);
    }

    private static String bytes(String pattern, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, pattern, value);
    }
}
