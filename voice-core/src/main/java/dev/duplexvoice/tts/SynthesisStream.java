package dev.duplexvoice.tts;

import java.util.List;

/**
 * The audio of one text, pulled by its reader. One reading thread at a time; {@link #cancel} comes from any thread.
 */
public interface SynthesisStream extends AutoCloseable {

    /** What {@link #read} returns when there is nothing more. */
    int END = -1;

    /**
     * Copies the next samples. May compute them. A session reads ahead of what is heard, and takes an end without any sample, of a
     * text that has a letter or digit in it and is not {@link #isUnspeakable}, for a failure.
     *
     * @return 1 to {@code length} samples written from {@code offset} on; 0 if there are none yet, the stream's
     *     {@code readable} will be run when there are; {@link #END} at the end or after {@link #cancel}
     * @throws dev.duplexvoice.VoiceException if the synthesis failed
     * @throws IllegalStateException if closed
     */
    int read(short[] buffer, int offset, int length);

    /**
     * The words whose times are known, in the order of their times and of the text, and empty for a synthesizer without word times. A
     * session does not use times out of order or behind the end. Complete at the latest
     * when {@link #read} returned {@link #END}; same thread as {@code read}.
     *
     * <p>Letters and numbers of the text that are in no word were left out, as {@link UnspokenText} has it, and do not count as
     * heard. So a synthesizer that gives word times gives one for all that it says: what is read out as several words
     * ("$3.50") has the whole of its text, in one word or in each.
     */
    List<WordTiming> words();

    /**
     * How long the audio will be, in samples, if that is known before its end; -1 if not. Same thread as {@code read}. Helps to
     * tell what was heard where there are no word times.
     */
    default long expectedSamples() {
        return -1;
    }

    /**
     * Whether the voice can say nothing of the text, because it is in letters of another language, and is not at fault if {@link
     * #read} gave {@link #END} without any sample; asked after that, on the same thread. A session leaves such a clause out, not heard, and
     * goes on with the next one; a reply of which nothing can be said fails.
     */
    default boolean isUnspeakable() {
        return false;
    }

    /** Whether its audio had been made before, so that its time says nothing of the voice. */
    default boolean isCached() {
        return false;
    }

    /**
     * Tells, before a {@link #read}, for how long its reader has audio to play, in nanoseconds; 0 if a listener waits. Where sessions share a
     * device, those who need audio soonest get it first. Same thread as {@code read}.
     */
    default void neededIn(long nanos) {}

    /** Stops the stream: within one chunk it computes no more. From any thread, any number of times. */
    void cancel();

    /** Cancels if needed and frees. Idempotent, safe while another thread reads. */
    @Override
    void close();
}
