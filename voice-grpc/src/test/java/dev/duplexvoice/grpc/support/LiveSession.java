package dev.duplexvoice.grpc.support;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SynthesisOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A session that speaks in real time, and what a loudspeaker plays of it. Used by one thread, but for the events. */
public final class LiveSession implements AutoCloseable {
    private static final int FRAME = 960;
    private static final long FRAME_NANOS = 20_000_000;
    /** Behind which the loudspeaker had nothing to play. */
    private static final long LATE_NANOS = 2 * FRAME_NANOS;

    /** Above whatever a test has the voice wait for a worker, so that it is the voice that gives up, and not the session. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final List<SessionEvent> events = new CopyOnWriteArrayList<>();
    private final DuplexSession session;
    private final short[] frame = new short[FRAME];
    private final FrameRing.FrameHeader header = new FrameRing.FrameHeader();
    private short[] audio = new short[1 << 20];
    private int length;
    private long nextAt = System.nanoTime();
    private long lastVoiceAt;
    private long longestGap;

    /** @param voice {@link NumberVoice}, from wherever */
    public LiveSession(VoiceEngine engine, SpeechSynthesizer voice) {
        session = engine.open(SessionOptions.builder()
                .externalSpeech()
                .processing(OutputProcessing.NONE)
                .synthesis(new SynthesisOptions(1, Duration.ofSeconds(1), LONGEST_WAIT))
                .synthesizer(voice)
                .listener(events::add)
                .build());
    }

    /** Forgets what was heard, and speaks. */
    public void say(String text) {
        events.clear();
        length = 0;
        lastVoiceAt = 0;
        longestGap = 0;
        nextAt = System.nanoTime();
        session.say(text);
    }

    /** As a loudspeaker does: a frame every 20 ms, and a pause while there is none. */
    public void listen() {
        long now = System.nanoTime();
        while (now - nextAt >= 0 && session.pollAudio(frame, header) > 0) {
            nextAt = now - nextAt > LATE_NANOS ? now + FRAME_NANOS : nextAt + FRAME_NANOS;
            if (length + FRAME > audio.length) {
                audio = Arrays.copyOf(audio, 2 * audio.length);
            }
            System.arraycopy(frame, 0, audio, length, FRAME);
            length += FRAME;
            boolean isVoice = false;
            for (short sample : frame) {
                isVoice |= sample != 0;
            }
            if (isVoice) {
                longestGap = Math.max(longestGap, lastVoiceAt == 0 ? 0 : now - lastVoiceAt);
                lastVoiceAt = now;
            }
        }
    }

    /** The numbers that were heard, whole or not. */
    public List<NumberVoice.Heard> heard() {
        return NumberVoice.heard(Arrays.copyOf(audio, length));
    }

    /** The longest time between two frames with voice in them, in nanoseconds. */
    public long longestGapNanos() {
        return longestGap;
    }

    public DuplexSession session() {
        return session;
    }

    /** Errors that the session told of. */
    public List<SessionEvent.Failed> failures() {
        return of(SessionEvent.Failed.class);
    }

    /** Replies that are over. */
    public List<SessionEvent.ReplyFinished> finished() {
        return of(SessionEvent.ReplyFinished.class);
    }

    private <T> List<T> of(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void close() {
        session.close();
    }
}
