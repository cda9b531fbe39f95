package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One text as several workers speak it, one after the other: what of their audio may be handed out, what was, and where the next one goes
 * on. Not thread-safe, and does nothing but count.
 *
 * <p>A word whose time is known is handed out when all of it is there, so a worker that is lost leaves no half words. A word of more than
 * a second is not waited for: what was handed out of it is left out when the next worker speaks it again. The same holds for audio
 * of which no word times were known: as many samples are left out as were handed out.
 */
final class SpokenSoFar {
    private final String text;
    private final int longestHeld;
    /** Words that were handed out; never changes but by growing. */
    private final List<WordTiming> delivered = new ArrayList<>();
    /** Further ones of the worker that speaks now. */
    private final List<WordTiming> ahead = new ArrayList<>();

    private List<WordTiming> shown = List.of();
    private short[] held = new short[4_096];
    private int heldFrom;
    private int heldTo;
    private long handedOut;
    private int wordsSeen;
    private boolean ended;

    /** Where in the text the worker began. */
    private int textBase;
    /** Sample of the whole at which the worker's audio begins, if it began with its first one. */
    private long audioBase;
    /** Samples of the worker that are still to be left out. */
    private long skip;
    /** Whether the worker tells of words only after their audio. */
    private boolean late;

    SpokenSoFar(String text, int sampleRate) {
        this.text = text;
        this.longestHeld = sampleRate;
    }

    /** Audio that the worker made. */
    void audio(short[] samples, int count) {
        int from = (int) Math.min(skip, count);
        skip -= from;
        int more = count - from;
        if (heldTo + more > held.length) {
            int size = heldTo - heldFrom;
            short[] to = size + more > held.length ? new short[Math.max(size + more, 2 * held.length)] : held;
            System.arraycopy(held, heldFrom, to, 0, size);
            held = to;
            heldFrom = 0;
            heldTo = size;
        }
        System.arraycopy(samples, from, held, heldTo, more);
        heldTo += more;
    }

    /**
     * All words that the worker has told of, with its own counts.
     *
     * @param before samples that it had made when it had not yet told the last of them
     */
    void words(List<WordTiming> all, long before) {
        for (; wordsSeen < all.size(); wordsSeen++) {
            WordTiming word = all.get(wordsSeen);
            WordTiming last = last();
            long start = audioBase + word.startSample();
            int begin = textBase + word.textBegin();
            boolean inOrder = last == null || start >= last.startSample() && begin >= last.textBegin();
            if (inOrder && word.endSample() >= word.startSample() && word.textEnd() >= word.textBegin()) {
                late |= word.startSample() < before;
                ahead.add(new WordTiming(
                        start,
                        audioBase + word.endSample(),
                        begin,
                        Math.min(text.length(), textBase + word.textEnd())));
            }
        }
    }

    private @Nullable WordTiming last() {
        if (!ahead.isEmpty()) {
            return ahead.get(ahead.size() - 1);
        }
        return delivered.isEmpty() ? null : delivered.get(delivered.size() - 1);
    }

    /**
     * The worker has spoken all there was. One without word times, after another that gave some, has said all of the rest: what is in no
     * word would count as left out.
     */
    void end() {
        long made = handedOut + heldTo - heldFrom;
        if (wordsSeen == 0 && !delivered.isEmpty() && made > audioBase && hasWords(textBase)) {
            ahead.add(new WordTiming(audioBase, made, textBase, text.length()));
        }
        ended = true;
    }

    /** Copies what may be handed out; 0 if nothing may. */
    int take(short[] buffer, int offset, int length) {
        int samples = (int) Math.min(length, limit() - handedOut);
        System.arraycopy(held, heldFrom, buffer, offset, samples);
        heldFrom += samples;
        handedOut += samples;
        int words = 0;
        while (words < ahead.size() && (ahead.get(words).endSample() <= handedOut || isOver())) {
            words++;
        }
        if (words > 0) {
            delivered.addAll(ahead.subList(0, words));
            ahead.subList(0, words).clear();
        }
        return samples;
    }

    private boolean isOver() {
        return ended && heldFrom == heldTo;
    }

    private long limit() {
        long received = handedOut + heldTo - heldFrom;
        if (ended) {
            return received;
        }
        for (WordTiming word : ahead) {
            if (word.startSample() >= received) {
                break;
            }
            boolean isWhole = word.endSample() <= received;
            if (!isWhole && received - word.startSample() <= longestHeld) {
                return Math.max(handedOut, word.startSample());
            }
        }
        return received;
    }

    /** The words that were handed out; of one text, with times of the whole. */
    List<WordTiming> words() {
        if (shown.size() != delivered.size()) {
            shown = List.copyOf(delivered);
        }
        return shown;
    }

    /** Samples that were handed out. */
    long handedOut() {
        return handedOut;
    }

    /**
     * The worker is lost; another one speaks from {@link #rest} on. What was held back is not handed out any more. All that may be, has
     * to be taken before.
     *
     * @return whether there is anything left to speak
     */
    boolean lost() {
        heldFrom = 0;
        heldTo = 0;
        WordTiming next = ahead.isEmpty() ? null : ahead.get(0);
        WordTiming last = delivered.isEmpty() ? null : delivered.get(delivered.size() - 1);
        if (last == null || wordsSeen == 0) {
            // The same text anew; up to here it sounds the same, as far as anybody can tell.
            boolean anyWordBegun = next == null || next.startSample() < handedOut;
            skip = anyWordBegun ? Math.max(0, handedOut - audioBase) : 0;
        } else if (next != null && next.startSample() < handedOut) {
            textBase = next.textBegin();
            skip = handedOut - next.startSample();
        } else {
            textBase = behind(last.textEnd(), next);
            skip = next == null && late ? Math.max(0, handedOut - last.endSample()) : 0;
        }
        boolean left = next != null || last == null || hasWords(textBase);
        audioBase = handedOut - skip;
        ahead.clear();
        wordsSeen = 0;
        late = false;
        if (!left) {
            ended = true;
        }
        return left;
    }

    private boolean hasWords(int from) {
        return text.codePoints().skip(text.codePointCount(0, from)).anyMatch(Character::isLetterOrDigit);
    }

    /** Behind a word, its punctuation and the space that follow; a sign that belongs to what comes next does not. */
    private int behind(int end, @Nullable WordTiming next) {
        int at = end;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (Character.isWhitespace(c) || Character.isLetterOrDigit(c)) {
                break;
            }
            at += Character.charCount(c);
        }
        if (at < text.length() && !Character.isWhitespace(text.codePointAt(at))) {
            at = end;
        }
        while (at < text.length() && Character.isWhitespace(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        return next == null ? at : Math.min(at, next.textBegin());
    }

    /** What the next worker has to speak. */
    String rest() {
        return text.substring(textBase);
    }

    /** Where {@link #rest} begins, in UTF-16 code units. */
    int restBegin() {
        return textBase;
    }
}
