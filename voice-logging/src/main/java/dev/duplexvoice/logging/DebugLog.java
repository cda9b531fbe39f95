package dev.duplexvoice.logging;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Logs requests and responses while {@link VoiceLogging#debugMode} is on: their length, and their beginning without secrets. */
public final class DebugLog {
    /** Below the level of which they are. */
    static final String LOGGER = "dev.duplexvoice.requests";
    /** Enough to recognise one. */
    static final int SHOWN = 200;

    private final Logger log;
    private final boolean spokenText;

    DebugLog(Logger log, boolean spokenText) {
        this.log = log;
        this.spokenText = spokenText;
    }

    /** Whether anything is written, for whoever has to make the bodies first. */
    public boolean isOn() {
        return log.isDebugEnabled();
    }

    /** Something is asked for, of a service or by a client. */
    public void request(String operation, CharSequence body) {
        write("Request", operation, body, null, false);
    }

    /** It was answered. */
    public void response(String operation, CharSequence body, Duration took) {
        write("Response", operation, body, took, false);
    }

    /** A request with what was said or is to be: its beginning is written only if spoken text was asked for. */
    public void spokenRequest(String operation, CharSequence text) {
        write("Request", operation, text, null, true);
    }

    /** A response with what is to be said: its beginning is written only if spoken text was asked for. */
    public void spokenResponse(String operation, CharSequence text, Duration took) {
        write("Response", operation, text, took, true);
    }

    private void write(String what, String operation, CharSequence body, @Nullable Duration took, boolean spoken) {
        if (!isOn()) {
            return;
        }
        var line = log.atDebug().addKeyValue("operation", operation).addKeyValue("length", body.length());
        if (took != null) {
            line.addKeyValue("duration_ms", took.toNanos() / 1_000_000.0);
        }
        if (!spoken || spokenText) {
            // Before it is cut: half a secret is none that would be recognised.
            String clean = Redactor.standard()
                    .redact(body.subSequence(0, Math.min(body.length(), 8 * SHOWN))
                            .toString());
            boolean whole = body.length() <= 8 * SHOWN && clean.length() <= SHOWN;
            line.addKeyValue(
                    spoken ? "text" : "body",
                    whole ? clean : clean.substring(0, Math.min(SHOWN, clean.length())) + "...");
        }
        line.log("{}: {}", what, operation);
    }
}
