package dev.duplexvoice.nativecore.internal;

import java.util.Set;

/** The phones of one word and where its stress is. */
final class ArpabetWord {
    /** Last syllables that are endings: what goes before them keeps the stress that it has without them. */
    private static final Set<String> ENDINGS =
            Set.of("ax d", "ih d", "ih ng", "ih ng z", "er", "er z", "eh r iy", "ao r iy", "z ax m");

    private static final int LONGEST_ENDING = 3;

    private final String[] phones;
    private final char[] stress; // '0', '1', or 0 for a consonant
    private final int vowels;

    private ArpabetWord(String[] phones, char[] stress, int vowels) {
        this.phones = phones;
        this.stress = stress;
        this.vowels = vowels;
    }

    /**
     * Reads phones.
     *
     * @param text in lower case, a space between two, vowels with 1 or 0 behind them: {@code f ao1 r t iy0}
     */
    static ArpabetWord parse(String text) {
        String[] phones = text.split(" ");
        char[] stress = new char[phones.length];
        int vowels = 0;
        for (int i = 0; i < phones.length; i++) {
            int last = phones[i].length() - 1;
            char mark = phones[i].charAt(last);
            if (mark == '0' || mark == '1') {
                phones[i] = phones[i].substring(0, last);
                stress[i] = mark;
                vowels++;
            }
        }
        return new ArpabetWord(phones, stress, vowels);
    }

    int size() {
        return phones.length;
    }

    /** How many vowels it has, which is how many syllables. */
    int vowels() {
        return vowels;
    }

    String phone(int i) {
        return phones[i];
    }

    /** Whether there is an i-th phone, and it is this one. */
    boolean is(int i, String phone) {
        return i < phones.length && phones[i].equals(phone);
    }

    /** Whether there is an i-th phone, and it is a vowel. */
    boolean isVowel(int i) {
        return i < phones.length && stress[i] != 0;
    }

    boolean isStressed(int i) {
        return stress[i] == '1';
    }

    /**
     * Which phone carries the primary stress; -1 if none is stressed. Of several it is the last that is not in the last syllable
     * ({@code telephone}, {@code university}), but the one before it if that stands next to it ({@code lawmaker}) or only an
     * ending follows ({@code abdicated}).
     */
    int primaryStress() {
        int lastVowel = previousVowel(phones.length);
        int last = previousStressed(phones.length);
        int before = previousStressed(last);
        if (before < 0) {
            return last;
        }
        if (last == lastVowel) {
            return before;
        }
        int beforeThat = previousVowel(last);
        boolean onlyOneFollows = last == previousVowel(lastVowel);
        return onlyOneFollows && (before == beforeThat || hasEnding()) ? before : last;
    }

    private boolean hasEnding() {
        StringBuilder end = new StringBuilder();
        for (int i = phones.length - 1; i >= 0 && i >= phones.length - LONGEST_ENDING; i--) {
            end.insert(0, end.isEmpty() ? phones[i] : phones[i] + " ");
            if (ENDINGS.contains(end.toString())) {
                return true;
            }
        }
        return false;
    }

    private int previousVowel(int from) {
        int i = from - 1;
        while (i >= 0 && !isVowel(i)) {
            i--;
        }
        return i;
    }

    private int previousStressed(int from) {
        int i = from - 1;
        while (i >= 0 && !isStressed(i)) {
            i--;
        }
        return i;
    }
}
