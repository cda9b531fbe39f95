package dev.duplexvoice.internal;

import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.UnspokenText;
import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which text of a reply is where in its audio. Written by the synthesis worker clause by clause, read by the audio loop when
 * a reply ends.
 *
 * <p>With word times, a word was heard if the audio was delivered up to its end. Without them, the words of a clause are
 * spread over its audio in proportion to their syllables (vowel groups, at least one a word), and the same rule holds. While
 * the clause is not all synthesised and its length is not known, it is taken to go on at the pace of the clauses before it,
 * or at {@link #SYLLABLES_PER_SECOND}, and to be no shorter than what is there already.
 *
 * <p>What a voice with word times left out is not heard, however far the audio was delivered.
 */
final class SpokenText {
    /** A usual pace of English read aloud. */
    static final double SYLLABLES_PER_SECOND = 4.5;

    /** A clause, spoken from startSample on. */
    private static final class Clause {
        final TextSegment text;
        final long startSample;
        long endSample = Long.MAX_VALUE;
        long expectedEnd = -1;
        List<WordTiming> words = List.of();
        boolean leftOut;
        /** Found once all its words are there, on the worker, so that the loop has little to do. */
        @Nullable
        List<UnspokenText> found;

        Clause(TextSegment text, long startSample) {
            this.text = text;
            this.startSample = startSample;
        }

        List<UnspokenText> unspoken() {
            List<UnspokenText> known = found;
            return known != null ? known : find();
        }

        List<UnspokenText> find() {
            int length = text.text().length();
            return leftOut && length > 0 ? List.of(new UnspokenText(0, length)) : UnspokenText.find(text.text(), words);
        }

        /** Where in the source what was left out begins, with the markup before it, if that is not directly behind a word. */
        int sourceBegin(UnspokenText leftOut) {
            int at = leftOut.begin();
            if (at == 0) {
                return text.begin();
            }
            char before = text.text().charAt(at - 1);
            boolean atWord = !Character.isWhitespace(before) && !Character.isSpaceChar(before);
            return atWord ? text.sourceBegin(at) : text.sourceBegin(at - 1) + 1;
        }
    }

    private final int sampleRate;
    private final StringBuilder text = new StringBuilder();
    private final List<Clause> clauses = new ArrayList<>();
    private long produced;

    /** @param sampleRate of the output */
    SpokenText(int sampleRate) {
        this.sampleRate = sampleRate;
    }

    synchronized void append(CharSequence more) {
        text.append(more);
    }

    synchronized int length() {
        return text.length();
    }

    synchronized String text() {
        return text.toString();
    }

    synchronized void beginClause(TextSegment clause, long startSample) {
        clauses.add(new Clause(clause, startSample));
    }

    /** The words of the clause begun last, in samples of the output and characters of its spoken text. */
    synchronized void words(List<WordTiming> words) {
        clauses.get(clauses.size() - 1).words = words;
    }

    /** The clause begun last is left out. */
    synchronized void leaveOut() {
        clauses.get(clauses.size() - 1).leftOut = true;
    }

    /** Where the clause begun last will end. */
    synchronized void expectEnd(long endSample) {
        clauses.get(clauses.size() - 1).expectedEnd = endSample;
    }

    /** So many samples of the reply are there. */
    synchronized void produced(long samples) {
        produced = samples;
    }

    synchronized void endClause(long endSample) {
        Clause clause = clauses.get(clauses.size() - 1);
        clause.endSample = endSample;
        clause.found = clause.find();
    }

    /** The text that was heard when {@code samples} of the reply's audio were delivered. */
    synchronized String heard(long samples) {
        return said(heardEnd(samples));
    }

    /** The text that was heard when all of the reply's audio was delivered. */
    synchronized String heardToItsEnd() {
        return said(text.length());
    }

    /** What the voice left out of the text that begins before {@code samples} of the reply's audio. */
    synchronized List<String> leftOut(long samples) {
        int end = heardEnd(samples);
        List<String> pieces = new ArrayList<>();
        for (Clause clause : clauses) {
            for (UnspokenText leftOut : clause.unspoken()) {
                if (clause.sourceBegin(leftOut) < end) {
                    pieces.add(leftOut.of(clause.text.text()));
                }
            }
        }
        return pieces;
    }

    /** The text before {@code end} without what the voice left out. */
    private String said(int end) {
        StringBuilder said = new StringBuilder(end);
        int from = 0;
        for (Clause clause : clauses) {
            for (UnspokenText leftOut : clause.unspoken()) {
                int begin = clause.sourceBegin(leftOut);
                if (begin < end) {
                    join(said, text.substring(from, Math.max(from, begin)));
                    from = Math.min(end, clause.text.sourceEnd(leftOut.end()));
                }
            }
        }
        join(said, text.substring(from, end));
        return said.toString().strip();
    }

    /** With one white space where there was one on both sides, and with one where two words would become one. */
    private static void join(StringBuilder said, String more) {
        if (!said.isEmpty() && !more.isEmpty()) {
            boolean spaceBefore = Character.isWhitespace(said.charAt(said.length() - 1));
            boolean spaceBehind = Character.isWhitespace(more.charAt(0));
            if (spaceBefore && spaceBehind) {
                said.append(more.stripLeading());
                return;
            }
            if (!spaceBefore && Character.isLetterOrDigit(more.codePointAt(0))) {
                said.append(' ');
            }
        }
        said.append(more);
    }

    /** Where in the text what was heard ends. */
    private int heardEnd(long samples) {
        int end = 0;
        for (Clause clause : clauses) {
            if (clause.endSample <= samples) {
                end = clause.text.end();
                continue;
            }
            end = Math.max(end, heardWithin(clause, samples));
            break;
        }
        return end;
    }

    private int heardWithin(Clause clause, long samples) {
        List<WordTiming> words = clause.words;
        if (words.isEmpty()) {
            String spoken = clause.text.text();
            words = SyllableTiming.spread(spoken, 0, spoken.length(), clause.startSample, end(clause));
        }
        int end = 0;
        for (WordTiming word : words) {
            if (word.endSample() > samples) {
                break;
            }
            // Word times come from elsewhere; what is outside the clause counts as its end.
            end = clause.text.sourceEnd(word.textEnd());
        }
        return end;
    }

    private long end(Clause clause) {
        if (clause.endSample != Long.MAX_VALUE) {
            return clause.endSample;
        }
        if (clause.expectedEnd >= 0) {
            return clause.expectedEnd;
        }
        long samples = 0;
        int syllables = 0;
        for (Clause done : clauses) {
            if (done.endSample != Long.MAX_VALUE) {
                samples += done.endSample - done.startSample;
                syllables += syllables(done);
            }
        }
        double perSyllable = syllables == 0 ? sampleRate / SYLLABLES_PER_SECOND : (double) samples / syllables;
        long estimate = Math.round(perSyllable * syllables(clause));
        // More is to come, so the last word has not ended with what is there.
        return Math.max(clause.startSample + estimate, produced + 1);
    }

    private static int syllables(Clause clause) {
        String spoken = clause.text.text();
        return SyllableTiming.syllables(spoken, 0, spoken.length());
    }
}
