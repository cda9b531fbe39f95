package dev.duplexvoice.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the caller has said since the last turn ended: stretches of speech, each with its text as it becomes known. Owned by the
 * audio loop.
 *
 * <p>A text that comes without the number of its utterance is taken for the utterance that ended before the present one, if that
 * has no final text yet and the present one goes on, else for the newest.
 */
final class CallerTurn {
    /** A text whose utterance has no number, or was never noticed. */
    static final long UNNUMBERED = 0;

    /** So many utterances without a final text are remembered, in case it comes. */
    private static final int LONGEST_MEMORY = 16;

    /** One stretch of speech. */
    private static final class Stretch {
        final long number;
        /** Whether it began while a reply was made or played. */
        final boolean overReply;

        final StringBuilder text = new StringBuilder();
        String interim = "";
        boolean isFinal;

        Stretch(long number, boolean overReply) {
            this.number = number;
            this.overReply = overReply;
        }
    }

    private final Backchannels backchannels;
    private final List<Stretch> stretches = new ArrayList<>();
    /** Those of the turn that ended last whose final text has not come. */
    private final List<Stretch> unfinished = new ArrayList<>();

    private final StringBuilder sinceReply = new StringBuilder();
    private String interimSinceReply = "";
    /** Numbers of stretches that were cleared before their final text came, the newest last. */
    private final ArrayDeque<Long> awaited = new ArrayDeque<>();

    /** Stretches up to this number were cleared. */
    private long clearedUpTo;

    private long utterances;
    private boolean numbered;
    private boolean open;
    /** When the speech began that opened the turn, or the text came that did. */
    private long begunAt;

    private boolean speaking;
    private long speechStartedAt;
    private long speechEndedAt;
    /** Speech was noticed since the last turn that was answered. */
    private boolean unanswered;

    private long speechNanos;
    private long lastTranscriptAt;

    CallerTurn(Backchannels backchannels) {
        this.backchannels = backchannels;
    }

    /** The caller is saying something that will be answered. */
    void open() {
        if (!open) {
            begunAt = unanswered ? speechStartedAt : speechEndedAt;
        }
        open = true;
    }

    /** The same, by a text whose speech was perhaps not noticed. */
    void openByText(long now) {
        if (!unanswered) {
            speechEndedAt = now;
        }
        open();
    }

    /** When the turn began: the speech that opened it, or the text if only that tells of it; now if there is none. */
    long begunAt(long now) {
        return open ? Math.min(begunAt, now) : now;
    }

    boolean isOpen() {
        return open;
    }

    boolean isSpeaking() {
        return speaking;
    }

    /** Number of the utterance that began last. */
    long utterance() {
        return utterances;
    }

    /** @param overReply whether a reply is being made or played */
    void speechStarted(long onset, boolean overReply) {
        speaking = true;
        unanswered = true;
        speechStartedAt = onset;
        stretches.add(new Stretch(++utterances, overReply));
    }

    void speechEnded(long end) {
        if (speaking) {
            speechNanos += Math.max(0, end - speechStartedAt);
        }
        speaking = false;
        speechEndedAt = end;
    }

    /**
     * Takes a text.
     *
     * @param utterance {@link #UNNUMBERED} if it is not known
     * @return false if it belongs to a turn that has ended with these words, so that it is nothing new
     */
    boolean transcript(String text, boolean isFinal, long utterance, long now) {
        // A number that speechStarted has not told yet says nothing.
        return take(text, isFinal, utterance > utterances ? UNNUMBERED : utterance, now);
    }

    private boolean take(String text, boolean isFinal, long utterance, long now) {
        numbered |= utterance != UNNUMBERED;
        Stretch late = lateFor(utterance);
        if (late != null) {
            if (!isFinal) {
                return false;
            }
            unfinished.remove(late);
            if (text.isBlank() || Words.of(late.interim).equals(Words.of(text))) {
                return false;
            }
        }
        if (utterance != UNNUMBERED && utterance <= clearedUpTo && late == null) {
            if (!isFinal || !awaited.remove(utterance)) {
                return false;
            }
        }
        Stretch stretch = stretchOf(utterance);
        if (stretch.isFinal && utterance != UNNUMBERED) {
            return false;
        }
        lastTranscriptAt = now;
        String stripped = text.strip();
        if (!isFinal) {
            stretch.interim = stripped;
            interimSinceReply = late == null ? stripped : interimSinceReply;
            return true;
        }
        stretch.isFinal = true;
        stretch.interim = "";
        interimSinceReply = "";
        if (late == null) {
            join(sinceReply, stripped);
        }
        if (!(stretch.overReply && backchannels.only(stripped))) {
            join(stretch.text, stripped);
        }
        return true;
    }

