package dev.duplexvoice.examples.report;

import dev.duplexvoice.examples.report.Latencies.BargeIn;
import dev.duplexvoice.examples.report.Latencies.ReplyLatency;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the page's script reads: one tree of maps, lists, strings and numbers, its size bounded for any recording. */
final class ReportData {
    /** Points of a waveform or of the probabilities: several per pixel of a wide screen, a few tens of kilobytes. */
    static final int MAX_POINTS = 20_000;

    static final int MAX_EVENTS = 5_000;

    private static final double FIRST_AUDIO_SLO_MS = 500;
    private static final double BARGE_IN_SLO_MS = 50;
    private static final double END_TO_END_SLO_MS = 400; // on top of the endpointing delay

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private ReportData() {}

    static Map<String, Object> of(ConversationRecording recording) {
        double duration = recording.durationSeconds();
        List<Map<String, Object>> events = Events.inOrder(recording.events());
        Transcript transcript = Transcript.of(events, duration);
        Latencies latencies = Latencies.of(events);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("title", recording.title());
        data.put("startedAt", recording.startedAt().toString());
        data.put("started", DATE.format(recording.startedAt()));
        data.put("duration", rounded(duration));
        data.put("facts", facts(recording.facts()));
        data.put("caller", track(recording.caller(), recording.callerRate()));
        data.put("reply", track(recording.reply(), recording.replyRate()));
        data.put("vad", vad(recording));
        data.put("states", states(events, duration));
        data.put("turns", callerTurns(transcript));
        data.put("replies", replies(transcript, latencies));
        data.put("figures", figures(latencies, transcript));
        List<Map<String, Object>> shown = shown(events);
        data.put("events", shown);
        data.put("omittedEvents", events.size() - shown.size());
        return data;
    }

    private static List<Object> facts(Map<String, String> facts) {
        List<Object> pairs = new ArrayList<>();
        facts.forEach((name, value) -> pairs.add(List.of(name, value)));
        return pairs;
    }

    private static Map<String, Object> track(short[] pcm, int rate) {
        Envelope envelope = Envelope.of(pcm, rate, MAX_POINTS);
        Map<String, Object> track = new LinkedHashMap<>();
        track.put("rate", rate);
        track.put("step", envelope.stepSeconds());
        track.put("peak", rounded(envelope.peak()));
        track.put("points", base64(envelope.points()));
        return track;
    }

    private static Map<String, Object> vad(ConversationRecording recording) {
        int step = Math.max(1, (recording.vadProbabilities().length + MAX_POINTS - 1) / MAX_POINTS);
        Map<String, Object> vad = new LinkedHashMap<>();
        vad.put("step", step * recording.vadWindowSeconds());
        vad.put("threshold", rounded(recording.vadThreshold()));
        vad.put("points", base64(Envelope.ofProbabilities(recording.vadProbabilities(), step)));
        return vad;
    }

    private static List<Object> states(List<Map<String, Object>> events, double duration) {
        List<Object> spans = new ArrayList<>();
        String state = "";
        double from = 0;
        for (Map<String, Object> event : events) {
            if (Events.type(event).equals("state")) {
                double t = Events.time(event);
                addState(spans, from, t, state.isEmpty() ? Events.text(event, "from") : state);
                state = Events.text(event, "to");
                from = t;
            }
        }
        if (!state.isEmpty()) {
            spans.add(List.of(rounded(from), rounded(duration), state.toLowerCase(Locale.ROOT)));
        }
        return spans;
    }

    private static void addState(List<Object> spans, double from, double to, String state) {
        if (to > from && !state.isEmpty()) {
            spans.add(List.of(rounded(from), rounded(to), state.toLowerCase(Locale.ROOT)));
        }
    }

