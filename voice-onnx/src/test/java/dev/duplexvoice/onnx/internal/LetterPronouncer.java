package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.tts.PronouncedWord;
import dev.duplexvoice.tts.Pronouncer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says the words that it was taught, and others letter by letter. */
final class LetterPronouncer implements Pronouncer {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}']+");

    private final Map<String, List<String>> taught;

    LetterPronouncer() {
        this(Map.of());
    }

    /** One that knows some words, each spoken as one or more. */
    LetterPronouncer(Map<String, List<String>> taught) {
        this.taught = taught;
    }

    @Override
    public String language() {
        return "en-US";
    }

    @Override
    public List<PronouncedWord> pronounce(String text) {
        List<PronouncedWord> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            String word = matcher.group().toLowerCase(Locale.ROOT);
            for (String ipa : taught.getOrDefault(word, List.of(word))) {
                words.add(new PronouncedWord(ipa, matcher.start(), matcher.end()));
            }
        }
        return words;
    }
}
