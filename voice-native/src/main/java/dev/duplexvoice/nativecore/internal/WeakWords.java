package dev.duplexvoice.nativecore.internal;

import java.util.Set;

/**
 * Function words of one syllable, which English says without stress within a sentence. The lexicon gives most of them a stress,
 * because it has each word by itself; with it every word of a sentence would be spoken with the same weight.
 */
final class WeakWords {
    private static final Set<String> WORDS = Set.of(
            // articles, determiners
            "a",
            "an",
            "the",
            "this",
            "that",
            "some",
            // conjunctions
            "and",
            "but",
            "or",
            "nor",
            "than",
            "if",
            "as",
            "so",
            // prepositions
            "at",
            "by",
            "for",
            "from",
            "in",
            "of",
            "on",
            "to",
            "with",
            // auxiliary verbs; "am" in the clock's sense is two letters
            "am",
            "is",
            "are",
            "was",
            "were",
            "be",
            "been",
            "has",
            "have",
            "had",
            "do",
            "does",
            "did",
            "can",
            "could",
            "will",
            "would",
            "shall",
            "should",
            "may",
            "might",
            "must",
            // pronouns
            "i",
            "you",
            "he",
            "she",
            "it",
            "we",
            "they",
            "me",
            "him",
            "her",
            "us",
            "them",
            "my",
            "your",
            "his",
            "its",
            "our",
            "their",
            "who",
            "which",
            "there",
            // with an ending, as flite reads them out
            "im",
            "i'm",
            "i'll",
            "i'd",
            "i've",
            "you'll",
            "you'd",
            "you've",
            "he's",
            "he'll",
            "he'd",
            "she's",
            "she'll",
            "she'd",
            "it's",
            "it'll",
            "we'll",
            "we'd",
            "we've",
            "they'll",
            "they'd",
            "they've",
            "that's",
            "there's",
            "youre",
            "theyre");

    private WeakWords() {}

    /**
     * Whether a word is one.
     *
     * @param name as it is read out, in lower case
     */
    static boolean contains(String name) {
        return WORDS.contains(name);
    }
}
