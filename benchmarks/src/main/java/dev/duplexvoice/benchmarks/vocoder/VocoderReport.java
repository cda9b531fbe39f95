package dev.duplexvoice.benchmarks.vocoder;

import ai.onnxruntime.OrtEnvironment;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.benchmarks.cli.Machine;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a run found, as text, Markdown and JSON.
 *
 * @param decoders on the path of this process
 * @param slower the same on slower paths, of a shorter sentence; may be empty
 */
record VocoderReport(List<Figures> decoders, List<Figures> slower) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    String json() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What {@link #json} gave. */
    static VocoderReport parse(String json) throws JsonProcessingException {
        return MAPPER.readValue(json, new TypeReference<>() {});
    }

    String text() {
        StringBuilder text = new StringBuilder();
        decoders.forEach(one -> text.append(format(
                "%s, %s, %.1f s of audio: %.1f ms, %.3f of ONNX Runtime's %.1f ms; in chunks of %s; first samples after"
                        + " %.2f ms, %.1f times as soon; real-time factor %.4f, %.0f streams a core of %d kB each;"
                        + " samples differ by %.1e%n",
                one.decoder(),
                one.simd(),
                one.audioSeconds(),
                one.totalMillis(),
                one.totalRatio(),
                one.ortMillis(),
                one.overheads().entrySet().stream()
                        .map(entry -> format("%d %+.1f %%", entry.getKey(), 100 * entry.getValue()))
                        .collect(Collectors.joining(", ")),
                one.firstMillis(),
                one.sooner(),
                one.realTimeFactor(),
                one.streams(),
                one.streamBytes() / 1_000,
                one.difference())));
        slower.forEach(one -> text.append(format(
                "%s, %s: %.3f of ONNX Runtime's time, real-time factor %.4f%n",
                one.decoder(), one.simd(), one.totalRatio(), one.realTimeFactor())));
        return text.toString();
    }

    /** A section with the machine, the command and the tables. */
    String markdown(String command, double otherPrograms) {
        StringBuilder text =
                new StringBuilder("    ").append(command).append("\n\n").append(Machine.describe());
        text.append(format(
                "; ONNX Runtime %s, one thread; other programs took %.0f %% of the machine.%n%n",
                OrtEnvironment.getEnvironment().getVersion(), otherPrograms));
        Map<Integer, Double> chunks = decoders.get(0).overheads();
        text.append("| decoder | rounds | audio | ONNX Runtime | ours | of its time");
        chunks.keySet().forEach(chunk -> text.append(format(" | chunks of %d", chunk)));
        text.append(" | first samples | times as soon | samples differ by |\n| --- |")
                .append(" ---: |".repeat(8 + chunks.size()))
                .append('\n');
        for (Figures one : decoders) {
            text.append(format(
                    "| %s | %d | %.1f s | %.1f ms | %.1f ms | %.3f",
                    one.decoder(),
                    one.rounds(),
                    one.audioSeconds(),
                    one.ortMillis(),
                    one.totalMillis(),
                    one.totalRatio()));
            one.overheads().values().forEach(overhead -> text.append(format(" | %+.1f %%", 100 * overhead)));
            text.append(format(" | %.2f ms | %.0f | %.1e |%n", one.firstMillis(), one.sooner(), one.difference()));
        }
        text.append(
                "\n| decoder | path | of ONNX Runtime's time | real-time factor | streams a core | memory a stream |"
                        + " weights, shared |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
        for (Figures best : decoders) {
            append(text, best);
            slower.stream().filter(one -> one.decoder().equals(best.decoder())).forEach(one -> append(text, one));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Figures one) {
        text.append(format(
                "| %s | `%s` | %.2f | %.4f | %.1f | %d kB | %.1f MB |%n",
                one.decoder(),
                one.simd(),
                one.totalRatio(),
                one.realTimeFactor(),
                one.streams(),
                one.streamBytes() / 1_000,
                one.weightBytes() / 1e6));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
