package dev.duplexvoice.examples.demo;

import dev.duplexvoice.dialog.Responder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What caller and host say in the demonstration. The caller lets two replies finish and cuts the third off. */
final class DemoScript {

    /**
     * What the caller says.
     *
     * @param text the words
     * @param interrupts whether it is said into a reply instead of after it
     */
    record Line(String text, boolean interrupts) {}

    static final List<Line> CALLER = List.of(
            new Line("Good morning, could you tell me what you can do?", false),
            new Line("And what happens if I start talking while you speak?", false),
            new Line("All right, then tell me a long story about the sea.", false),
            new Line("Thank you, that is enough for today.", true));

    static final List<String> HOST = List.of(
            "Good morning! I listen and speak at the same time, and I answer as soon as you are done.",
            "Then I stop at once, and I know which of my words you have heard. Go ahead, try it.",
            "Once upon a time, there was a lighthouse keeper who lived alone on a small island. Every evening he climbed"
                    + " two hundred steps, lit the great lamp, and watched the ships go by. One night a storm came up from"
                    + " the west, and the lamp went out.",
            "Of course. Thank you for calling, and goodbye!");

    /** How fast a language model would write, words a second being about forty. */
    private static final long MILLIS_PER_WORD = 25;

    private DemoScript() {}

    /** Answers turn after turn, word by word, as a language model would. */
    static Responder host() {
        AtomicInteger next = new AtomicInteger();
        return (turn, reply) -> {
            String text = HOST.get(Math.min(next.getAndIncrement(), HOST.size() - 1));
            for (String word : text.split("(?<=\\s)")) {
                if (reply.isCancelled()) {
                    return;
                }
                reply.write(word);
                Thread.sleep(MILLIS_PER_WORD);
            }
        };
    }
}
