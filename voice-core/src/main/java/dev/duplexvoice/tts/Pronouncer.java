package dev.duplexvoice.tts;

import dev.duplexvoice.internal.Providers;
import java.util.List;

/** Tells how the words of a text are spoken, for voices that are given phonemes. Shared by threads. */
public interface Pronouncer {

    /** The language it pronounces, as BCP 47 has it, {@code en-US} for one. */
    String language();

    /**
     * Pronounces a text: words as they are spoken, numbers, dates, amounts of money and abbreviations read out.
     *
     * @param text any text; what cannot be spoken is left out
     * @return the spoken words in the order of the text, as many as there are; of several words that stand for one piece of the
     *     text, {@code 42} for one, each has that whole piece as its place
     */
    List<PronouncedWord> pronounce(String text);

    /**
     * The first one that is installed for a language; a host's own needs no finding.
     *
     * @param language as BCP 47 has it; {@code en} and {@code en-us} mean what {@code en-US} does
     * @throws dev.duplexvoice.VoiceException with UNAVAILABLE if there is none; the message names the language
     */
    static Pronouncer find(String language) {
        return Providers.installed().pronouncer(language);
    }
}