    private static List<Object> callerTurns(Transcript transcript) {
        List<Object> turns = new ArrayList<>();
        for (Transcript.CallerTurn turn : transcript.callerTurns) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("from", rounded(turn.from));
            map.put("to", rounded(turn.to));
            map.put("number", turn.number);
            map.put("text", turn.words());
            map.put("speech", spans(turn.speech));
            map.put("speechSeconds", rounded(turn.speechSeconds()));
            map.put("overReply", turn.overReply);
            map.put("falseAlarm", turn.falseAlarm);
            putKnown(map, "endpointingMs", turn.endpointingDelay * 1000);
            putKnown(map, "transcriptionMs", turn.transcriptionDelay * 1000);
            turns.add(map);
        }
        return turns;
    }

    private static List<Object> replies(Transcript transcript, Latencies latencies) {
        List<Object> replies = new ArrayList<>();
        for (Transcript.Reply reply : transcript.replies) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("from", rounded(reply.from));
            map.put("to", rounded(reply.to));
            map.put("number", reply.number);
            map.put("heard", reply.heard);
            map.put("unheard", reply.unheard());
            map.put("interrupted", reply.interrupted);
            map.put("pauses", spans(reply.pauses));
            putKnown(map, "audioFrom", reply.firstAudio);
            putKnown(map, "interruptedAt", reply.interruptedAt);
            putKnown(map, "position", reply.position);
            for (ReplyLatency latency : latencies.replies()) {
                if (latency.firstAudio() == reply.firstAudio) {
                    putKnown(map, "firstAudioMs", latency.firstAudioLatency() * 1000);
                    putKnown(map, "endToEndMs", latency.endToEnd() * 1000);
                }
            }
            for (BargeIn bargeIn : latencies.bargeIns()) {
                if (bargeIn.interrupted() && bargeIn.silence() >= reply.from && bargeIn.silence() <= reply.to) {
                    putKnown(map, "bargeInMs", bargeIn.latency() * 1000);
                }
            }
            replies.add(map);
        }
        return replies;
    }

    private static Map<String, Object> figures(Latencies latencies, Transcript transcript) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("firstAudio", figure(latencies.firstAudio(), FIRST_AUDIO_SLO_MS));
        figures.put("bargeIn", figure(latencies.bargeIn(), BARGE_IN_SLO_MS));
        Map<String, Object> endToEnd = figure(latencies.endToEnd(), END_TO_END_SLO_MS);
        List<Object> parts = new ArrayList<>();
        for (ReplyLatency reply : latencies.replies()) {
            if (!Double.isNaN(reply.endToEnd())) {
                Map<String, Object> part = new LinkedHashMap<>();
                part.put("endpointing", rounded(reply.endpointingDelay() * 1000));
                part.put("response", rounded(reply.firstAudioLatency() * 1000));
                putKnown(part, "synthesis", reply.ttfb() * 1000);
                parts.add(part);
            }
        }
        endToEnd.put("parts", parts);
        figures.put("endToEnd", endToEnd);
        figures.put("turns", count(transcript.callerTurns, turn -> turn.number > 0 ? 1 : 0));
        figures.put("interruptions", count(transcript.replies, reply -> reply.interrupted ? 1 : 0));
        figures.put("falseAlarms", count(transcript.callerTurns, turn -> turn.falseAlarm ? 1 : 0));
        return figures;
    }

    private static Map<String, Object> figure(double[] seconds, double sloMs) {
        Map<String, Object> figure = new LinkedHashMap<>();
        List<Object> values = new ArrayList<>();
        for (double value : seconds) {
            values.add(rounded(value * 1000));
        }
        figure.put("slo", sloMs);
        figure.put("values", values);
        Latencies.median(seconds).ifPresent(value -> figure.put("median", rounded(value * 1000)));
        Latencies.percentile(seconds, 95).ifPresent(value -> figure.put("p95", rounded(value * 1000)));
        Latencies.percentile(seconds, 100).ifPresent(value -> figure.put("max", rounded(value * 1000)));
        return figure;
    }

    /** Guesses of the recognizer go first when there are too many events for a page; the file has them all. */
    private static List<Map<String, Object>> shown(List<Map<String, Object>> events) {
        List<Map<String, Object>> shown = events;
        if (events.size() > MAX_EVENTS) {
            shown = events.stream()
                    .filter(event -> !Events.type(event).equals("transcript") || Events.flag(event, "final"))
                    .limit(MAX_EVENTS)
                    .collect(Collectors.toList());
        }
        List<Map<String, Object>> plain = new ArrayList<>(shown.size());
        for (Map<String, Object> event : shown) {
            Map<String, Object> copy = new LinkedHashMap<>();
            event.forEach((key, value) -> copy.put(key, plain(value)));
            copy.put("t", rounded(Events.time(event)));
            plain.add(copy);
        }
        return plain;
    }

    private static Object plain(@Nullable Object value) {
        if (value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            return value;
        }
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return rounded(number.doubleValue());
        }
        return value == null ? "" : value.toString();
    }

    private static List<Object> spans(List<Transcript.Span> spans) {
        List<Object> pairs = new ArrayList<>();
        spans.forEach(span -> pairs.add(List.of(rounded(span.from()), rounded(span.to()))));
        return pairs;
    }

    private static void putKnown(Map<String, Object> map, String key, double value) {
        if (!Double.isNaN(value)) {
            map.put(key, rounded(value));
        }
    }

    private static <T> int count(List<T> list, ToDoubleFunction<T> one) {
        return (int) list.stream().mapToDouble(one).sum();
    }

    private static double rounded(double value) {
        return Math.round(value * 10_000) / 10_000.0;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
