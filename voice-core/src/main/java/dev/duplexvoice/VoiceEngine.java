package dev.duplexvoice;

import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.internal.AudioLoop;
import dev.duplexvoice.internal.Providers;
import dev.duplexvoice.internal.SessionFactory;
import dev.duplexvoice.internal.Workers;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs conversations. A process needs one; it is made by {@link #create()} or {@link #builder()} and holds the audio loops, the
 * detector, the voice and the worker threads that its sessions share.
 *
 * <pre>{@code
 * try (VoiceEngine engine = VoiceEngine.create();
 *         DuplexSession session = engine.open(SessionOptions.builder()
 *                 .responder((turn, reply) -> reply.write("You said: " + turn.text()))
 *                 .build())) {
 *     session.offerAudio(microphone.read());
 *     int samples = session.pollAudio(frame, header);
 * }
 * }</pre>
 *
 * <p>Thread-safe. Detector and voice are loaded when the first session needs them.
 */
public final class VoiceEngine implements AutoCloseable {
    private final EngineClock clock;
    private final Providers providers;
    private final Workers workers;
    private final SessionFactory factory;
    private final List<AudioLoop> loops = new ArrayList<>();
    private final boolean virtual;
    private final AtomicInteger sessions = new AtomicInteger();
    private final @Nullable String detectorName;
    private final @Nullable Path detectorModel;
    private final @Nullable String voiceName;
    private @Nullable VoiceActivityDetector detector;
    private @Nullable SpeechSynthesizer voice;
    private boolean closed;

    private VoiceEngine(Builder builder) {
        clock = builder.clock;
        virtual = clock instanceof VirtualClock;
        providers = builder.providers == null ? Providers.installed() : new Providers(builder.providers);
        detectorName = builder.detectorName;
        detectorModel = builder.detectorModel;
        voiceName = builder.voiceName;
        detector = builder.detector;
        workers = clock instanceof VirtualClock driver
                ? Workers.virtual(driver)
                : Workers.threads(Math.max(1, Runtime.getRuntime().availableProcessors()));
        factory = new SessionFactory(clock, VoiceTelemetry.guarded(builder.telemetry), workers, providers);
        for (int i = 0; i < builder.loops; i++) {
            AudioLoop loop = new AudioLoop(clock);
            loops.add(loop);
            if (clock instanceof VirtualClock driver) {
                driver.attach(loop);
            } else {
                loop.startThread("voice-loop-" + (i + 1));
            }
        }
    }

    /** An engine with the defaults: the system's clock, the first detector and voice that are installed. */
    public static VoiceEngine create() {
        return builder().build();
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Opens a session; its state is LISTENING when this returns.
     *
     * @throws VoiceException if the detector, the voice or a resampler is missing or cannot be loaded
     * @throws IllegalStateException if the engine is closed
     */
    public DuplexSession open(SessionOptions options) {
        Objects.requireNonNull(options, "options");
        requireOpen();
        VoiceActivityDetector hears = options.externalSpeech() ? null : detector();
        SpeechSynthesizer given = options.synthesizer();
        SpeechSynthesizer speaks = given == null ? voice() : given;
        int number = sessions.incrementAndGet();
        AudioLoop loop = loops.get(number % loops.size());
        return factory.open("s" + number, options, hears, speaks, loop, !virtual);
    }

    /** The detector, loaded at the first call. */
    public synchronized VoiceActivityDetector detector() {
        requireOpen();
        VoiceActivityDetector loaded = detector;
        if (loaded == null) {
            loaded = providers.detector(detectorName, detectorModel, 16_000);
            detector = loaded;
        }
        return loaded;
    }

    /** The voice of sessions that bring none, loaded at the first call. */
    public synchronized SpeechSynthesizer voice() {
        requireOpen();
        SpeechSynthesizer loaded = voice;
        if (loaded == null) {
            loaded = providers.voice(voiceName);
            voice = loaded;
        }
        return loaded;
    }

    /**
     * Opens another detector by name; the caller closes it.
     *
     * @param model the file with its weights; null for the embedded or installed one
     * @param sampleRate 16000, or 8000 if the model has it
     */
    public VoiceActivityDetector openDetector(String name, @Nullable Path model, int sampleRate) {
        requireOpen();
        return providers.detector(name, model, sampleRate);
    }

    /** Opens another voice by name; the caller closes it. */
    public SpeechSynthesizer openVoice(String name) {
        requireOpen();
        return providers.voice(name);
    }

    /**
     * Makes a resampler; the caller closes it.
     *
     * @return null if the rates are equal
     */
    public @Nullable Resampler openResampler(int inputRate, int outputRate) {
        requireOpen();
        return providers.resampler(inputRate, outputRate);
    }

    /** Names of the voices that are installed, the default first. */
    public List<String> voices() {
        return providers.voices();
    }

    /** Names of the detectors that are installed, the default first. */
    public List<String> detectors() {
        return providers.detectors();
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the engine is closed: build a new one");
        }
    }

    /** Ends all sessions and frees everything. Idempotent. Not from a listener or Responder. */
    @Override
    public void close() {
        VoiceActivityDetector openDetector;
        SpeechSynthesizer openVoice;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            openDetector = detector;
            openVoice = voice;
        }
        for (AudioLoop loop : loops) {
            loop.close();
            if (clock instanceof VirtualClock driver) {
                driver.runUntil(driver.nanoTime());
                driver.detach(loop);
            }
        }
        workers.close();
        if (openVoice != null) {
            openVoice.close();
        }
        if (openDetector != null) {
            openDetector.close();
        }
    }

    /** Collects what an engine is made of; not thread-safe. */
    public static final class Builder {
        private EngineClock clock = EngineClock.system();
        private VoiceTelemetry telemetry = VoiceTelemetry.disabled();
        private int loops = 1;
        private @Nullable List<VoiceProvider> providers;
        private @Nullable String detectorName;
        private @Nullable Path detectorModel;
        private @Nullable VoiceActivityDetector detector;
        private @Nullable String voiceName;

        private Builder() {}

        /** The clock; with a {@link VirtualClock} the engine has no threads and runs when the clock is driven. */
        public Builder clock(EngineClock value) {
            clock = Objects.requireNonNull(value);
            return this;
        }

        /** Told what happens; guarded by the engine. */
        public Builder telemetry(VoiceTelemetry value) {
            telemetry = Objects.requireNonNull(value);
            return this;
        }

        /** Audio loops, each a thread, 1 to 256; 1 by default. */
        public Builder loops(int count) {
            if (count < 1 || count > 256) {
                throw new IllegalArgumentException("loops=" + count + ": must be 1 to 256");
            }
            loops = count;
            return this;
        }

        /** These providers instead of the installed ones. */
        public Builder providers(List<VoiceProvider> value) {
            providers = List.copyOf(value);
            return this;
        }

        /**
         * The detector by name.
         *
         * @param model the file with its weights; null for the embedded or installed one
         */
        public Builder detector(String name, @Nullable Path model) {
            detectorName = Objects.requireNonNull(name);
            detectorModel = model;
            return this;
        }

        /** A detector of the host's own; the engine closes it. */
        public Builder detector(VoiceActivityDetector value) {
            detector = Objects.requireNonNull(value);
            return this;
        }

        /** The voice by name. */
        public Builder voice(String name) {
            voiceName = Objects.requireNonNull(name);
            return this;
        }

        /** The engine. */
        public VoiceEngine build() {
            return new VoiceEngine(this);
        }
    }
}
