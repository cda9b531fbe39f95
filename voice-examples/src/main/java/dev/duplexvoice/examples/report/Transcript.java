package dev.duplexvoice.examples.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who said what and when: the events folded into turns of the caller and replies. Times are seconds, NaN unknown. */
final class Transcript {
    final List<CallerTurn> callerTurns = new ArrayList<>();
    final List<Reply> replies = new ArrayList<>();

    private final List<Reply> openReplies = new ArrayList<>();
    private @Nullable CallerTurn openTurn;
    private int turns;

    private Transcript() {}

    /** A stretch of time. */
    record Span(double from, double to) {}

    /** One turn of the caller, or a noise that never became one. */
    static final class CallerTurn {
        final double from;
        final boolean overReply;
        final List<Span> speech = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        double to;
        double endpointingDelay = Double.NaN;
        double transcriptionDelay = Double.NaN;
        boolean falseAlarm;
        int number; // counted from 1; 0 if the turn never ended
        private @Nullable String turnId;
        private String interim = "";
        private double speechFrom = Double.NaN;

        CallerTurn(double from, boolean overReply) {
            this.from = from;
            this.to = from;
            this.overReply = overReply;
        }

        /** What the recognizer settled on, or its last guess if it never did. */
        String words() {
            return text.length() > 0 ? text.toString() : interim;
        }

        double speechSeconds() {
            return speech.stream().mapToDouble(span -> span.to() - span.from()).sum();
        }

        private void closeSpeech(double t) {
            if (!Double.isNaN(speechFrom)) {
                speech.add(new Span(speechFrom, Math.max(speechFrom, t)));
                speechFrom = Double.NaN;
            }
            to = Math.max(to, t);
        }

        /** The detector reports the end of speech after a silence; the end of the turn says when it really was. */
        private void trimSpeech(double end) {
            to = Math.max(from, end);
            int last = speech.size() - 1;
            if (last >= 0) {
                Span span = speech.get(last);
                speech.set(last, new Span(span.from(), Math.max(span.from(), Math.min(span.to(), end))));
            }
        }
    }

    /** One reply, from the moment it was begun to the moment it was over. */
    static final class Reply {
        final double from;
        final @Nullable String turnId;
        final int number;
        final List<Span> pauses = new ArrayList<>();
        double firstAudio = Double.NaN;
        double interruptedAt = Double.NaN;
        double position = Double.NaN;
        double to;
        boolean interrupted;
        String text = "";
        String heard = "";
        private double pausedAt = Double.NaN;

        Reply(double from, @Nullable String turnId, int number) {
            this.from = from;
            this.to = from;
            this.turnId = turnId;
            this.number = number;
        }

        String unheard() {
            return unheard(text, heard);
        }

        /**
         * What was not heard of the text: what is left of it after the heard words, and before that words that the voice left out. White
         * space aside; empty if the two do not agree.
         */
        static String unheard(String text, String heard) {
            StringBuilder unheard = new StringBuilder();
            int at = 0;
            for (String word : heard.strip().split("\\s+")) {
                int found = text.indexOf(word, at);
                if (found < 0) {
                    return "";
                }
                unheard.append(text, at, found).append(' ');
                at = found + word.length();
            }
            return unheard.append(text, at, text.length())
                    .toString()
                    .replaceAll("\\s+", " ")
                    .strip();
        }

        private void endPause(double t) {
            if (!Double.isNaN(pausedAt)) {
                pauses.add(new Span(pausedAt, t));
                pausedAt = Double.NaN;
            }
        }
    }

    /** Folds the events; whatever is still open at the end is closed at {@code duration}. */
    static Transcript of(List<Map<String, Object>> events, double duration) {
        Transcript transcript = new Transcript();
        Events.inOrder(events).forEach(transcript::add);
        transcript.closeTurn(duration);
        for (Reply reply : transcript.openReplies) {
            reply.endPause(duration);
            reply.to = duration;
        }
        transcript.replies.addAll(transcript.openReplies);
        transcript.replies.sort(Comparator.comparingDouble(reply -> reply.from));
        return transcript;
    }

