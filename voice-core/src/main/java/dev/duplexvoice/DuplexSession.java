package dev.duplexvoice;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.dialog.Utterance;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * One conversation. The caller's audio goes in with {@link #offerAudio}, the reply's comes out with {@link #pollAudio} or
 * {@link #readAudio}; both at the same time, in the formats of the {@link SessionOptions}.
 *
 * <p>Threads: one thread at a time puts audio in and one thread at a time takes audio out; all other methods may be called by
 * any thread. None of them blocks but {@link #readAudio}. After the session ended, {@link #offerAudio} and the
 * methods that speak throw {@link IllegalStateException}.
 */
public interface DuplexSession extends AutoCloseable {

    /** Unique within the engine. */
    String id();

    /** What the session is doing; a moment old. */
    SessionState state();

    /** The options it was opened with. */
    SessionOptions options();

    /**
     * Puts caller's audio in; any number of samples up to 1.28 s. It is always taken. At most 1.28 s wait: if the audio comes faster
     * than real time, or the engine cannot keep up, the oldest that waits is dropped to make room, as a live caller is better
     * understood without a word than seconds late. What is dropped is counted ({@link #droppedInput}), told to the
     * engine's telemetry and logged, at most every 10 s. Detector and recognizer hear the rest without a break;
     * the positions told to a {@link VadObserver} count what was dropped.
     *
     * @return false if audio that waited was dropped; the samples given now were taken all the same, so do not repeat them
     * @throws IllegalArgumentException if there are more samples than one call takes
     * @throws IllegalStateException if the session has ended
     */
    boolean offerAudio(short[] samples, int offset, int length);

    /** Puts all of {@code samples} in. */
    default boolean offerAudio(short[] samples) {
        return offerAudio(samples, 0, samples.length);
    }

    /**
     * Takes the next frame of the reply, without waiting. Between replies there is none: play silence.
     *
     * <p>At most 8 frames, 160 ms, wait to be taken. None is ever dropped for another: if the host does not take them, the reply
     * waits, and its synthesis with it. Other sessions do not notice.
     *
     * @param frame room for a frame, {@code options().output().frameSamples()} samples
     * @param header set: its timestamp is the frame's place in the output, in samples since the session was opened
     * @return samples written, or 0 if there is no frame now
     * @throws IllegalStateException if the session has an {@link AudioSink}
     */
    int pollAudio(short[] frame, FrameRing.FrameHeader header);

    /**
     * Takes the next frame, waiting for it.
     *
     * @param timeout the longest wait; none if it is zero or negative
     * @return samples written; 0 when the time is over or the waiting thread is interrupted; -1 when the session has ended and
     *     everything was taken
     * @throws IllegalStateException if the session has an {@link AudioSink}, or the engine a virtual clock
     */
    int readAudio(short[] frame, FrameRing.FrameHeader header, Duration timeout);

    /**
     * Tells how far the output was really played, for transports that know. From the first report on, what counts as heard is what
     * was played and not what was taken, and a reply is over when it was played; if reports cease, 2 s after it should have been.
     * The more often the better, at least every 100 ms. Reports of before the last one are ignored. Any thread; never blocks.
     *
     * @param position all up to this place was played, in samples since the session was opened: a frame's place is the timestamp
     *     of its header
     * @throws IllegalArgumentException if it is negative
     */
    void played(long position);

    /**
     * Says a text of the host's own. It waits until the caller has finished a turn that was begun, and its reply; also with
     * {@link SayOptions.When#INTERRUPT}, which cuts off a reply and not the caller.
     *
     * @throws IllegalArgumentException if the text is longer than {@link Reply#MAX_LENGTH}
     * @throws IllegalStateException if the session has ended
     */
    void say(String text, SayOptions options);

    /** Says a text of the host's own, after what is being said. */
    default void say(String text) {
        say(text, SayOptions.DEFAULT);
    }

    /**
     * Says a text of the host's own that is still being written. Its turn comes as with {@link #say(String, SayOptions)}, what is
     * written before is kept, and it is spoken as it is written. Until it is complete nothing else is said: someone must call {@link
     * Reply#complete}. It is cancelled if it is cut off or the session ends.
     *
     * @throws IllegalStateException if the session has ended
     */
    Reply say(SayOptions options);

    /** Cuts off the reply that is being made or played, as if the caller had interrupted it. */
    void interrupt();

    /**
     * With {@link SessionOptions.Builder#externalSpeech}: the caller speaks.
     *
     * @throws IllegalStateException if a detector runs
     */
    void speechStarted();

    /**
     * With {@link SessionOptions.Builder#externalSpeech}: the caller fell silent.
     *
     * @param silence how long ago, 0 to 24 h
     * @throws IllegalArgumentException if it is negative or longer
     * @throws IllegalStateException if a detector runs
     */
    void speechEnded(Duration silence);

    /**
     * The dialog so far, oldest first; of replies only what was heard. The last {@code limits.history} contributions are kept, 1,000
     * unless it is set.
     */
    List<Utterance> history();

    /** Input samples dropped so far because they came faster than they were taken; at the rate of the input. */
    long droppedInput();

    /**
     * Completes with the reason when the session has ended, its listener has been told and its recording, if it has one, is written;
     * never exceptionally. A listener or a file that hangs holds it back.
     */
    CompletionStage<CloseReason> closed();

    /** Ends the session. Idempotent; returns at once, from any thread, a listener's or Responder's too. */
    @Override
    void close();
}
