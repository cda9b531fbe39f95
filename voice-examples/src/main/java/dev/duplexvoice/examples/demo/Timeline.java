package dev.duplexvoice.examples.demo;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.examples.conversation.EventJson;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Prints a conversation as it happens, a line for each event that a person would want to see. */
public final class Timeline {
    private final PrintWriter out;
    private final boolean colours;

    /** @param colours whether the terminal shows ANSI colours */
    public Timeline(PrintWriter out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** An event. */
    public void show(SessionEvent event) {
        if (event instanceof SessionEvent.SpeechStarted e) {
            line(e, "36", "caller speaks");
        } else if (event instanceof SessionEvent.TurnEnded e) {
            String text = e.text().isEmpty() ? "(no transcript)" : "\"" + e.text() + "\"";
            line(e, "36", "caller done   " + text + millis("  endpointing", e.endpointingDelay()));
        } else if (event instanceof SessionEvent.FirstAudio e) {
            line(e, "32", "reply speaks " + millis("  first audio", e.latency()));
        } else if (event instanceof SessionEvent.Paused e) {
            line(e, "33", "reply paused  the caller speaks into it");
        } else if (event instanceof SessionEvent.Resumed e) {
            line(e, "33", "reply resumes  it was a false alarm");
        } else if (event instanceof SessionEvent.Interrupted e) {
            line(e, "31", "reply cut off " + millis("  after", e.position()));
        } else if (event instanceof SessionEvent.ReplyFinished e) {
            line(e, "32", (e.interrupted() ? "heard         \"" : "reply done    \"") + e.heard() + "\"");
        } else if (event instanceof SessionEvent.Failed e) {
            line(e, "31", "error         " + e.message());
        } else if (event instanceof SessionEvent.Closed e) {
            line(e, "90", "closed        " + e.reason().label());
        }
    }

    private void line(SessionEvent event, String colour, String text) {
        String time = String.format(Locale.ROOT, "%7.2f s  ", EventJson.seconds(event.at()));
        out.println(colours ? time + "\u001b[" + colour + "m" + text + "\u001b[0m" : time + text);
        out.flush();
    }

    /** The number that the event's line has. */
    private static String millis(String label, Duration duration) {
        return label + " " + EventJson.seconds(duration).unscaledValue() + " ms";
    }
}
