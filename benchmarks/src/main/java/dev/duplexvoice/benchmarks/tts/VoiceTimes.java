package dev.duplexvoice.benchmarks.tts;

import dev.duplexvoice.benchmarks.cli.Times;

/**
 * What was found of a voice.
 *
 * @param name of the voice
 * @param audioSeconds how long its sentence is
 * @param symbols letters and spaces of it
 * @param first until the first samples of the cut graph
 * @param total until its last
 * @param whole until the first, which are also the last, of the whole graph
 * @param chunks sizes of what came at once, in samples
 */
record VoiceTimes(String name, double audioSeconds, int symbols, Times first, Times total, Times whole, String chunks) {

    /** How many times as soon the first sound is there. */
    double sooner() {
        return whole.median() / first.median();
    }

    /** How much longer all of it takes. */
    double ratio() {
        return total.median() / whole.median();
    }

    double realTimeFactor() {
        return total.median() / 1_000 / audioSeconds;
    }

    double wholeRealTimeFactor() {
        return whole.median() / 1_000 / audioSeconds;
    }
}
