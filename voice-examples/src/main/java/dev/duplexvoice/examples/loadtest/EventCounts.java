package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionListener;
import java.util.concurrent.atomic.LongAdder;

/** Counts the events of all sessions. */
final class EventCounts implements SessionListener {
    private final LongAdder all = new LongAdder();
    private final LongAdder turns = new LongAdder();
    private final LongAdder replies = new LongAdder();
    private final LongAdder paused = new LongAdder();
    private final LongAdder resumed = new LongAdder();
    private final LongAdder interrupted = new LongAdder();
    private final LongAdder errors = new LongAdder();

    @Override
    public void on(SessionEvent event) {
        all.increment();
        if (event instanceof SessionEvent.TurnEnded) {
            turns.increment();
        } else if (event instanceof SessionEvent.FirstAudio) {
            replies.increment();
        } else if (event instanceof SessionEvent.Paused) {
            paused.increment();
        } else if (event instanceof SessionEvent.Resumed) {
            resumed.increment();
        } else if (event instanceof SessionEvent.Interrupted) {
            interrupted.increment();
        } else if (event instanceof SessionEvent.Failed) {
            errors.increment();
        }
    }

    Counts counts() {
        return new Counts(
                all.sum(), turns.sum(), replies.sum(), paused.sum(), resumed.sum(), interrupted.sum(), errors.sum());
    }
}
