package dev.duplexvoice.benchmarks.tts;

import dev.duplexvoice.tts.PronouncedWord;
import dev.duplexvoice.tts.Pronouncer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the voices say. Their weights need not have learned to speak, so each word is spoken as it is spelled. */
final class Sentence {
    private static final List<String> WORDS =
            Arrays.asList(("the last train to the coast leaves at noon and takes the slow way along the river where"
                            + " people fish from small boats until the sun is gone behind the hills and lamps are lit in every"
                            + " window of the old town while the ferry turns around once more for those who missed it")
                    .split(" "));

    private Sentence() {}

    /** The first words; they begin anew when all were taken. */
    static String of(int words) {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < words; i++) {
            taken.add(WORDS.get(i % WORDS.size()));
        }
        return String.join(" ", taken);
    }

    /** Spells. */
    static final class Speller implements Pronouncer {
        @Override
        public String language() {
            return "en-US";
        }

        @Override
        public List<PronouncedWord> pronounce(String text) {
            List<PronouncedWord> words = new ArrayList<>();
            for (int begin = 0, end; begin < text.length(); begin = end + 1) {
                end = text.indexOf(' ', begin);
                end = end < 0 ? text.length() : end;
                words.add(new PronouncedWord(text.substring(begin, end), begin, end));
            }
            return words;
        }
    }
}
