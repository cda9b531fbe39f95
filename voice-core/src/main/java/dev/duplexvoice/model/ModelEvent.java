package dev.duplexvoice.model;

import java.time.Duration;

/** Something that happened to a model. Times are durations since the manager was built, on its clock. */
public sealed interface ModelEvent {

    /** When it happened. */
    Duration at();

    /** The model. */
    String modelId();

    /** Its load waits for room or for its turn. */
    record Queued(Duration at, String modelId) implements ModelEvent {}

    /** Its load begins. */
    record Loading(Duration at, String modelId) implements ModelEvent {}

    /** It was loaded. */
    record Loaded(Duration at, String modelId, Duration took) implements ModelEvent {}

    /** It was used for the first time and is ready. Without a warm-up this is not told. */
    record WarmedUp(Duration at, String modelId, Duration took) implements ModelEvent {}

    /** Its load or warm-up failed; all who waited for it were told. */
    record LoadFailed(Duration at, String modelId, Duration took, Throwable cause) implements ModelEvent {}

    /**
     * A lease was given.
     *
     * @param leases how many there are with it
     * @param waited since it was asked for
     */
    record Leased(Duration at, String modelId, String holder, int leases, Duration waited) implements ModelEvent {}

    /**
     * A lease was closed.
     *
     * @param leases how many are left
     * @param held since it was given
     */
    record Released(Duration at, String modelId, String holder, int leases, Duration held) implements ModelEvent {}

    /** Somebody who asked for it, or for its unloading, was refused. */
    record Refused(Duration at, String modelId, String message) implements ModelEvent {}

    /** It goes when its leases are closed. */
    record Draining(Duration at, String modelId, UnloadReason reason, int leases) implements ModelEvent {}

    /**
     * It was closed, and its room is free.
     *
     * @param resident since it was ready; zero if it never was
     */
    record Unloaded(Duration at, String modelId, UnloadReason reason, Duration resident) implements ModelEvent {}

    /** It threw when it was closed. It counts as closed, and {@link Unloaded} follows. */
    record CloseFailed(Duration at, String modelId, Throwable cause) implements ModelEvent {}
}
