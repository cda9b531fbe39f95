package dev.duplexvoice.server.internal.socket;

import java.util.concurrent.atomic.LongAdder;

/** What {@link dev.duplexvoice.server.SocketStats} tells. */
final class Counters {
    final LongAdder opened = new LongAdder();
    final LongAdder resumed = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder slow = new LongAdder();
    final LongAdder abusive = new LongAdder();
    final LongAdder bad = new LongAdder();
    final LongAdder wrongSequence = new LongAdder();
    final LongAdder tooFast = new LongAdder();
    final LongAdder vanished = new LongAdder();
}
