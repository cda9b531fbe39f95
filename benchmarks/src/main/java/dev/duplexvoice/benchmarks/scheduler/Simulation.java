package dev.duplexvoice.benchmarks.scheduler;

import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderDevice;
import dev.duplexvoice.tts.VocoderOptions;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Sessions that share a device, on a virtual clock: the scheduler is the one that computes for real, only the device is not there.
 *
 * @param times of the device
 * @param sessions that speak a reply of 2 to 6 s, are silent for as long on average, and so on
 * @param burst further sessions that all begin a reply in the same instant, in the middle
 * @param seconds that count, after five that do not
 * @param maxBatch streams of a batch
 * @param maxFrames of a stream in a batch
 */
record Simulation(
        String name, KernelTimes times, int sessions, int burst, int seconds, int maxBatch, int maxFrames, long seed) {
    private static final Duration LEAD = Duration.ofSeconds(5);
    private static final double MEAN_PAUSE_SECONDS = 4;

    /** With batches as large as the GPU's are by default. */
    static Simulation of(String name, KernelTimes times, int sessions, int burst, int seconds) {
        return new Simulation(name, times, sessions, burst, seconds, Math.min(1024, sessions + burst), 16, 1);
    }

    /**
     * From one session to the most; then a device with a fifth of room, a burst on top of that, and a fifth too much.
     */
    static List<Simulation> loads(KernelTimes times, int most, int seconds) {
        List<Simulation> loads = new ArrayList<>();
        for (int sessions = 1; sessions <= most; sessions *= 10) {
            loads.add(of(count(sessions), times, sessions, 0, seconds));
        }
        // What it can bear costs much to simulate, and is the same in small: a device that is as many times slower.
        int sessions = Math.min(1_000, most);
        KernelTimes slow = slowed(times, sessions);
        loads.add(of("80 % of all frames", slow, sessions, 0, seconds));
        loads.add(of("and 20 % more begin at once", slow, sessions, sessions / 5, seconds));
        loads.add(of("120 % of all frames", slow, sessions * 3 / 2, 0, seconds));
        return loads;
    }

    private static String count(int sessions) {
        return sessions == 1 ? "1 session" : String.format(Locale.ROOT, "%,d sessions", sessions);
    }

    /** A device of the same kind, for which the frames of so many sessions, of which half speak, are 80 % of all that it can make. */
    private static KernelTimes slowed(KernelTimes times, int sessions) {
        int frames = 1024 * 16;
        double framesPerSecond = frames / (times.nanos(frames) / 1e9);
        double needed = sessions * 0.5 * SimulatedVocoder.RATE / SimulatedVocoder.HOP / 0.8;
        double factor = framesPerSecond / needed;
        return some ->
                Math.round(times.nanos(1) + Math.max(0, times.nanos(some) - times.nanos(1)) * Math.max(1, factor));
    }

    Outcome run(Policy policy) {
        VirtualClock clock = new VirtualClock();
        SimulatedDevice device = new SimulatedDevice(clock, times, sessions + burst, maxBatch, maxFrames);
        Figures figures = new Figures();
        SplittableRandom random = new SplittableRandom(seed);
        VocoderOptions options = VocoderOptions.of(VocoderDevice.CUDA).withStreams(sessions + burst);
        FloatBuffer frames = FloatBuffer.allocate(maxFrames);
        FloatBuffer samples =
                FloatBuffer.allocate((maxFrames + SimulatedVocoder.LOOK_AHEAD_FRAMES) * SimulatedVocoder.HOP);
        try (Vocoder vocoder = Vocoder.scheduled(device, new SimulatedVocoder(), options, clock)) {
            vocoder.telemetry(figures);
            List<Listener> listeners = new ArrayList<>();
            for (int i = 0; i < sessions + burst; i++) {
                listeners.add(new Listener(
                        clock, vocoder.newStream(null), policy, figures, random.split(), maxFrames, frames, samples));
            }
            for (int i = 0; i < sessions; i++) {
                listeners.get(i).converse(MEAN_PAUSE_SECONDS);
            }
            for (int i = 0; i < burst; i++) {
                listeners.get(sessions + i).speakAt(LEAD.plusSeconds(seconds / 2));
            }
            clock.advance(LEAD);
            figures.begin();
            long busyBefore = device.busy;
            clock.advance(Duration.ofSeconds(seconds));
            double share = (device.busy - busyBefore) / (seconds * 1e9);
            return outcome(policy, figures, share);
        }
    }

    private Outcome outcome(Policy policy, Figures figures, double share) {
        return new Outcome(
                name,
                policy,
                sessions + burst,
                figures.playedNanos / (seconds * 1e9),
                share,
                figures.first.snapshot(),
                figures.waits.snapshot(),
                figures.replies,
                figures.gaps,
                figures.gapNanos / 1e6,
                figures.longestGap / 1e6,
                figures.late,
                figures.streams,
                figures.batches == 0 ? 0 : (double) figures.streams / figures.batches);
    }
}
