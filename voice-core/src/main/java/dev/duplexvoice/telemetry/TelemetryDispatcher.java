package dev.duplexvoice.telemetry;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events over to a telemetry, so that whoever tells them, an audio loop for one, never waits: each telemetry of {@link
 * VoiceTelemetry#of} is called on a thread of its own and may be {@link #CAPACITY} events behind. What comes beyond that is left out and
 * counted, and the telemetry is told with {@link ServiceEvent.EventsLost} as soon as it takes events again. Calls that are no events are
 * passed on where they are made. What a telemetry throws is kept from the caller. Thread-safe.
 */
public final class TelemetryDispatcher implements VoiceTelemetry, AutoCloseable {
    /** Events that may wait for one telemetry: some seconds of a thousand lively conversations, a few MB. */
    public static final int CAPACITY = 16_384;

    private static final Logger LOG = LoggerFactory.getLogger(TelemetryDispatcher.class);
    private static final int PATIENCE_SECONDS = 2;
    private static final Duration LONGEST_NAP = Duration.ofSeconds(1);

    private final VoiceTelemetry direct;
    private final List<Lane> lanes = new ArrayList<>();

    /** One telemetry's events, and its thread. */
    private static final class Lane extends Thread {
        private final VoiceTelemetry telemetry;
        private final long napNanos;
        private final Queue<TelemetryEvent> events = new ConcurrentLinkedQueue<>();
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicLong lost = new AtomicLong();
        private long told;
        private boolean warned;
        private volatile boolean idle;
        private volatile boolean closed;

        Lane(VoiceTelemetry telemetry, int number) {
            super("voice-telemetry-" + number);
            this.telemetry = VoiceTelemetry.guarded(telemetry);
            Duration patience = this.telemetry.patience();
            this.napNanos = patience.isNegative()
                    ? 0
                    : patience.compareTo(LONGEST_NAP) > 0 ? LONGEST_NAP.toNanos() : patience.toNanos();
            setDaemon(true);
        }

        void offer(TelemetryEvent event) {
            if (closed) {
                // Nobody is told any more.
                return;
            }
            if (waiting.incrementAndGet() > CAPACITY) {
                waiting.decrementAndGet();
                lost.incrementAndGet();
                return;
            }
            events.add(event);
            // The event must be there before the idle one is looked for: else both could miss each other.
            VarHandle.fullFence();
            if (idle) {
                idle = false;
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            while (true) {
                TelemetryEvent event = next();
                if (event == null) {
                    return;
                }
                waiting.decrementAndGet();
                tellLost(event.at());
                telemetry.on(event);
                // An interrupt was meant for what the telemetry waited for, if for anything.
                Thread.interrupted();
            }
        }

        /** Null at the end. */
        private @org.jspecify.annotations.Nullable TelemetryEvent next() {
            boolean rested = napNanos == 0;
            while (true) {
                TelemetryEvent event = events.poll();
                if (event != null) {
                    return event;
                }
                if (!rested && !closed) {
                    // Events come in bursts. Who tells one meanwhile wakes nobody.
                    LockSupport.parkNanos(this, napNanos);
                    rested = true;
                    continue;
                }
                idle = true;
                VarHandle.fullFence();
                event = events.poll();
                if (event != null) {
                    idle = false;
                    return event;
                }
                if (closed) {
                    return null;
                }
                LockSupport.park(this);
                idle = false;
            }
        }

        private void tellLost(long at) {
            long all = lost.get();
            if (all == told) {
                return;
            }
            long count = all - told;
            told = all;
            if (!warned) {
                warned = true;
                LOG.atWarn()
                        .addKeyValue("events", count)
                        .log(
                                "Telemetry is too slow: events are left out. It is told how many; this is not logged again");
            }
            telemetry.on(new ServiceEvent.EventsLost(at, count));
        }

        void end() {
            closed = true;
            LockSupport.unpark(this);
        }
    }

    /**
     * Starts the threads.
     *
     * @param inline whether events are told at once on the calling thread instead, as on a virtual clock
     */
    public TelemetryDispatcher(VoiceTelemetry telemetry, boolean inline) {
        List<VoiceTelemetry> parts = SeveralTelemetries.parts(telemetry);
        direct = VoiceTelemetry.guarded(VoiceTelemetry.of(parts.toArray(new VoiceTelemetry[0])));
        if (!inline) {
            for (VoiceTelemetry part : parts) {
                Lane lane = new Lane(part, lanes.size() + 1);
                lanes.add(lane);
                lane.start();
            }
        }
    }

    /** Events that were left out so far, of all telemetries together. */
    public long lost() {
        return lanes.stream().mapToLong(lane -> lane.lost.get()).sum();
    }

    @Override
    public void on(TelemetryEvent event) {
        if (lanes.isEmpty()) {
            direct.on(event);
            return;
        }
        for (int i = 0; i < lanes.size(); i++) {
            lanes.get(i).offer(event);
        }
    }

    @Override
    public TraceContext conversation(String sessionId, long at) {
        return direct.conversation(sessionId, at);
    }

    @Override
    public TraceContext synthesis(String sessionId, long at) {
        return direct.synthesis(sessionId, at);
    }

    @Override
    public TraceContext request(Function<String, @Nullable String> headers) {
        return direct.request(headers);
    }

    @Override
    public void tick(long latenessNanos) {
        direct.tick(latenessNanos);
    }

    @Override
    public void frameEmitted(long latenessNanos) {
        direct.frameEmitted(latenessNanos);
    }

    @Override
    public void frameStarved(String sessionId) {
        direct.frameStarved(sessionId);
    }

    @Override
    public void framesRefused(boolean input, int frames) {
        direct.framesRefused(input, frames);
    }

    @Override
    public void connections(String transport, int change) {
        direct.connections(transport, change);
    }

    @Override
    public void messageSent(String type) {
        direct.messageSent(type);
    }

    @Override
    public void messageReceived(String type, long nanos) {
        direct.messageReceived(type, nanos);
    }

    /** Takes no more events, and waits up to 2 s for those that wait to be told; then interrupts. Idempotent. */
    @Override
    public void close() {
        lanes.forEach(Lane::end);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Lane lane : lanes) {
            if (lane == Thread.currentThread()) {
                continue;
            }
            try {
                long millis = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                lane.join(Math.max(1, millis));
                if (lane.isAlive()) {
                    lane.interrupt();
                }
            } catch (InterruptedException e) {
                lane.interrupt();
                Thread.currentThread().interrupt();
            }
        }
    }
}
