package dev.duplexvoice.examples.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The three latencies a caller feels, computed from the events of one conversation. All times are seconds.
 *
 * <pre>
 *   caller ───────┐ speech ends                            caller ────────┐ VAD trigger (speech_started)
 *                 │◄ endpointing ►│◄ first audio ►│           reply ━━━━━━━━━━━━━┓ silence (paused, or interrupted)
 *                 │           turn_ended       first_audio               │◄  ►│
 *                 │◄───────── end to end ────────►│                      barge-in
 * </pre>
 */
public final class Latencies {
    private final List<ReplyLatency> replies;
    private final List<BargeIn> bargeIns;

    private Latencies(List<ReplyLatency> replies, List<BargeIn> bargeIns) {
        this.replies = List.copyOf(replies);
        this.bargeIns = List.copyOf(bargeIns);
    }

    /**
     * How long one reply took to be heard.
     *
     * @param turnId the turn it answers, null where the events carry none
     * @param turnEnded when the caller's turn was taken as ended, seconds
     * @param firstAudio when the first audio of the reply left, seconds
     * @param firstAudioLatency from {@code turnEnded} to {@code firstAudio}, seconds
     * @param endpointingDelay wait between the end of speech and {@code turnEnded}, seconds; NaN if not reported
     * @param ttfb the synthesizer's own time to first audio, seconds; NaN if not reported
     */
    public record ReplyLatency(
            @Nullable String turnId,
            double turnEnded,
            double firstAudio,
            double firstAudioLatency,
            double endpointingDelay,
            double ttfb) {
        /**
         * From the caller's last speech to the first audio, the endpointing delay included.
         *
         * @return seconds, NaN if the endpointing delay is not known
         */
        public double endToEnd() {
            return firstAudioLatency + endpointingDelay;
        }
    }

    /**
     * How long the output went on after the caller began to speak over it.
     *
     * @param turnId the turn of the reply that was spoken over, null where the events carry none
     * @param trigger when the detector reported the speech, seconds
     * @param silence when the output fell silent, seconds
     * @param interrupted true if the reply was given up, false if it was only paused
     */
    public record BargeIn(@Nullable String turnId, double trigger, double silence, boolean interrupted) {
        /**
         * From the detector's trigger to silence at the output.
         *
         * @return seconds
         */
        public double latency() {
            return silence - trigger;
        }
    }

    /**
     * Computes the latencies of one conversation.
     *
     * @param events as in {@link ConversationRecording#events()}, in any order
     * @return the latencies; empty lists where the events hold nothing to measure
     */
    public static Latencies of(List<Map<String, Object>> events) {
        List<Map<String, Object>> ordered = Events.inOrder(events);
        return new Latencies(replyLatencies(ordered), bargeIns(ordered));
    }

    /**
     * One entry per caller's turn that was answered with audio, in order of time. Replies that no turn asked for
     * (the host spoke first) are not here.
     *
     * @return immutable list
     */
    public List<ReplyLatency> replies() {
        return replies;
    }

    /**
     * One entry per speech of the caller that silenced a sounding reply, in order of time.
     *
     * @return immutable list
     */
    public List<BargeIn> bargeIns() {
        return bargeIns;
    }

    /**
     * {@link ReplyLatency#firstAudioLatency()} of every reply.
     *
     * @return seconds, in order of time
     */
    public double[] firstAudio() {
        return replies.stream().mapToDouble(ReplyLatency::firstAudioLatency).toArray();
    }

    /**
     * {@link ReplyLatency#endToEnd()} of every reply whose endpointing delay is known.
     *
     * @return seconds, in order of time
     */
    public double[] endToEnd() {
        return replies.stream()
                .mapToDouble(ReplyLatency::endToEnd)
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }

    /**
     * {@link BargeIn#latency()} of every barge-in.
     *
     * @return seconds, in order of time
     */
    public double[] bargeIn() {
        return bargeIns.stream().mapToDouble(BargeIn::latency).toArray();
    }

    /**
     * Percentile by nearest rank: the smallest value that at least {@code percent} % of the values do not exceed.
     * Always one of the values, never an interpolation.
     *
     * @param values in any order, not changed
     * @param percent in (0, 100]
     * @return the percentile, empty for no values
     * @throws IllegalArgumentException if {@code percent} is outside (0, 100]
     */
    public static OptionalDouble percentile(double[] values, double percent) {
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("must be within (0, 100]: percent=" + percent);
        }
        if (values.length == 0) {
            return OptionalDouble.empty();
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        // percent * n first: 0.95 * 20 is a little above 19 in binary, 95 * 20 / 100 is exactly 19
        int rank = (int) Math.ceil(percent * sorted.length / 100);
        return OptionalDouble.of(sorted[Math.max(rank, 1) - 1]);
    }

