package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.benchmarks.cli.Machine;
import dev.duplexvoice.benchmarks.cli.Times;
import io.grpc.internal.GrpcUtil;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a run found, as text, Markdown and JSON.
 *
 * @param first of the embedded voice
 * @param way of a voice that computes nothing
 * @param streams so many at once
 * @param seconds that counted
 * @param others percent of the machine's processors that other programs took; may be not a number
 */
record WorkerReport(
        FirstTimes first,
        Times way,
        PauseTimes pauses,
        StreamTimes live,
        StreamTimes played,
        int streams,
        int seconds,
        double others) {

    /**
     * Of the first 20 ms of sentences.
     *
     * @param added of each pair
     */
    record FirstTimes(Times local, Times remote, Times added) {}

    /**
     * Of a synthesis that is interrupted.
     *
     * @param lastFrame from sending PAUSE to the last frame; 0 if none came
     * @param reply from sending PAUSE to its answer
     * @param next from sending STOP, and a new text when that was answered, to that text's first frame
     */
    record PauseTimes(Times lastFrame, Times reply, Times next) {}

    /**
     * What was timed.
     *
     * @param key in JSON
     * @param label in the chart
     * @param target milliseconds that the 95th percentile is to stay below; 0 if there is none
     */
    record Row(String key, String label, String title, Times times, int target) {
        String verdict() {
            return target == 0 ? "" : times.percentile(95) < target ? "met" : "**missed**";
        }
    }

    List<Row> rows() {
        return List.of(
                new Row("first_audio_local", "in process", "first 20 ms of a sentence, in process", first.local(), 0),
                new Row("first_audio_worker", "at a worker", "the same at a worker", first.remote(), 0),
                new Row(
                        "first_audio_added",
                        "added to the first audio",
                        "what the worker adds, pair by pair",
                        first.added(),
                        3),
                new Row("first_audio_way", "the way", "at a worker, of a voice that computes nothing", way, 0),
                new Row(
                        "pause_last_frame",
                        "PAUSE to the last frame",
                        "PAUSE to the last frame",
                        pauses.lastFrame(),
                        5),
                new Row("pause_reply", "PAUSE to its answer", "PAUSE to its answer", pauses.reply(), 0),
                new Row("stop_next_frame", "STOP to new audio", "STOP, and a new text's first frame", pauses.next(), 0),
                new Row(
                        "frame_lateness",
                        streams + " streams, as made",
                        streams + " streams, frames as they are made: late by",
                        live.lateness(),
                        10),
                new Row(
                        "frame_lateness_played",
                        streams + " streams, as played",
                        streams + " streams, frames as they are played: late by",
                        played.lateness(),
                        10));
    }

    String json() {
        return rows().stream()
                .map(row -> format(
                        "\"%s\":{\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}",
                        row.key(),
                        row.times().median(),
                        row.times().percentile(95),
                        row.times().percentile(99),
                        row.times().percentile(100)))
                .collect(Collectors.joining(
                        ",",
                        "{",
                        format(
                                ",\"streams\":%d,\"seconds\":%d,\"frame_client_us\":%.1f,\"frame_worker_us\":%.1f,"
                                        + "\"played_client_us\":%.1f,\"played_worker_us\":%.1f,\"others_percent\":%s}",
                                streams,
                                seconds,
                                live.clientMicros(),
                                live.workerMicros(),
                                played.clientMicros(),
                                played.workerMicros(),
                                Double.isNaN(others) ? "null" : format("%.1f", others))));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (Row row : rows()) {
            text.append(format(
                    "%-50s p50 %.2f ms, p95 %.2f ms, p99 %.2f ms%s%n",
                    row.title(),
                    row.times().median(),
                    row.times().percentile(95),
                    row.times().percentile(99),
                    row.target() == 0
                            ? ""
                            : format(
                                    " (p95 below %d ms: %s)",
                                    row.target(), row.verdict().replace("*", ""))));
        }
        return text.append(processors()).append('\n').toString();
    }

    private String processors() {
        return format(
                "Processor time of a frame, client and worker: as they are made %.0f and %.0f us, as they are played %.0f and"
                        + " %.0f us; %d frames a second.%s",
                live.clientMicros(),
                live.workerMicros(),
                played.clientMicros(),
                played.workerMicros(),
                50 * streams,
                Double.isNaN(others)
                        ? ""
                        : format(" Other programs took %.0f %% of the machine's processors meanwhile.", others));
    }

    /** A section with the machine, the command and the table. */
    String markdown(String command) {
        StringBuilder text = new StringBuilder("    ")
                .append(command)
                .append("\n\n")
                .append(Machine.describe())
                .append("; gRPC ")
                .append(GrpcUtil.IMPLEMENTATION_VERSION)
                .append(format(
                        "; %d rounds of first audio and of PAUSE, %d s of streams.%n%n",
                        first.added().count(), seconds))
                .append("| milliseconds | p50 | p95 | p99 | longest | target for p95 | |\n")
                .append("| --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
        for (Row row : rows()) {
            text.append(format(
                    "| %s | %.2f | %.2f | %.2f | %.2f | %s | %s |%n",
                    row.title(),
                    row.times().median(),
                    row.times().percentile(95),
                    row.times().percentile(99),
                    row.times().percentile(100),
                    row.target() == 0 ? "" : row.target(),
                    row.verdict()));
        }
        return text.append('\n').append(processors()).append('\n').toString();
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
