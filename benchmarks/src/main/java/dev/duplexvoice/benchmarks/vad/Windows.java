package dev.duplexvoice.benchmarks.vad;

/**
 * Streams of one detector that advance together, one window each.
 *
 * <p>All streams hear the same recording, which goes round for ever; each may begin at another window of it.
 */
interface Windows extends AutoCloseable {
    /** Samples of a window. */
    int SAMPLES = 512;

    /** Makes all states as new; the next window of stream {@code i} is number {@code i * stride}. */
    void begin(int stride);

    /** Advances every stream by a window and returns the sum of the probabilities. */
    double advance();

    /** The probability of a stream's last window. */
    float probability(int stream);

    @Override
    void close();

    /**
     * Checks the probabilities from the beginning of the recording on, in every stream.
     *
     * @param expected of each window
     * @param most windows of all streams together, so that many streams take no longer than one
     * @return the largest difference
     */
    static double difference(Windows windows, int streams, float[] expected, int most) {
        windows.begin(0);
        int count = Math.max(1, Math.min(expected.length, most / streams));
        double largest = 0;
        for (int w = 0; w < count; w++) {
            windows.advance();
            for (int i = 0; i < streams; i++) {
                double difference = Math.abs(windows.probability(i) - expected[w]);
                // Not Math.max alone: a NaN must count.
                largest = difference <= largest ? largest : difference;
            }
        }
        return largest;
    }
}