    /**
     * The median: the value in the middle, or the mean of the two there.
     *
     * @param values in any order, not changed
     * @return the median, empty for no values
     */
    public static OptionalDouble median(double[] values) {
        if (values.length == 0) {
            return OptionalDouble.empty();
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    private static List<ReplyLatency> replyLatencies(List<Map<String, Object>> ordered) {
        List<ReplyLatency> found = new ArrayList<>();
        Map<String, Map<String, Object>> unanswered = new HashMap<>();
        Map<String, Double> begun = new HashMap<>();
        for (Map<String, Object> event : ordered) {
            String turn = Objects.requireNonNullElse(Events.turnId(event), "");
            switch (Events.type(event)) {
                case "turn_ended" -> unanswered.put(turn, event);
                case "reply_started" -> begun.put(turn, Events.time(event));
                case "first_audio" -> {
                    @Nullable Map<String, Object> end = unanswered.remove(turn);
                    if (end != null) {
                        found.add(new ReplyLatency(
                                Events.turnId(event),
                                Events.time(end),
                                Events.time(event),
                                latency(event, begun.get(turn), Events.time(end)),
                                Events.number(end, "endpointing_delay"),
                                Events.number(event, "ttfb")));
                    }
                }
                default -> {}
            }
        }
        return found;
    }

    /** What the event itself tells, where it counts from the turn's end: two times that are rounded may be 1 ms off it. */
    private static double latency(Map<String, Object> event, @Nullable Double begun, double turnEnded) {
        double told = Events.number(event, "latency");
        return Double.isNaN(told) || begun == null || begun != turnEnded ? Events.time(event) - turnEnded : told;
    }

    private static List<BargeIn> bargeIns(List<Map<String, Object>> ordered) {
        List<BargeIn> found = new ArrayList<>();
        double audibleFrom = Double.NaN;
        double speechFrom = Double.NaN;
        boolean paused = false;
        int pending = -1; // the barge-in whose pause is not decided yet
        @Nullable BargeIn suspected = null; // paused for a sound that is not yet known to be speech
        for (Map<String, Object> event : ordered) {
            double t = Events.time(event);
            switch (Events.type(event)) {
                case "speech_started" -> {
                    speechFrom = t;
                    if (suspected != null) {
                        pending = found.size();
                        found.add(suspected);
                        suspected = null;
                        speechFrom = Double.NaN;
                    }
                }
                case "speech_ended" -> speechFrom = Double.NaN;
                case "first_audio" -> audibleFrom = t;
                case "paused" -> {
                    // The gate closes at t; frames on their way are heard until silent_at.
                    double silentAt = Events.number(event, "silent_at");
                    double silence = Double.isNaN(silentAt) ? t : silentAt;
                    // Speech that began before the output sounded did not silence it; NaN compares false.
                    if (speechFrom >= audibleFrom) {
                        pending = found.size();
                        found.add(new BargeIn(Events.turnId(event), speechFrom, silence, false));
                        speechFrom = Double.NaN;
                    } else if (Double.isNaN(speechFrom) && pending < 0) {
                        double detectedAt = Events.number(event, "detected_at");
                        suspected = new BargeIn(
                                Events.turnId(event), Double.isNaN(detectedAt) ? t : detectedAt, silence, false);
                    }
                    paused = true;
                }
                case "resumed" -> {
                    paused = false;
                    pending = -1;
                    suspected = null;
                }
                case "interrupted" -> {
                    if (pending >= 0) {
                        BargeIn pause = found.get(pending);
                        found.set(pending, new BargeIn(pause.turnId(), pause.trigger(), pause.silence(), true));
                    } else if (!paused && speechFrom >= audibleFrom) {
                        found.add(new BargeIn(Events.turnId(event), speechFrom, t, true));
                        speechFrom = Double.NaN;
                    }
                    audibleFrom = Double.NaN;
                    paused = false;
                    pending = -1;
                }
                case "reply_finished" -> {
                    audibleFrom = Double.NaN;
                    paused = false;
                    pending = -1;
                    suspected = null;
                }
                default -> {}
            }
        }
        return found;
    }
}
