package dev.duplexvoice.examples.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything {@link HtmlReport} shows of one conversation. Both audio directions, the probabilities and the events
 * share one clock whose zero is the first sample. The arrays are kept, not copied: leave them alone until the report
 * is written.
 *
 * @param title name of the conversation, any text
 * @param startedAt wall-clock time of t = 0
 * @param caller what the caller said: signed 16-bit mono PCM at {@code callerRate}, sample 0 at t = 0; may be empty
 * @param callerRate sample rate of {@code caller} in Hz, positive
 * @param reply what left the output towards the caller: signed 16-bit mono PCM at {@code replyRate}, sample 0 at
 *     t = 0, silence included; may be empty
 * @param replyRate sample rate of {@code reply} in Hz, positive
 * @param vadProbabilities probability of speech per detector window, each in [0, 1]; window i covers
 *     [i, i + 1) · {@code vadWindowSeconds}; may be empty
 * @param vadWindowSeconds length of a detector window in seconds, positive (0.032 for 512 samples at 16 kHz)
 * @param vadThreshold probability from which a window counts as speech, in [0, 1]
 * @param events the lines of events.jsonl as maps, in any order. Each has {@code t} (a {@link Number}, seconds) and
 *     {@code type}; the other keys depend on the type. Events without a usable {@code t} are left out
 * @param facts what else a reader should know ("voice", "detector", options), shown in this order
 */
public record ConversationRecording(
        String title,
        Instant startedAt,
        short[] caller,
        int callerRate,
        short[] reply,
        int replyRate,
        float[] vadProbabilities,
        double vadWindowSeconds,
        float vadThreshold,
        List<Map<String, Object>> events,
        Map<String, String> facts) {

    /**
     * Checks the numbers and copies the list and the map (not the arrays, nor the events themselves).
     *
     * @throws IllegalArgumentException if a rate or the window length is not positive, or the threshold is outside
     *     [0, 1]
     */
    public ConversationRecording {
        requirePositive("callerRate", callerRate);
        requirePositive("replyRate", replyRate);
        requirePositive("vadWindowSeconds", vadWindowSeconds);
        if (!(vadThreshold >= 0 && vadThreshold <= 1)) {
            throw new IllegalArgumentException("must be within [0, 1]: vadThreshold=" + vadThreshold);
        }
        events = Collections.unmodifiableList(new ArrayList<>(events));
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /**
     * Length of the conversation: where the last sample, detector window or event lies.
     *
     * @return seconds, 0 for an empty recording
     */
    public double durationSeconds() {
        double duration = Math.max((double) caller.length / callerRate, (double) reply.length / replyRate);
        duration = Math.max(duration, vadProbabilities.length * vadWindowSeconds);
        List<Map<String, Object>> timed = Events.inOrder(events);
        return timed.isEmpty() ? duration : Math.max(duration, Events.time(timed.get(timed.size() - 1)));
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("must be positive: " + name + "=" + value);
        }
    }
}
