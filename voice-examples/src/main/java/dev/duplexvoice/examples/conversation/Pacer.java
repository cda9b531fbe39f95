package dev.duplexvoice.examples.conversation;

import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Calls back once every 20 ms of a clock, as a sound card would. */
public interface Pacer {

    /** Waits for the end of the current 20 ms, then does the input and output of that moment. */
    void next(Runnable io);

    /** The clock that paces, for the engine. */
    EngineClock clock();

    /** 20 ms of real time. */
    static Pacer real() {
        EngineClock clock = EngineClock.system();
        return new Pacer() {
            private long due = Long.MIN_VALUE;

            @Override
            public void next(Runnable io) {
                due = (due == Long.MIN_VALUE ? clock.nanoTime() : due) + AudioFormat.FRAME_MILLIS * 1_000_000L;
                for (long left = due - clock.nanoTime(); left > 0; left = due - clock.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                io.run();
            }

            @Override
            public EngineClock clock() {
                return clock;
            }
        };
    }

    /** 20 ms of virtual time: as fast as the machine can, the same every time. */
    static Pacer virtual() {
        VirtualClock clock = new VirtualClock();
        Duration frame = Duration.ofMillis(AudioFormat.FRAME_MILLIS);
        return new Pacer() {
            @Override
            public void next(Runnable io) {
                clock.schedule(frame, io);
                clock.advance(frame);
            }

            @Override
            public EngineClock clock() {
                return clock;
            }
        };
    }
}
