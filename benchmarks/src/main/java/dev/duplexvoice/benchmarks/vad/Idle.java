package dev.duplexvoice.benchmarks.vad;

/** No streams: what a benchmark has before it is set up. */
enum Idle implements Windows {
    WINDOWS;

    @Override
    public void begin(int stride) {}

    @Override
    public double advance() {
        return 0;
    }

    @Override
    public float probability(int stream) {
        return 0;
    }

    @Override
    public void close() {}
}
