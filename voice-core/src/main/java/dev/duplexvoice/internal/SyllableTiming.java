package dev.duplexvoice.internal;

import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayList;
import java.util.List;

/** Estimates word times of a clause from its syllables, for synthesizers that give none. */
final class SyllableTiming {
    private SyllableTiming() {}

    /** Spreads the words of {@code text[begin, end)} over [startSample, endSample) in proportion to their syllables. */
    static List<WordTiming> spread(CharSequence text, int begin, int end, long startSample, long endSample) {
        List<int[]> words = new ArrayList<>();
        int total = 0;
        int i = begin;
        while (i < end) {
            while (i < end && Character.isWhitespace(text.charAt(i))) {
                i++;
            }
            int wordBegin = i;
            while (i < end && !Character.isWhitespace(text.charAt(i))) {
                i++;
            }
            if (i > wordBegin) {
                int syllables = syllables(text, wordBegin, i);
                words.add(new int[] {wordBegin, i, syllables});
                total += syllables;
            }
        }
        List<WordTiming> timings = new ArrayList<>(words.size());
        long samples = endSample - startSample;
        int before = 0;
        for (int[] word : words) {
            long from = startSample + samples * before / total;
            before += word[2];
            timings.add(new WordTiming(from, startSample + samples * before / total, word[0], word[1]));
        }
        return timings;
    }

    /** Vowel groups of a word or a clause, at least one. */
    static int syllables(CharSequence text, int begin, int end) {
        int count = 0;
        boolean inVowels = false;
        for (int i = begin; i < end; i++) {
            boolean vowel = "aeiouyAEIOUY".indexOf(text.charAt(i)) >= 0;
            if (vowel && !inVowels) {
                count++;
            }
            inVowels = vowel;
        }
        return Math.max(1, count);
    }
}
