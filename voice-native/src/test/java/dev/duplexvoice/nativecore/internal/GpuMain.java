package dev.duplexvoice.nativecore.internal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderDevice;
import dev.duplexvoice.tts.VocoderOptions;
import dev.duplexvoice.tts.VocoderStream;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VadDevice;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/** Detectors that are to compute on a GPU, in a process whose environment says what becomes of it. Prints what happened. */
final class GpuMain {
    private static final int CALLERS = 4;
    private static final int WINDOW = 512;
    private static final int WINDOWS = 60;

    private GpuMain() {}

    public static void main(String[] args) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.detachAndStopAllAppenders();
        root.setLevel(Level.INFO);
        root.addAppender(log);
        try {
            switch (args[0]) {
                case "batch" -> batch();
                case "session" -> session();
                case "default" -> byEnvironment();
                case "vocoder" -> vocoder(Path.of(args[1]), Integer.parseInt(args[2]));
                default -> throw new IllegalArgumentException(args[0]);
            }
        } catch (VoiceException e) {
            System.out.println("exception " + e.code() + " " + e.getMessage());
        }
        for (ILoggingEvent event : log.list) {
            System.out.println(event.getLevel() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs());
        }
        System.out.println("live " + NativeHandle.live());
    }

    /** Two streams in turns, and the same on the CPU. */
    private static void vocoder(Path model, int frames) {
        NativeVoiceProvider provider = new NativeVoiceProvider();
        try (Vocoder cpu = Objects.requireNonNull(provider.openVocoder(model));
                Vocoder gpu = Objects.requireNonNull(provider.openVocoder(
                        model, VocoderOptions.of(VocoderDevice.CUDA).withStreams(2)))) {
            gpu.telemetry(telling());
            System.out.println("opened " + gpu.device() + " " + gpu.problem());
            SplittableRandom random = new SplittableRandom(4);
            FloatBuffer input = VocoderRun.direct(new float[cpu.channels() * frames]);
            for (int i = 0; i < input.capacity(); i++) {
                input.put(i, (float) random.nextGaussian());
            }
            try (VocoderStream one = cpu.newStream(null);
                    VocoderStream other = gpu.newStream(null)) {
                float[] expected = VocoderRun.speak(cpu, one, input, frames, frames, frames);
                for (int round = 0; round < 2; round++) {
                    float[] given = VocoderRun.speak(gpu, other, input, frames, frames, 4);
                    System.out.println("clear " + (VocoderRun.decibels(expected, given) > 50));
                }
            }
            try (VocoderStream later = gpu.newStream(null)) {
                System.out.println("later " + later.getClass().getSimpleName());
            }
            System.out.println("ended " + gpu.device() + " " + gpu.problem());
        }
        // The scheduler's thread frees them.
        for (int i = 0; i < 1_000 && NativeHandle.live() > 0; i++) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static void byEnvironment() {
        try (VoiceActivityDetector detector = new NativeVoiceProvider().openDetector("duplex", null, 16_000)) {
            System.out.println("device " + detector.device());
        }
    }

    /** What an engine would be told of a detector. */
    private static VoiceTelemetry telling() {
        return new VoiceTelemetry() {
            @Override
            public void on(TelemetryEvent event) {
                if (event instanceof ServiceEvent.FellBack fellBack) {
                    System.out.println("told " + fellBack.component() + " " + fellBack.reason());
                }
            }
        };
    }

    /** Two detectors, the second opened once the first is through. */
    private static void batch() {
        float worst = 0;
        for (int round = 0; round < 2; round++) {
            try (VoiceActivityDetector detector =
                            new NativeVoiceProvider().openDetector("duplex", null, 16_000, VadDevice.CUDA);
                    VoiceActivityDetector reference = new NativeVoiceProvider().openDetector("duplex", null, 16_000)) {
                System.out.println("opened " + detector.device());
                detector.telemetry(telling());
                worst = Math.max(worst, differences(detector, reference));
                System.out.println("ended " + detector.device());
            }
        }
        System.out.println("worst " + worst);
    }

    /** The largest difference from the CPU, whose callers begin anew where the GPU's had to. */
    private static float differences(VoiceActivityDetector detector, VoiceActivityDetector reference) {
        float worst = 0;
        try (VadBatch batch = detector.newBatch(CALLERS);
                VadBatch cpu = reference.newBatch(CALLERS)) {
            for (int i = 0; i < CALLERS; i++) {
                batch.acquire();
                cpu.acquire();
            }
            short[][] audio = new short[CALLERS][];
            for (int i = 0; i < CALLERS; i++) {
                audio[i] = Signals.babble(i, 16_000, WINDOWS * WINDOW);
            }
            VadDevice before = detector.device();
            for (int w = 0; w < WINDOWS; w++) {
                if (w == WINDOWS / 2) {
                    batch.reset(1);
                    cpu.reset(1);
                }
                // One submits before the reset of another, whose failure must not lose the window.
                for (int i = 0; i < CALLERS; i++) {
                    batch.submit(i, audio[i], w * WINDOW);
                    if (i == 2 && w == WINDOWS / 2 + 3) {
                        batch.reset(3);
                        cpu.reset(3);
                    }
                }
                if (batch.run() != CALLERS) {
                    throw new AssertionError("windows are missing");
                }
                if (detector.device() != before) {
                    before = detector.device();
                    System.out.println("fell back at window " + w);
                    for (int i = 0; i < CALLERS; i++) {
                        cpu.reset(i);
                    }
                }
                for (int i = 0; i < CALLERS; i++) {
                    cpu.submit(i, audio[i], w * WINDOW);
                }
                cpu.run();
                for (int i = 0; i < CALLERS; i++) {
                    worst = Math.max(worst, Math.abs(batch.probability(i) - cpu.probability(i)));
                }
            }
        }
        return worst;
    }

    /** Two sessions of one audio loop, through the failure and on. */
    private static void session() {
        VirtualClock clock = new VirtualClock();
        List<SessionEvent> events = new ArrayList<>();
        long[] windows = new long[1];
        VoiceActivityDetector detector = new NativeVoiceProvider().openDetector("duplex", null, 16_000, VadDevice.CUDA);
        System.out.println("opened " + detector.device());
        try (VoiceEngine engine = VoiceEngine.builder()
                .clock(clock)
                .detector(detector)
                .telemetry(telling())
                .build()) {
            SessionOptions.Builder options = SessionOptions.builder()
                    .input(new AudioFormat(16_000))
                    .responder((turn, reply) -> {})
                    .listener(events::add)
                    .vadObserver((end, rate, probability) -> windows[0]++);
            DuplexSession one = engine.open(options.build());
            DuplexSession two = engine.open(options.build());
            short[] frame = new short[320];
            for (int i = 0; i < 200; i++) {
                one.offerAudio(frame);
                two.offerAudio(frame);
                clock.advance(Duration.ofMillis(20));
            }
            System.out.println("states " + one.state() + " " + two.state());
        }
        System.out.println("windows " + windows[0]);
        System.out.println("errors "
                + events.stream().filter(SessionEvent.Failed.class::isInstance).count());
        System.out.println("ended " + detector.device());
    }
}
