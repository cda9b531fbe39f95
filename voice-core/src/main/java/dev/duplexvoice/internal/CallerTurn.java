package dev.duplexvoice.internal;

/** What the caller has said since the last turn ended. Owned by the audio loop. */
final class CallerTurn {
    private final StringBuilder finals = new StringBuilder();
    private String interim = "";
    private boolean open;
    private boolean speaking;
    private long speechStartedAt;
    private long speechEndedAt;
    private long speechNanos;
    private long lastTranscriptAt;
    private boolean transcribed;
    private int words;

    /** The caller is saying something that will be answered. */
    void open() {
        open = true;
    }

    boolean isOpen() {
        return open;
    }

    boolean isSpeaking() {
        return speaking;
    }

    void speechStarted(long onset) {
        speaking = true;
        transcribed = false;
        speechStartedAt = onset;
    }

    void speechEnded(long end) {
        if (speaking) {
            speechNanos += Math.max(0, end - speechStartedAt);
        }
        speaking = false;
        speechEndedAt = end;
    }

    void transcript(String text, boolean isFinal, long now) {
        lastTranscriptAt = now;
        if (!isFinal) {
            interim = text;
            return;
        }
        interim = "";
        transcribed = true;
        String trimmed = text.strip();
        if (!trimmed.isEmpty()) {
            if (!finals.isEmpty()) {
                finals.append(' ');
            }
            finals.append(trimmed);
            words += count(trimmed);
        }
    }

    /** Whether the last speech has its final transcript. */
    boolean isTranscribed() {
        return transcribed;
    }

    /** Everything understood so far, an interim text included. */
    String text() {
        String rest = interim.strip();
        return finals.isEmpty() ? rest : rest.isEmpty() ? finals.toString() : finals + " " + rest;
    }

    /** Words since {@link #resetWords}, those of an interim text included. */
    int words() {
        return words + count(interim);
    }

    private static int count(String text) {
        String trimmed = text.strip();
        return trimmed.isEmpty() ? 0 : trimmed.split("\\s+").length;
    }

    void resetWords() {
        words = 0;
    }

    long speechStartedAt() {
        return speechStartedAt;
    }

    long speechEndedAt() {
        return speechEndedAt;
    }

    long speechNanos() {
        return speechNanos;
    }

    /** From the end of the speech to its last transcript, in nanoseconds; 0 without one. */
    long transcriptionDelay() {
        return transcribed ? Math.max(0, lastTranscriptAt - speechEndedAt) : 0;
    }

    /** The turn is over, or there was none. */
    void clear() {
        finals.setLength(0);
        interim = "";
        open = false;
        transcribed = false;
        speechNanos = 0;
        words = 0;
    }
}
