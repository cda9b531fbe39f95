package dev.duplexvoice.benchmarks.vocoder;

import dev.duplexvoice.VoiceException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * One decoder twice, with the same frames and in turns: ONNX Runtime all at once, the native core whole and in chunks. Both compute on
 * the calling thread, whose processor time is what is measured, so that other work on the machine counts little and for both alike.
 */
final class DecoderRace implements AutoCloseable {
    /** Frames of a chunk that is a session's usual one, and the one that the first samples are timed with. */
    static final int CHUNK = 8;

    /** Both made of values of 1 at most. A quieter waveform would say nothing of how equal they are. */
    private static final double LEAST_PEAK = 0.01;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final LongSupplier CLOCK = THREADS::getCurrentThreadCpuTime;

    private final Subject subject;
    private final double seconds;
    private final int count;
    private final List<Integer> chunks;
    private final GraphDecoder theirs;
    private final StreamedDecoder ours;
    private final List<Round> rounds = new ArrayList<>();
    private double difference;

    /**
     * Nanoseconds of one turn of each.
     *
     * @param chunked ours, for each size of a chunk
     * @param first until ours had its first samples
     */
    record Round(long theirs, long whole, List<Long> chunked, long first) {}

    /**
     * Opens both.
     *
     * @param chunks frames of a chunk, {@link #CHUNK} among them
     */
    DecoderRace(Subject subject, double wantedSeconds, List<Integer> chunks) {
        this.subject = subject;
        this.chunks = chunks;
        int hop = StreamedDecoder.samplesPerFrame(subject);
        this.count = (int) Math.ceil(wantedSeconds * subject.sampleRate() / hop);
        this.seconds = (double) count * hop / subject.sampleRate();
        FloatBuffer frames = subject.frames(count);
        this.ours = new StreamedDecoder(subject, frames, count, CLOCK);
        this.theirs = new GraphDecoder(subject, frames, count);
    }

    /**
     * Runs both until so much time is spent, and a few times in any case.
     *
     * @throws VoiceException if their samples cannot be compared
     */
    void run(double budgetSeconds, int leastRounds, int mostRounds) {
        long end = System.nanoTime() + (long) (budgetSeconds * 1e9);
        compare();
        round(true); // warms up
        for (int i = 0; i < mostRounds && (i < leastRounds || System.nanoTime() < end); i++) {
            rounds.add(round(i % 2 == 0));
        }
    }

    private void compare() {
        FloatBuffer expected = theirs.run();
        double peak = 0;
        for (int chunk : List.of(count, CHUNK)) {
            FloatBuffer given = ours.run(chunk);
            if (given.capacity() != expected.capacity()) {
                throw failed(given.capacity() + " samples in the place of " + expected.capacity());
            }
            for (int i = 0; i < given.capacity(); i++) {
                difference = Math.max(difference, Math.abs(given.get(i) - expected.get(i))); // NaN stays
                peak = Math.max(peak, Math.abs(expected.get(i)));
            }
        }
        if (!(peak >= LEAST_PEAK)) {
            throw failed("its waveform has a peak of " + peak + " only, too little to compare");
        }
    }

    private VoiceException failed(String problem) {
        return new VoiceException(VoiceException.Code.INTERNAL, subject.name() + ": " + problem + "; nothing is timed");
    }

    private Round round(boolean theirsFirst) {
        long theirTime = theirsFirst ? timeTheirs() : 0;
        long whole = timeOurs(count);
        List<Long> chunked = new ArrayList<>();
        long first = 0;
        for (int chunk : chunks) {
            long begin = CLOCK.getAsLong();
            ours.run(chunk);
            chunked.add(CLOCK.getAsLong() - begin);
            if (chunk == CHUNK) {
                first = ours.firstAt() - begin;
            }
        }
        return new Round(theirsFirst ? theirTime : timeTheirs(), whole, chunked, first);
    }

    private long timeTheirs() {
        long begin = CLOCK.getAsLong();
        theirs.run();
        return CLOCK.getAsLong() - begin;
    }

    private long timeOurs(int chunk) {
        long begin = CLOCK.getAsLong();
        ours.run(chunk);
        return CLOCK.getAsLong() - begin;
    }

    Figures figures(String simd) {
        return Figures.of(
                subject.name(), simd, seconds, rounds, chunks, difference, ours.streamBytes(), ours.weightBytes());
    }

    @Override
    public void close() {
        theirs.close();
        ours.close();
    }
}
