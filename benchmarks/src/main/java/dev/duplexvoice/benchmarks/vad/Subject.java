package dev.duplexvoice.benchmarks.vad;

import java.util.Locale;
import java.util.Map;

/**
 * One thing that is timed.
 *
 * @param title for people
 * @param benchmark JMH's name of it
 * @param simd the SIMD path; empty where that is not ours to choose
 * @param streams windows of one call; 0 for a call that computes nothing
 */
record Subject(String title, String benchmark, String simd, int streams) {
    static Subject ort(int streams) {
        return new Subject("ONNX Runtime, " + batch(streams), OrtBenchmark.class.getName() + ".call", "", streams);
    }

    static Subject duplex(String simd, int streams) {
        return new Subject(simd + ", " + batch(streams), DuplexBenchmark.class.getName() + ".call", simd, streams);
    }

    private static String batch(int streams) {
        return streams == 1 ? "single stream" : String.format(Locale.ROOT, "batch of %,d", streams);
    }

    static Subject crossing(boolean withArguments) {
        String name = CrossingBenchmark.class.getName();
        return withArguments
                ? new Subject("crossing, the arguments of a batch", name + ".processNothing", "", 0)
                : new Subject("crossing, no arguments", name + ".constant", "", 0);
    }

    boolean ours() {
        return !simd.isEmpty();
    }

    /** JMH's parameters. */
    Map<String, String> parameters() {
        if (streams == 0) {
            return Map.of();
        }
        return ours()
                ? Map.of("simd", simd, "streams", Integer.toString(streams))
                : Map.of("streams", Integer.toString(streams));
    }
}
