package dev.duplexvoice.server.internal.socket;

import java.util.function.LongSupplier;

/** So much at once and so much a second, as a bucket that fills. Used by one thread at a time. */
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
        fill();
        if (amount > left) {
            return false;
        }
        left -= amount;
        return true;
    }

    /** Takes it though it may not be there: what follows waits the longer. */
    void spend(long amount) {
        fill();
        left -= amount;
    }

    /** How long until there is so much; 0 if there is. More than fits at once is there when it is full. */
    long nanosUntil(long amount) {
        fill();
        double missing = Math.min(amount, most) - left;
        return missing <= 0 ? 0 : (long) Math.ceil(missing / perNano);
    }

    private void fill() {
        long now = nanoTime.getAsLong();
        left = Math.min(most, left + (now - at) * perNano);
        at = now;
    }
}
