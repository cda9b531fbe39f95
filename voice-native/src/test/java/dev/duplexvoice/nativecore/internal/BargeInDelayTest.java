package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.time.VirtualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From the first sample of a caller's speech to the pause of the reply, on recordings, with the engine, its clock apart, as it is.
 * The clock is virtual, so that the times are those of windows and ticks, not of this machine.
 */
class BargeInDelayTest {
    private static final int RATE = 16_000;
    private static final int MILLI = RATE / 1_000;
    private static final int LEAD = RATE;
    private static final String TEXT = "This is an answer that is long enough to be interrupted wherever one likes.";

    /** The recording is shifted by these milliseconds against the detector's windows. */
    private static final int[] SHIFTS = {0, 13, 25};
    /** The host has its chunks of 20 ms these milliseconds after a tick of the session. */
    private static final int[] PHASES = {7, 17};

    /** Speech that begins at this sample of the recording, after silence. */
    private record Onset(short[] audio, int at) {}

    @ParameterizedTest
    @ValueSource(strings = {"duplex", "silero"})
    void shouldPauseSoonAfterTheFirstSampleOfSpeech(String detector) throws IOException {
        Path model = detector.equals("silero") ? Fixtures.file("vad/silero_vad.onnx") : null;
        List<Onset> onsets = new ArrayList<>(segments("jfk"));
        onsets.addAll(segments("silero_test"));
        VirtualClock clock = new VirtualClock();
        try (VoiceEngine engine =
                VoiceEngine.builder().clock(clock).detector(detector, model).build()) {
            double[] delays = delays(engine, clock, onsets);
            print(detector + ", labelled segments", delays);
            // For the record: from the first sound, a breath perhaps or an unvoiced consonant, no speech yet to a
            // detector.
            print(detector + ", words by their loudness", delays(engine, clock, digits()));

            assertThat(percentile(delays, 0.95)).isLessThan(120);
        }
    }

    private static double[] delays(VoiceEngine engine, VirtualClock clock, List<Onset> onsets) {
        double[] delays = new double[onsets.size() * SHIFTS.length * PHASES.length];
        int count = 0;
        for (Onset onset : onsets) {
            for (int shift : SHIFTS) {
                for (int phase : PHASES) {
                    delays[count++] = delay(engine, clock, onset, shift, phase);
                }
            }
        }
        Arrays.sort(delays);
        return delays;
    }

    private static double percentile(double[] sorted, double part) {
        return sorted[(int) Math.ceil(sorted.length * part) - 1];
    }

    private static void print(String what, double[] sorted) {
        System.out.printf(
                Locale.ROOT,
                "onset to pause, %s: n %d, p50 %.0f, p95 %.0f, max %.0f ms%n",
                what,
                sorted.length,
                percentile(sorted, 0.5),
                percentile(sorted, 0.95),
                percentile(sorted, 1));
    }

    /** Milliseconds from the onset to the pause. */
    private static double delay(VoiceEngine engine, VirtualClock clock, Onset onset, int shift, int phase) {
        List<SessionEvent> events = new ArrayList<>();
        int start = Math.max(0, onset.at - LEAD);
        int pad = LEAD - (onset.at - start) + shift * MILLI;
        int end = Math.min(onset.audio.length, onset.at + RATE / 2);
        short[] caller = new short[pad + end - start];
        System.arraycopy(onset.audio, start, caller, pad, end - start);
        // The lead is silent: what was said before the onset belongs to another speech.
        Arrays.fill(caller, 0, LEAD + shift * MILLI - 100 * MILLI, (short) 0);
        try (DuplexSession session = engine.open(SessionOptions.builder()
                .listener(events::add)
                .set("interruption.confirmAfter", "60s")
                .build())) {
            session.say(TEXT);
            short[] frame = new short[session.options().output().frameSamples()];
            FrameRing.FrameHeader header = new FrameRing.FrameHeader();
            clock.advance(Duration.ofMillis(phase));
            for (int at = 0; at < caller.length; at += 20 * MILLI) {
                clock.advance(Duration.ofMillis(20));
                session.offerAudio(caller, at, Math.min(20 * MILLI, caller.length - at));
                session.pollAudio(frame, header);
            }
            clock.advance(Duration.ofMillis(100));
        }
        clock.advance(Duration.ZERO);
        double onsetMillis = 1_000 + shift + phase;
        return events.stream()
                .filter(SessionEvent.Paused.class::isInstance)
                .mapToDouble(event -> event.at().toNanos() / 1e6 - onsetMillis)
                .filter(delay -> delay > -100)
                .findFirst()
                .orElse(500);
    }

    private static List<Onset> segments(String name) throws IOException {
        short[] audio = WavFile.read(Fixtures.file("audio/" + name + ".wav")).samples();
        List<Onset> onsets = new ArrayList<>();
        int silentFrom = 0;
        for (String line : Files.readAllLines(Fixtures.file("vad/" + name + ".segments.csv"))) {
            if (!Character.isDigit(line.charAt(0))) {
                continue;
            }
            String[] fields = line.split(",");
            int start = Integer.parseInt(fields[0]);
            if (start - silentFrom > 300 * MILLI) {
                onsets.add(new Onset(audio, start));
            }
            silentFrom = Integer.parseInt(fields[1]);
        }
        return onsets;
    }

    private static List<Onset> digits() throws IOException {
        List<Onset> onsets = new ArrayList<>();
        try (Stream<Path> files =
                Files.list(Fixtures.file("audio/digits/one.wav").getParent())) {
            for (Path file : files.sorted().toList()) {
                short[] audio = WavFile.read(file).samples();
                onsets.add(new Onset(audio, loudFrom(audio)));
            }
        }
        return onsets;
    }

    /** The first 10 ms within 30 dB of the loudest 10 ms of the recording. */
    private static int loudFrom(short[] audio) {
        int block = 10 * MILLI;
        double loudest = 0;
        for (int at = 0; at + block <= audio.length; at += block) {
            loudest = Math.max(loudest, power(audio, at, block));
        }
        for (int at = 0; at + block <= audio.length; at += MILLI) {
            if (power(audio, at, block) > loudest / 1_000) {
                return at;
            }
        }
        return 0;
    }

    private static double power(short[] audio, int at, int samples) {
        double sum = 0;
        for (int i = at; i < at + samples; i++) {
            sum += (double) audio[i] * audio[i];
        }
        return sum;
    }
}
