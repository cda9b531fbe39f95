package dev.duplexvoice.examples.loadtest;

/**
 * A run.
 *
 * @param sessions how many at once
 * @param seconds measured
 * @param warmup seconds before that, not counted: the compiler is at work
 * @param callSeconds how long a line's conversation lasts until the caller hangs up and the next one calls; 0 for as long as the
 *     run
 * @param loops audio loops
 * @param feeders threads that put audio in and take it out
 * @param quiet whether the callers fall silent afterwards, to tell what a frame costs without events
 * @param seed where the callers begin
 * @param telemetry what the run tells an operator
 */
public record LoadPlan(
        int sessions,
        int seconds,
        int warmup,
        int callSeconds,
        int loops,
        int feeders,
        boolean quiet,
        long seed,
        TelemetryKind telemetry) {
    /** More than any machine holds; a limit for typing errors. */
    public static final int MOST_SESSIONS = 100_000;

    /** @throws IllegalArgumentException if a value is out of range */
    public LoadPlan {
        inRange("sessions", sessions, 1, MOST_SESSIONS);
        inRange("seconds", seconds, 1, 86_400);
        inRange("warmup", warmup, 0, 3_600);
        inRange("call", callSeconds, 0, 86_400);
        inRange("loops", loops, 1, 256);
        inRange("feeders", feeders, 1, 256);
    }

    private static void inRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + "=" + value + ": must be " + least + " to " + most);
        }
    }

    /** The same with other sessions and warm-up. */
    public LoadPlan with(int otherSessions, int otherWarmup) {
        return new LoadPlan(otherSessions, seconds, otherWarmup, callSeconds, loops, feeders, quiet, seed, telemetry);
    }

    /** The same with another time. */
    LoadPlan withSeconds(int other) {
        return new LoadPlan(sessions, other, warmup, callSeconds, loops, feeders, quiet, seed, telemetry);
    }

    /** The same with other telemetry. */
    LoadPlan with(TelemetryKind other) {
        return new LoadPlan(sessions, seconds, warmup, callSeconds, loops, feeders, quiet, seed, other);
    }
}
