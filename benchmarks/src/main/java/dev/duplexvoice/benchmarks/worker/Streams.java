package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Many streams at once, each read a frame every 20 ms: how much later than it was due a frame was there. */
final class Streams {
    private static final int FRAME = 960;
    private static final long PERIOD = 20_000_000;
    /** Sessions begin within this time, as callers do. */
    private static final int BEGIN_PERIODS = 50;

    /** Frames that were not there when the reader came for them. */
    int missed;

    final Sample lateness;

    Streams(int streams, int seconds) throws InterruptedException {
        long[] late = new long[streams * seconds * 50];
        int frames = 0;
        List<SynthesisStream> running = new ArrayList<>();
        try (VoiceEngine engine = PreparedVoices.engine();
                SpeechWorker worker = SpeechWorker.builder(engine)
                        .port(0)
                        .maxSessions(streams + 10)
                        .start();
                RemoteSynthesizer voice =
                        RemoteSynthesizer.builder("127.0.0.1:" + worker.port()).build()) {
            long[] due = new long[streams];
            short[][] frame = new short[streams][FRAME];
            int[] filled = new int[streams];
            long begun = System.nanoTime();
            for (int i = 0; i < streams; i++) {
                due[i] = begun + BEGIN_PERIODS * PERIOD * (i + 1) / streams;
                await(due[i]);
                running.add(voice.start(SynthesisRequest.of("A minute."), () -> {}));
                // The first frame is played when there is a little more than it.
                due[i] += 5 * PERIOD;
            }
            while (frames < late.length) {
                int next = 0;
                for (int i = 1; i < streams; i++) {
                    next = due[i] < due[next] ? i : next;
                }
                await(due[next]);
                boolean first = true;
                while (filled[next] < FRAME) {
                    int read = running.get(next).read(frame[next], filled[next], FRAME - filled[next]);
                    if (read < 0) {
                        throw new IllegalStateException("stream " + next + " has ended");
                    }
                    if (read == 0) {
                        missed += first ? 1 : 0;
                        first = false;
                        Thread.onSpinWait();
                    }
                    filled[next] += read;
                }
                late[frames++] = System.nanoTime() - due[next];
                filled[next] = 0;
                due[next] += PERIOD;
            }
            running.forEach(SynthesisStream::close);
        }
        lateness = new Sample(Arrays.copyOf(late, frames));
    }

    private static void await(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
