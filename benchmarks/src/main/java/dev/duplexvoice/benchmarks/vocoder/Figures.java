package dev.duplexvoice.benchmarks.vocoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.duplexvoice.benchmarks.vocoder.DecoderRace.Round;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What was found of one decoder on one SIMD path. Ratios are medians of the ratios of each round, times medians.
 *
 * @param simd the native core's path; ONNX Runtime chooses its own
 * @param audioSeconds how long the sentence is
 * @param ortMillis ONNX Runtime's time for all of it
 * @param totalMillis ours, pushed all at once
 * @param totalRatio ours of ONNX Runtime's
 * @param overheads by frames of a chunk: what is added to our time at once, as a share of it
 * @param firstMillis until our first samples, in chunks of 8 frames
 * @param sooner ONNX Runtime's time for all of it, of that
 * @param difference the largest of two samples
 * @param realTimeFactor ours in chunks of 8 frames
 */
record Figures(
        String decoder,
        String simd,
        int rounds,
        @JsonProperty("audio_s") double audioSeconds,
        @JsonProperty("ort_ms") double ortMillis,
        @JsonProperty("total_ms") double totalMillis,
        @JsonProperty("total_ratio") double totalRatio,
        Map<Integer, Double> overheads,
        @JsonProperty("first_ms") double firstMillis,
        double sooner,
        double difference,
        @JsonProperty("rtf") double realTimeFactor,
        @JsonProperty("stream_bytes") long streamBytes,
        @JsonProperty("weight_bytes") long weightBytes) {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MOST_DIFFERENCE = 1e-4;
    private static final double MOST_TOTAL = 1;
    private static final double MOST_OVERHEAD = 0.05;
    private static final double LEAST_SOONER = 10;

    static Figures of(
            String decoder,
            String simd,
            double seconds,
            List<Round> rounds,
            List<Integer> chunks,
            double difference,
            long streamBytes,
            long weightBytes) {
        Map<Integer, Double> overheads = new LinkedHashMap<>();
        for (int i = 0; i < chunks.size(); i++) {
            int index = i;
            overheads.put(
                    chunks.get(i),
                    median(rounds, round -> (double) round.chunked().get(index) / round.whole()) - 1);
        }
        int usual = chunks.indexOf(DecoderRace.CHUNK);
        return new Figures(
                decoder,
                simd,
                rounds.size(),
                seconds,
                median(rounds, Round::theirs) / NANOS_PER_MILLI,
                median(rounds, Round::whole) / NANOS_PER_MILLI,
                median(rounds, round -> (double) round.whole() / round.theirs()),
                overheads,
                median(rounds, Round::first) / NANOS_PER_MILLI,
                median(rounds, round -> (double) round.theirs() / round.first()),
                difference,
                median(rounds, round -> round.chunked().get(usual) / 1e9) / seconds,
                streamBytes,
                weightBytes);
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    /** Streams in real time that a core has time for. */
    double streams() {
        return 1 / realTimeFactor;
    }

    /** What ours and theirs must agree to, however short the sentence. */
    List<String> differences() {
        return difference <= MOST_DIFFERENCE
                ? List.of()
                : List.of(format(
                        "%s: samples differ by %.1e; at most %.0e is wanted", decoder, difference, MOST_DIFFERENCE));
    }

    /** The targets that a sentence of ten seconds missed. */
    List<String> misses() {
        List<String> misses = new ArrayList<>(differences());
        if (!(totalRatio <= MOST_TOTAL)) {
            misses.add(format(
                    "%s: takes %.2f of ONNX Runtime's time; at most %.0f is wanted", decoder, totalRatio, MOST_TOTAL));
        }
        overheads.forEach((chunk, overhead) -> {
            if (!(overhead < MOST_OVERHEAD)) {
                misses.add(format(
                        "%s: chunks of %d cost %.1f %% more than all at once; less than %.0f %% is wanted",
                        decoder, chunk, 100 * overhead, 100 * MOST_OVERHEAD));
            }
        });
        if (!(sooner >= LEAST_SOONER)) {
            misses.add(format(
                    "%s: the first chunk comes %.1f times as soon as ONNX Runtime's sentence; at least %.0f is wanted",
                    decoder, sooner, LEAST_SOONER));
        }
        return misses;
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
