package dev.duplexvoice.telemetry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Told by the engine, and by what belongs to it, what happened and how long it took. All methods do nothing by default. Durations are in
 * nanoseconds.
 *
 * <p>Threads: {@link #on} is called by one thread at a time, one of its own: see {@link TelemetryDispatcher}. So it may take its time,
 * and one that blocks holds up nobody; what it cannot keep up with is left out. With a virtual clock it is called at once, on the thread
 * that drives the clock.
 *
 * <p>All other methods are called where it happens, by several threads at once. {@link #tick}, {@link #frameEmitted}, {@link #frameStarved}
 * and {@link #framesRefused} are called on an audio loop, up to 50 times a second for each session, {@code framesRefused} also by the host's
 * thread that puts audio in: they must not block, lock or allocate. A {@link LatencyRecorder} for each thread, or atomic counters, do.
 *
 * <p>The engine wraps what it is given in {@link #guarded}: what is thrown hurts nobody.
 */
public interface VoiceTelemetry {

    /** Something happened. */
    default void on(TelemetryEvent event) {}

    /**
     * How long events may wait so that several are told together: to wake a thread for each one costs more than most telemetries do with
     * it. Asked once, when an engine is built; 0 to 1 s counts. None by default.
     */
    default Duration patience() {
        return Duration.ZERO;
    }

    /**
     * A session's tick was over this long after it was due, whether it put a frame out or not: what the loop did before it and in
     * it is counted. Ticks that a loop leaves out because it was away too long are not told.
     */
    default void tick(long latenessNanos) {}

    /** A frame was put out this long after it was due. */
    default void frameEmitted(long latenessNanos) {}

    /**
     * A frame of a reply was due and not there, after its first: the caller hears a gap because the synthesizer is late. Text that is
     * late is not counted.
     */
    default void frameStarved(String sessionId) {}

    /**
     * Input frames of 20 ms were dropped because they were not taken in time, or an output frame waits because the host does not take
     * the ones before it.
     */
    default void framesRefused(boolean input, int frames) {}

    /**
     * A conversation begins. Called on the thread that opens it, so that what is current there can be its parent, and before anything is told
     * of it; must not block. If it cannot be opened, that is all.
     *
     * @param at when
     * @return what the conversation's {@link SessionInfo#trace} will be
     */
    default TraceContext conversation(String sessionId, long at) {
        return TraceContext.NONE;
    }

    /**
     * A worker was given a text by a client. Called on the thread that the text came with, so that what is current there can be the parent;
     * must not block.
     *
     * @param at when
     * @return what {@link ServiceEvent.Synthesized#trace} will be
     */
    default TraceContext synthesis(String sessionId, long at) {
        return TraceContext.NONE;
    }

    /**
     * A client asks for something over a protocol with headers, HTTP for one. Called on the thread that the request came with; must not block.
     *
     * @param headers gives the value of a header by its name in any case, null if there is none
     * @return what the request belongs to: what is current on the thread, or else what was going on at the client, {@code traceparent} for
     *     one; to be entered where that is begun which was asked for, on whatever thread. NONE if there is nothing, or it cannot be read
     */
    default TraceContext request(Function<String, @Nullable String> headers) {
        return TraceContext.NONE;
    }

    /** A server has this many connections more, or fewer. */
    default void connections(String transport, int change) {}

    /** A server sent a message of this type, {@code AudioFrame} for one. */
    default void messageSent(String type) {}

    /** A server took a message of this type, and was busy with it for this long. */
    default void messageReceived(String type, long nanos) {}

    /** Tells nobody. */
    static VoiceTelemetry disabled() {
        return DisabledTelemetry.INSTANCE;
    }

    /** The same, except that what it throws is logged once for each method and kept from the engine. */
    static VoiceTelemetry guarded(VoiceTelemetry telemetry) {
        return telemetry instanceof GuardedTelemetry || telemetry == DisabledTelemetry.INSTANCE
                ? telemetry
                : new GuardedTelemetry(telemetry);
    }

    /**
     * Tells all of them, in this order. In an engine each has a thread of its own, so none waits for another. Of several that trace the
     * first does.
     */
    static VoiceTelemetry of(VoiceTelemetry... telemetries) {
        List<VoiceTelemetry> parts = new ArrayList<>();
        for (VoiceTelemetry telemetry : telemetries) {
            parts.addAll(SeveralTelemetries.parts(telemetry));
        }
        return switch (parts.size()) {
            case 0 -> disabled();
            case 1 -> parts.get(0);
            default -> new SeveralTelemetries(parts);
        };
    }
}
