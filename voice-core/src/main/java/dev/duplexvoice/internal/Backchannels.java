package dev.duplexvoice.internal;

import java.util.List;

/** Finds texts that are nothing but backchannels. */
final class Backchannels {
    private final List<List<String>> phrases;

    Backchannels(List<String> phrases) {
        this.phrases = phrases.stream().map(Words::of).toList();
    }

    /** Whether the text has words, and all of them are backchannels, one after the other. */
    boolean only(String text) {
        if (phrases.isEmpty()) {
            return false;
        }
        List<String> words = Words.of(text);
        if (words.isEmpty()) {
            return false;
        }
        // covers[i]: the first i words can be read as phrases.
        boolean[] covers = new boolean[words.size() + 1];
        covers[0] = true;
        for (int at = 0; at < words.size(); at++) {
            for (List<String> phrase : phrases) {
                int end = at + phrase.size();
                if (covers[at] && end <= words.size() && words.subList(at, end).equals(phrase)) {
                    covers[end] = true;
                }
            }
        }
        return covers[words.size()];
    }
}
