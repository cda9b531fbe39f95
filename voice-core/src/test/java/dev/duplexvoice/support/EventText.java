package dev.duplexvoice.support;

import dev.duplexvoice.SessionEvent;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Events as one line each, so that a test can show a whole conversation. */
public final class EventText {
    private EventText() {}

    public static List<String> of(List<SessionEvent> events) {
        return events.stream().map(EventText::of).toList();
    }

    public static String of(SessionEvent event) {
        return seconds(event.at()) + " " + what(event);
    }

    private static String what(SessionEvent event) {
        if (event instanceof SessionEvent.StateChanged e) {
            return "state " + e.from().label() + ">" + e.to().label();
        }
        if (event instanceof SessionEvent.SpeechStarted e) {
            return "speech_started onset=" + seconds(e.onset());
        }
        if (event instanceof SessionEvent.SpeechEnded e) {
            return "speech_ended end=" + seconds(e.end());
        }
        if (event instanceof SessionEvent.Transcript e) {
            return "transcript " + (e.isFinal() ? "final" : "interim") + " '" + e.text() + "'";
        }
        if (event instanceof SessionEvent.TurnEnded e) {
            return "turn_ended '" + e.text() + "' endpointing=" + seconds(e.endpointingDelay()) + " transcription="
                    + seconds(e.transcriptionDelay());
        }
        if (event instanceof SessionEvent.ReplyStarted) {
            return "reply_started";
        }
        if (event instanceof SessionEvent.FirstAudio e) {
            return "first_audio ttfb=" + seconds(e.ttfb()) + " latency=" + seconds(e.latency());
        }
        if (event instanceof SessionEvent.Paused e) {
            return "paused position=" + seconds(e.position());
        }
        if (event instanceof SessionEvent.Resumed e) {
            return "resumed position=" + seconds(e.position());
        }
        if (event instanceof SessionEvent.Interrupted e) {
            return "interrupted position=" + seconds(e.position());
        }
        if (event instanceof SessionEvent.ReplyFinished e) {
            return "reply_finished position=" + seconds(e.position()) + (e.interrupted() ? " interrupted" : "")
                    + " heard='" + e.heard() + "'";
        }
        if (event instanceof SessionEvent.Failed e) {
            return "failed " + e.code();
        }
        return "closed " + ((SessionEvent.Closed) event).reason().label();
    }

    /** Three decimals when that is exact, all nanoseconds otherwise. */
    private static String seconds(Duration time) {
        return time.toNanos() % 1_000_000 == 0
                ? String.format(Locale.ROOT, "%.3f", time.toMillis() / 1e3)
                : time.toNanos() + "ns";
    }
}
