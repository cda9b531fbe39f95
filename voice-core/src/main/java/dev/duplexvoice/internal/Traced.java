package dev.duplexvoice.internal;

import dev.duplexvoice.telemetry.TraceContext;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Runs what is not the engine's own within a trace, so that its spans and log lines belong there. Costs nothing if nobody traces. */
final class Traced {
    private Traced() {}

    /** An executor whose tasks run within this. */
    static Executor executor(TraceContext trace, Executor executor) {
        return trace == TraceContext.NONE ? executor : task -> executor.execute(() -> run(trace, null, task));
    }

    /** @param turnId the turn of a conversation; null for the whole */
    static void run(TraceContext trace, @Nullable String turnId, Runnable task) {
        TraceContext.Scope scope = trace.enter(turnId);
        try {
            task.run();
        } finally {
            scope.close();
        }
    }
}
