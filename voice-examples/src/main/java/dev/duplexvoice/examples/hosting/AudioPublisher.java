package dev.duplexvoice.examples.hosting;

import dev.duplexvoice.AudioSink;
import dev.duplexvoice.CloseReason;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

/**
 * A session's output as a reactive stream of what a transport has to do. A subscriber that asks for little slows the synthesizer
 * down, not the process: the publisher waits, then the session's output is full, then nothing more is synthesised.
 */
public final class AudioPublisher implements AudioSink, Flow.Publisher<AudioPublisher.Item> {

    /** What the transport has to do. */
    public sealed interface Item {}

    /** Play this; it belongs at this place of the output, in samples. */
    public record Frame(short[] samples, long position) implements Item {}

    /** Drop what was not played: the caller interrupted. */
    public record Flush() implements Item {}

    private final SubmissionPublisher<Item> publisher;

    /**
     * A publisher for one session.
     *
     * @param executor calls the subscribers
     * @param frames how many frames of 20 ms may wait for a subscriber
     */
    public AudioPublisher(Executor executor, int frames) {
        publisher = new SubmissionPublisher<>(executor, frames);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Item> subscriber) {
        publisher.subscribe(subscriber);
    }

    @Override
    public void frame(short[] samples, int length, long position) {
        publisher.submit(new Frame(Arrays.copyOf(samples, length), position));
    }

    @Override
    public void flush() {
        publisher.submit(new Flush());
    }

    @Override
    public void closed(CloseReason reason) {
        publisher.close();
    }
}
