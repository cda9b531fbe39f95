package dev.duplexvoice.grpc.converse;

import java.util.function.LongSupplier;

/**
 * So much at once and so much a second, as a bucket that fills: what a client may send that the engine has to keep or to act on. Used by
 * one thread at a time.
 */
final class Allowance {
    private final double most;
    private final double perNano;
    private final LongSupplier nanoTime;
    private double left;
    private long at;

    Allowance(long atOnce, long perSecond, LongSupplier nanoTime) {
        this.most = atOnce;
        this.perNano = perSecond / 1e9;
        this.nanoTime = nanoTime;
        this.left = atOnce;
        this.at = nanoTime.getAsLong();
    }

    /** Takes so much; false, and nothing is taken, if that is more than there is. */
    boolean take(long amount) {
        long now = nanoTime.getAsLong();
        left = Math.min(most, left + (now - at) * perNano);
        at = now;
        if (amount > left) {
            return false;
        }
        left -= amount;
        return true;
    }
}
