package dev.duplexvoice.benchmarks.tts;

import ai.onnxruntime.OrtEnvironment;
import dev.duplexvoice.benchmarks.cli.Machine;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a run found, as text, Markdown and JSON.
 *
 * @param voices Piper voices
 * @param embedded the embedded voice through a session
 */
record TtsReport(List<VoiceTimes> voices, List<EmbeddedTimes> embedded) {

    String json() {
        String piper = voices.stream()
                .map(voice -> format(
                        "{\"voice\":\"%s\",\"audio_s\":%.2f,\"first_ms\":%.2f,\"total_ms\":%.2f,\"whole_ms\":%.2f,"
                                + "\"sooner\":%.2f,\"total_ratio\":%.3f,\"rtf\":%.4f}",
                        voice.name(),
                        voice.audioSeconds(),
                        voice.first().median(),
                        voice.total().median(),
                        voice.whole().median(),
                        voice.sooner(),
                        voice.ratio(),
                        voice.realTimeFactor()))
                .collect(Collectors.joining(","));
        String session = embedded.stream()
                .map(text -> format(
                        "{\"text\":\"%s\",\"p50_ms\":%.2f,\"p95_ms\":%.2f}",
                        text.text().title(), text.times().median(), text.times().percentile(95)))
                .collect(Collectors.joining(","));
        return "{\"piper\":[" + piper + "],\"embedded\":[" + session + "]}";
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (VoiceTimes voice : voices) {
            text.append(format(
                    "%s, %.1f s of audio: first sound after %.1f ms (whole graph %.1f ms, %.1f times as soon), all after %.1f ms"
                            + " (%.3f of the whole graph), real-time factor %.3f%n",
                    voice.name(),
                    voice.audioSeconds(),
                    voice.first().median(),
                    voice.whole().median(),
                    voice.sooner(),
                    voice.total().median(),
                    voice.ratio(),
                    voice.realTimeFactor()));
        }
        for (EmbeddedTimes one : embedded) {
            text.append(format(
                    "rms, %s: first frame after %.1f ms (p50), %.1f ms (p95)%n",
                    one.text().title(), one.times().median(), one.times().percentile(95)));
        }
        return text.toString();
    }

    /** A section with the machine, the command and the tables. */
    String markdown(String command, int rounds, int replies) {
        StringBuilder text =
                new StringBuilder("    ").append(command).append("\n\n").append(Machine.describe());
        text.append("; ONNX Runtime ")
                .append(OrtEnvironment.getEnvironment().getVersion())
                .append(format(", one thread; %d rounds, cut and whole in turns; %d replies.%n%n", rounds, replies));
        if (!voices.isEmpty()) {
            text.append(
                            "| voice | audio | first sound, p50 | p95 | whole graph, p50 | p95 | times as soon | all of it, p50 | of"
                                    + " the whole graph's time | RTF cut | RTF whole | samples of the chunks |\n")
                    .append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
            for (VoiceTimes voice : voices) {
                text.append(format(
                        "| %s | %.1f s | %.1f ms | %.1f ms | %.1f ms | %.1f ms | %.1f | %.1f ms | %.3f | %.3f | %.3f | %s |%n",
                        voice.name(),
                        voice.audioSeconds(),
                        voice.first().median(),
                        voice.first().percentile(95),
                        voice.whole().median(),
                        voice.whole().percentile(95),
                        voice.sooner(),
                        voice.total().median(),
                        voice.ratio(),
                        voice.realTimeFactor(),
                        voice.wholeRealTimeFactor(),
                        voice.chunks()));
            }
            text.append('\n');
        }
        text.append(
                "| rms through a session | p50 | p95 | target for p95 | | the voice alone, p50 |\n| --- | ---: | ---: | ---: | --- | ---: |\n");
        for (EmbeddedTimes one : embedded) {
            text.append(format(
                    "| %s | %.1f ms | %.1f ms | %d ms | %s | %.1f ms |%n",
                    one.text().title(),
                    one.times().median(),
                    one.times().percentile(95),
                    one.text().target(),
                    one.met() ? "met" : "**missed**",
                    one.alone().median()));
        }
        return text.toString();
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
