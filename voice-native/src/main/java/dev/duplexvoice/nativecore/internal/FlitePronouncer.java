package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.tts.PronouncedWord;
import dev.duplexvoice.tts.Pronouncer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * English by flite's analysis of text, its lexicon and its letter-to-sound rules, as {@code voice_pronounce} gives them, in the
 * symbols of {@link EspeakIpa}. Holds no native object, only memory, so there is nothing to close.
 */
public final class FlitePronouncer implements Pronouncer {
    private static final String LANGUAGE = "en-US";

    /** All that it pronounces. */
    public static final List<String> LANGUAGES = List.of(LANGUAGE);

    private final MemoryPool<PronunciationMemory> pool = new MemoryPool<>(PronunciationMemory::new);

    private FlitePronouncer() {}

    /**
     * A pronouncer.
     *
     * @throws dev.duplexvoice.VoiceException if the native core cannot be loaded
     */
    public static FlitePronouncer open() {
        NativeLoader.require();
        return new FlitePronouncer();
    }

    /**
     * Whether it pronounces a language. British and other English is another: its vowels are not in the lexicon.
     *
     * @param language as BCP 47 has it, or with an underscore, in any case
     */
    public static boolean speaks(String language) {
        String tag = language.replace('_', '-').toLowerCase(Locale.ROOT);
        return tag.equals("en") || tag.equals("en-us");
    }

    @Override
    public String language() {
        return LANGUAGE;
    }

    /** {@inheritDoc} A text of any length; a long one is read in pieces, cut at white space where there is any. */
    @Override
    public List<PronouncedWord> pronounce(String text) {
        Objects.requireNonNull(text, "text");
        List<PronouncedWord> words = new ArrayList<>();
        PronunciationMemory memory = pool.take();
        try {
            for (int begin = 0; begin < text.length(); ) {
                int end = pieceEnd(text, begin);
                memory.pronounce(text.substring(begin, end), begin, words);
                begin = end;
            }
        } finally {
            pool.give(memory);
        }
        return List.copyOf(words);
    }

    private static int pieceEnd(String text, int begin) {
        int limit = begin + PronunciationMemory.MAX_TEXT_LENGTH;
        if (limit >= text.length()) {
            return text.length();
        }
        for (int end = limit; end > begin; end--) {
            if (Character.isWhitespace(text.charAt(end - 1))) {
                return end;
            }
        }
        return Character.isLowSurrogate(text.charAt(limit)) ? limit - 1 : limit;
    }
}
