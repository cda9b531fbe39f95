package dev.duplexvoice.server.support;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/** A voice that makes as many reads of audio as it is allowed to, and then waits. */
public final class LatchedVoice implements SpeechSynthesizer {
    public static final int RATE = 16_000;

    /** Reads that it may answer. */
    public final Semaphore reads = new Semaphore(0);

    /** What it was given. */
    public final BlockingQueue<SynthesisRequest> requests = new LinkedBlockingQueue<>();

    public final CountDownLatch cancelled = new CountDownLatch(1);

    /** Reads of each text; endless if negative. */
    public volatile int length = 3;

    /** Whether a text fails instead of ending. */
    public volatile boolean fails;

    /** Whether a read that is not allowed says so, instead of waiting. */
    public volatile boolean never;

    @Override
    public String voice() {
        return "latched";
    }

    @Override
    public int sampleRate() {
        return RATE;
    }

    @Override
    public int maxTextLength() {
        return 1_000;
    }

    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        requests.add(request);
        return new SynthesisStream() {
            private int made;
            private volatile boolean ended;

            @Override
            public int read(short[] buffer, int offset, int wanted) {
                if (never) {
                    return 0;
                }
                reads.acquireUninterruptibly();
                if (ended || length >= 0 && made >= length) {
                    if (fails) {
                        throw new VoiceException(VoiceException.Code.SYNTHESIS, "the voice broke");
                    }
                    return END;
                }
                made++;
                for (int i = 0; i < wanted; i++) {
                    buffer[offset + i] = (short) (1_000 + made);
                }
                return wanted;
            }

            @Override
            public List<WordTiming> words() {
                return List.of();
            }

            @Override
            public void cancel() {
                ended = true;
                cancelled.countDown();
            }

            @Override
            public void close() {
                ended = true;
            }
        };
    }

    @Override
    public void close() {}
}