    /** The stretch of an ended turn that a text is for; null if it is for none. */
    private @Nullable Stretch lateFor(long utterance) {
        for (Stretch stretch : unfinished) {
            boolean onlyOne = utterance == UNNUMBERED && stretches.isEmpty() && !stretch.interim.isEmpty();
            if (onlyOne || (utterance != UNNUMBERED && stretch.number == utterance)) {
                return stretch;
            }
        }
        return null;
    }

    private Stretch stretchOf(long utterance) {
        if (utterance == UNNUMBERED) {
            if (stretches.isEmpty()) {
                stretches.add(new Stretch(utterances, false));
            }
            int newest = stretches.size() - 1;
            boolean ofTheOneBefore = speaking && newest > 0 && !stretches.get(newest - 1).isFinal;
            return stretches.get(ofTheOneBefore ? newest - 1 : newest);
        }
        int at = 0;
        while (at < stretches.size() && stretches.get(at).number < utterance) {
            at++;
        }
        if (at == stretches.size() || stretches.get(at).number != utterance) {
            stretches.add(at, new Stretch(utterance, false));
        }
        return stretches.get(at);
    }

    private static void join(StringBuilder text, String more) {
        if (!more.isEmpty()) {
            text.append(text.isEmpty() ? "" : " ").append(more);
        }
    }

    /** Whether the last speech has its final transcript; all of the turn's, if the recognizer numbers them. */
    boolean isTranscribed() {
        if (stretches.isEmpty()) {
            return false;
        }
        return numbered
                ? stretches.stream().allMatch(stretch -> stretch.isFinal)
                : stretches.get(stretches.size() - 1).isFinal;
    }

    /** Everything understood so far, in the order in which it was said, interim texts included. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Stretch stretch : stretches) {
            join(text, stretch.text.toString());
            if (!(stretch.overReply && backchannels.only(stretch.interim))) {
                join(text, stretch.interim);
            }
        }
        return text.toString();
    }

    /** All text since {@link #replyBegins}, an interim one included. */
    String sinceReply() {
        return interimSinceReply.isEmpty()
                ? sinceReply.toString()
                : sinceReply.isEmpty() ? interimSinceReply : sinceReply + " " + interimSinceReply;
    }

    /** Words of {@link #sinceReply}; none if it is nothing but backchannels. */
    int wordsSinceReply() {
        String text = sinceReply();
        return text.isEmpty() || backchannels.only(text) ? 0 : text.split("\\s+").length;
    }

    /** Whether there is text since {@link #replyBegins}, and nothing but backchannels. */
    boolean isBackchannel() {
        return backchannels.only(sinceReply());
    }

    void replyBegins() {
        sinceReply.setLength(0);
        interimSinceReply = "";
    }

    /** Whether speech was noticed since the last turn that was answered. */
    boolean isUnanswered() {
        return unanswered;
    }

    long speechStartedAt() {
        return speechStartedAt;
    }

    long speechEndedAt() {
        return speechEndedAt;
    }

    /** How long the caller has spoken in this turn, pauses left out. */
    long speechNanos(long now) {
        return speechNanos + (speaking ? Math.max(0, now - speechStartedAt) : 0);
    }

    /** From the end of the speech to its last transcript, in nanoseconds; 0 without one. */
    long transcriptionDelay() {
        return isTranscribed() ? Math.max(0, lastTranscriptAt - speechEndedAt) : 0;
    }

    /** The turn is over and answered: a text of it that is still to come is late. */
    void answered() {
        unfinished.clear();
        stretches.stream().filter(stretch -> !stretch.isFinal).forEach(unfinished::add);
        unanswered = false;
        clear();
    }

    /** There is no turn, or it is over. */
    void clear() {
        for (Stretch stretch : stretches) {
            clearedUpTo = Math.max(clearedUpTo, stretch.number);
            if (!stretch.isFinal && stretch.number != UNNUMBERED) {
                awaited.addLast(stretch.number);
            }
        }
        while (awaited.size() > LONGEST_MEMORY) {
            awaited.removeFirst();
        }
        stretches.clear();
        open = false;
        speechNanos = 0;
        replyBegins();
        if (speaking) {
            clearedUpTo = utterances - 1;
            awaited.remove(utterances);
            stretches.add(new Stretch(utterances, false));
        }
    }
}
