package dev.duplexvoice.internal;

import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayList;
import java.util.List;

/**
 * Which text of a reply is where in its audio. Written by the synthesis worker clause by clause, read by the audio loop when
 * a reply ends.
 *
 * <p>With word times, a word was heard if the audio was delivered up to its end. Without them, the words of a clause are
 * spread over its audio in proportion to their syllables (vowel groups, at least one a word), and the same rule holds. While
 * the clause is not all synthesised and its length is not known, it is taken to go on at the pace of the clauses before it,
 * or at {@link #SYLLABLES_PER_SECOND}, and to be no shorter than what is there already.
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

        Clause(TextSegment text, long startSample) {
            this.text = text;
            this.startSample = startSample;
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

    /** Where the clause begun last will end. */
    synchronized void expectEnd(long endSample) {
        clauses.get(clauses.size() - 1).expectedEnd = endSample;
    }

    /** So many samples of the reply are there. */
    synchronized void produced(long samples) {
        produced = samples;
    }

    synchronized void endClause(long endSample) {
        clauses.get(clauses.size() - 1).endSample = endSample;
    }

    /** The text that was heard when {@code samples} of the reply's audio were delivered. */
    synchronized String heard(long samples) {
        int end = 0;
        for (Clause clause : clauses) {
            if (clause.endSample <= samples) {
                end = clause.text.end();
                continue;
            }
            end = Math.max(end, heardWithin(clause, samples));
            break;
        }
        return text.substring(0, end).strip();
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
