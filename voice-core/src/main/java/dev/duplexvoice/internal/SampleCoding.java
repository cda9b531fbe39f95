package dev.duplexvoice.internal;

/** What the two samples before a sample lead one to expect: nothing, the last one, or that the line goes on. */
final class SampleCoding {
    static final int HIGHEST_ORDER = 2;

    private SampleCoding() {}

    static int expected(int order, int last, int before) {
        return switch (order) {
            case 0 -> 0;
            case 1 -> last;
            default -> 2 * last - before;
        };
    }
}