    private void add(Map<String, Object> event) {
        double t = Events.time(event);
        switch (Events.type(event)) {
            case "speech_started" -> {
                double onset = earlier(event, "onset", t);
                turn(t, onset).speechFrom = onset;
            }
            case "speech_ended" -> {
                if (openTurn != null) {
                    openTurn.closeSpeech(earlier(event, "end", t));
                }
            }
            case "transcript" -> addTranscript(event, t);
            case "turn_ended" -> {
                CallerTurn turn = turn(t);
                turn.turnId = Events.turnId(event);
                turn.endpointingDelay = Events.number(event, "endpointing_delay");
                turn.transcriptionDelay = Events.number(event, "transcription_delay");
                turn.number = ++turns;
                closeTurn(t);
                if (!Double.isNaN(turn.endpointingDelay)) {
                    turn.trimSpeech(t - turn.endpointingDelay);
                }
            }
            case "reply_started" -> openReplies.add(opened(event, t));
            default -> addToReply(event, t);
        }
    }

    private void addTranscript(Map<String, Object> event, double t) {
        CallerTurn turn = openTurn != null ? openTurn : endedTurn(Events.turnId(event));
        if (turn == null) {
            turn = turn(t);
        }
        if (Events.flag(event, "final")) {
            turn.text.append(turn.text.length() > 0 ? " " : "").append(Events.text(event, "text"));
        } else {
            turn.interim = Events.text(event, "text");
        }
    }

    private void addToReply(Map<String, Object> event, double t) {
        @Nullable Reply reply = openReply(Events.turnId(event));
        switch (Events.type(event)) {
            case "first_audio" -> {
                if (reply == null) {
                    reply = opened(event, t);
                    openReplies.add(reply);
                }
                reply.firstAudio = t;
            }
            case "paused" -> {
                if (reply != null) {
                    reply.pausedAt = t;
                }
            }
            case "resumed" -> {
                if (reply != null) {
                    reply.endPause(t);
                }
                if (openTurn != null && openTurn.overReply) {
                    openTurn.falseAlarm = true;
                    closeTurn(openTurn.speech.isEmpty() ? t : openTurn.to);
                }
            }
            case "interrupted" -> {
                if (reply != null) {
                    reply.endPause(t);
                    reply.interrupted = true;
                    reply.interruptedAt = t;
                    reply.position = Events.number(event, "position");
                }
            }
            case "reply_finished" -> {
                if (reply != null) {
                    finish(reply, event, t);
                }
            }
            default -> {}
        }
    }

    private void finish(Reply reply, Map<String, Object> event, double t) {
        reply.endPause(t);
        reply.to = t;
        reply.interrupted |= Events.flag(event, "interrupted");
        if (!Double.isNaN(Events.number(event, "position"))) {
            reply.position = Events.number(event, "position");
        }
        reply.text = event.containsKey("text") ? Events.text(event, "text") : reply.text;
        reply.heard = event.containsKey("heard") || reply.interrupted ? Events.text(event, "heard") : reply.text;
        openReplies.remove(reply);
        replies.add(reply);
    }

    private Reply opened(Map<String, Object> event, double t) {
        Reply reply = new Reply(t, Events.turnId(event), turns);
        reply.text = Events.text(event, "text");
        return reply;
    }

    /** The detector is sure only some time after it happened; the event tells when that was. */
    private static double earlier(Map<String, Object> event, String key, double t) {
        double value = Events.number(event, key);
        return Double.isNaN(value) ? t : Math.max(0, Math.min(value, t));
    }

    private CallerTurn turn(double t) {
        return turn(t, t);
    }

    private CallerTurn turn(double t, double from) {
        if (openTurn == null) {
            boolean overReply = openReplies.stream().anyMatch(reply -> reply.firstAudio <= t);
            openTurn = new CallerTurn(from, overReply);
        }
        return openTurn;
    }

    private void closeTurn(double t) {
        if (openTurn != null) {
            openTurn.closeSpeech(t);
            callerTurns.add(openTurn);
            openTurn = null;
        }
    }

    private @Nullable CallerTurn endedTurn(@Nullable String turnId) {
        for (int i = callerTurns.size() - 1; turnId != null && i >= 0; i--) {
            if (turnId.equals(callerTurns.get(i).turnId)) {
                return callerTurns.get(i);
            }
        }
        return null;
    }

    /** The reply an event speaks of: the one of its turn, else the one begun last. */
    private @Nullable Reply openReply(@Nullable String turnId) {
        for (int i = openReplies.size() - 1; i >= 0; i--) {
            if (Objects.equals(openReplies.get(i).turnId, turnId)) {
                return openReplies.get(i);
            }
        }
        return openReplies.isEmpty() ? null : openReplies.get(openReplies.size() - 1);
    }
}
