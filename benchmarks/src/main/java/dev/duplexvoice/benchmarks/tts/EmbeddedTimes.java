package dev.duplexvoice.benchmarks.tts;

import dev.duplexvoice.benchmarks.cli.Times;
import java.util.List;

/**
 * From the word that completes the first clause to the session's first frame, with the embedded voice.
 *
 * @param text what is said
 * @param times of the replies
 * @param alone of the voice alone: the same clause, until its first 20 ms of samples
 */
record EmbeddedTimes(Text text, Times times, Times alone) {

    /** What a language model writes, a token at a time. */
    enum Text {
        SHORT(
                "clause of three words",
                15,
                List.of("Good", " morning", " there", ",", " how", " can", " I", " help", "?")),
        LONG(
                "sentence of twelve words",
                40,
                List.of(
                        "The",
                        " last",
                        " train",
                        " to",
                        " the",
                        " coast",
                        " leaves",
                        " at",
                        " noon",
                        " from",
                        " platform",
                        " nine",
                        ".",
                        " Hurry",
                        "!"));

        private final String title;
        private final int target;
        private final List<String> words;

        Text(String title, int target, List<String> words) {
            this.title = title;
            this.target = target;
            this.words = words;
        }

        String title() {
            return title;
        }

        /** Milliseconds that the 95th percentile is to stay below. */
        int target() {
            return target;
        }

        List<String> words() {
            return words;
        }
    }

    boolean met() {
        return times.percentile(95) < text.target();
    }
}
