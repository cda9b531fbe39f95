package dev.duplexvoice.server.security;

/**
 * How often something may happen: at once so many times, and again with each part of a minute that passes.
 *
 * @param perMinute 1 to 100,000,000
 * @param burst at once, 1 to 1,000,000
 */
public record RateLimit(int perMinute, int burst) {
    /** @throws IllegalArgumentException if a value is out of range */
    public RateLimit {
        if (perMinute < 1 || perMinute > 100_000_000) {
            throw new IllegalArgumentException("perMinute=" + perMinute + ": must be 1 to 100000000");
        }
        if (burst < 1 || burst > 1_000_000) {
            throw new IllegalArgumentException("burst=" + burst + ": must be 1 to 1000000");
        }
    }
}
