package dev.duplexvoice;

import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.internal.Admission;
import dev.duplexvoice.internal.AudioLoop;
import dev.duplexvoice.internal.Providers;
import dev.duplexvoice.internal.Recordings;
import dev.duplexvoice.internal.SessionFactory;
import dev.duplexvoice.internal.SessionVoice;
import dev.duplexvoice.internal.SteadyClock;
import dev.duplexvoice.internal.VoiceModels;
import dev.duplexvoice.internal.Workers;
import dev.duplexvoice.model.ModelManager;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.spi.VoicePackSource;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryDispatcher;
import dev.duplexvoice.telemetry.TelemetrySource;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
 * <p>Thread-safe. Detector and voices are loaded when the first session needs them.
 */
public final class VoiceEngine implements AutoCloseable {
    /** No session lasts longer. */
    private static final Duration LONGEST_DRAIN = Duration.ofHours(24);

    private final EngineClock clock;
    private final Providers providers;
    private final Workers workers;
    private final SessionFactory factory;
    private final Recordings recordings;
    private final List<AudioLoop> loops = new ArrayList<>();
    private final Admission admission;
    private final AtomicLong opened = new AtomicLong();
    private final @Nullable String detectorName;
    private final @Nullable Path detectorModel;
    private final VoiceModels voiceModels;
    private final TelemetryDispatcher telemetry;
    private final TelemetrySource figures = new Figures();
    private @Nullable VoiceActivityDetector detector;

    private VoiceEngine(Builder builder) {
        clock = SteadyClock.of(builder.clock);
        providers = Providers.of(builder.providers, builder.voicePacks);
        detectorName = builder.detectorName;
        detectorModel = builder.detectorModel;
        detector = builder.detector;
        workers = clock instanceof VirtualClock driver
                ? Workers.virtual(driver)
                : Workers.threads(Math.max(1, Runtime.getRuntime().availableProcessors()));
        recordings = new Recordings(clock, workers);
        telemetry = new TelemetryDispatcher(builder.telemetry, clock instanceof VirtualClock);
        voiceModels = new VoiceModels(providers, builder.voiceName, clock, telemetry, builder.voiceModels);
        factory = new SessionFactory(clock, telemetry, workers, providers, recordings);
        boolean prompt = builder.promptReplies == null ? !(clock instanceof VirtualClock) : builder.promptReplies;
        for (int i = 0; i < builder.loops; i++) {
            AudioLoop loop = new AudioLoop(clock, prompt);
            loops.add(loop);
            if (clock instanceof VirtualClock driver) {
                driver.attach(loop);
            } else {
                loop.startThread("voice-loop-" + (i + 1));
            }
        }
        admission = new Admission(clock, workers, loops, builder.maxSessions, builder.maxLoad);
        telemetry.on(new ServiceEvent.SourceOpened(clock.nanoTime(), figures));
    }

    /** What telemetry asks for. */
    private final class Figures implements TelemetrySource {
        @Override
        public int synthesisQueue() {
            return workers.computeQueue();
        }

        @Override
        public int residentModels() {
            return voiceModels.manager().stats().resident();
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
     * Opens a session; its state is LISTENING when this returns. It runs on the audio loop that has the fewest sessions, and ticks
     * every 20 ms from now on, or from up to 20 ms later if many sessions tick at that moment. Between two replies a tick may come
     * sooner and those behind it with it: see {@link Builder#promptReplies}.
     *
     * <p>If its voice is not in memory, this waits for it to be loaded; {@link #voiceModels} can load it before.
     *
     * <p>Any thread but those on which the engine calls a {@link VadObserver}, a detector or per-frame telemetry; these run on
     * an audio loop, for which this waits.
     *
     * @throws VoiceException with {@link VoiceException.Code#OVERLOADED} if the engine takes no more sessions: it has
     *     {@link Builder#maxSessions}, all its loops are above {@link Builder#maxLoad}, or the loop did not answer within 5 s, or
     *     there is no room for the voice; with {@link VoiceException.Code#DRAINING} if it drains; with another code if the detector, the voice or a resampler is missing or cannot be loaded, or the file of a
     *     recording cannot be made
     * @throws IllegalStateException if the engine is closed
     */
    public DuplexSession open(SessionOptions options) {
        Objects.requireNonNull(options, "options");
        requireOpen();
        try {
            return openTold(options);
        } catch (VoiceException e) {
            telemetry.on(new ServiceEvent.OpenRefused(clock.nanoTime(), e.code(), e));
            throw e;
        }
    }

    private DuplexSession openTold(SessionOptions options) {
        VoiceActivityDetector hears = options.externalSpeech() ? null : detector();
        if (loops.stream().anyMatch(AudioLoop::isCaller)) {
            throw new IllegalStateException(
                    "open waits for the audio loop, so it cannot be called by what the loop calls: use another thread");
        }
        Admission.Place place = admission.take();
        String id = "s" + opened.incrementAndGet();
        SessionVoice speaks;
        try {
            SpeechSynthesizer given = options.synthesizer();
            if (given != null) {
                given.telemetry(telemetry);
            }
            speaks = given == null ? voiceModels.lease(options.voice().name(), id, workers) : SessionVoice.of(given);
        } catch (RuntimeException | Error e) {
            place.release();
            throw e;
        }
        return factory.open(id, options, hears, speaks, place);
    }

    /** Sessions that live, those that are being opened included. */
    public int sessions() {
        return admission.sessions();
    }

    /** What each audio loop measures of itself, a moment old. */
    public List<LoopStats> loops() {
        List<LoopStats> stats = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            stats.add(loops.get(i).stats(admission.sessions(i)));
        }
        return List.copyOf(stats);
    }

    /**
     * Takes the engine out of service: {@link #open} refuses from now on; the sessions go on until they end by themselves or are
     * closed, and those that are left at the deadline end with {@link CloseReason#DRAINED}, in the middle of a word if need be.
     * {@link #close} the engine afterwards.
     *
     * @param deadline from now on, on the engine's clock; zero ends all sessions now. Of several calls the earliest deadline counts
     * @return completes when there are no sessions any more, with a worker thread or the calling one; not to wait for their
     *     listeners
     * @throws IllegalArgumentException if the deadline is negative
     * @throws IllegalStateException if the engine is closed
     */
    public CompletionStage<Void> drain(Duration deadline) {
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("deadline=" + deadline.toMillis() + "ms: must not be negative");
        }
        long nanos = deadline.compareTo(LONGEST_DRAIN) > 0 ? LONGEST_DRAIN.toNanos() : deadline.toNanos();
        return admission.drain(clock.nanoTime() + nanos);
    }

    /**
     * Tells this engine's telemetry, for what belongs to the engine and has something to tell: a worker, a server, a voice of the
     * host's own. Nothing that it is told holds the caller up.
     */
    public VoiceTelemetry telemetry() {
        return telemetry;
    }

    /** The detector, loaded at the first call. */
    public synchronized VoiceActivityDetector detector() {
        requireOpen();
        VoiceActivityDetector loaded = detector;
        if (loaded == null) {
            loaded = providers.detector(detectorName, detectorModel, 16_000);
            loaded.telemetry(telemetry);
            detector = loaded;
        }
        return loaded;
    }

    /**
     * The name of the voice of sessions that name none.
     *
     * @throws VoiceException with {@link VoiceException.Code#UNAVAILABLE} if none is installed
     */
    public String defaultVoice() {
        requireOpen();
        return voiceModels.defaultVoice();
    }

    /**
     * The voices that sessions speak with, by name: which are in memory, who holds them, and the means to preload and unload them. The
     * engine closes it.
     */
    public ModelManager<SpeechSynthesizer> voiceModels() {
        return voiceModels.manager();
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
        return voiceModels.open(name);
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

    /** The voice packs among {@link #voices}, as they are now. */
    public List<VoicePack> voicePacks() {
        return providers.packs();
    }

    /**
     * Has whoever finds voice packs look anew: what was installed a moment ago is there then. A voice in memory stays what it is until
     * it is {@linkplain ModelManager#reload loaded anew}, see {@link #voiceModels}.
     */
    public void refreshVoicePacks() {
        providers.refreshPacks();
    }

    /** Names of the detectors that are installed, the default first. */
    public List<String> detectors() {
        return providers.detectors();
    }

    private void requireOpen() {
        admission.requireOpen();
    }

    /**
     * Ends all sessions and frees everything. Idempotent. Not from a listener or Responder.
     *
     * @throws IllegalStateException if an audio loop calls this, for which it waits: with a {@link VadObserver}, for one
     */
    @Override
    public void close() {
        if (loops.stream().anyMatch(AudioLoop::isCaller)) {
            throw new IllegalStateException(
                    "close waits for the audio loops, so it cannot be called by what a loop calls: use another thread");
        }
        if (!admission.close()) {
            return;
        }
        VoiceActivityDetector openDetector;
        synchronized (this) {
            openDetector = detector;
        }
        for (AudioLoop loop : loops) {
            loop.close();
            if (clock instanceof VirtualClock driver) {
                driver.runUntil(driver.nanoTime());
                driver.detach(loop);
            }
        }
        if (!(clock instanceof VirtualClock)) {
            admission.awaitOpeners();
        }
        recordings.close();
        workers.close();
        admission.completeDrain();
        voiceModels.close();
        telemetry.on(new ServiceEvent.SourceClosed(clock.nanoTime(), figures));
        telemetry.close();
        if (openDetector != null) {
            openDetector.close();
        }
    }

    /** Collects what an engine is made of; not thread-safe. */
    public static final class Builder {
        private EngineClock clock = EngineClock.system();
        private VoiceTelemetry telemetry = VoiceTelemetry.disabled();
        private int loops = 1;
        private int maxSessions = Integer.MAX_VALUE;
        private double maxLoad = 1;
        private @Nullable Boolean promptReplies;
        private @Nullable List<VoiceProvider> providers;
        private @Nullable List<VoicePackSource> voicePacks;
        private @Nullable String detectorName;
        private @Nullable Path detectorModel;
        private @Nullable VoiceActivityDetector detector;
        private @Nullable String voiceName;
        private Consumer<ModelManager.Builder<SpeechSynthesizer>> voiceModels = models -> {};

        private Builder() {}

        /** The clock; with a {@link VirtualClock} the engine has no threads and runs when the clock is driven. */
        public Builder clock(EngineClock value) {
            clock = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Told what happens, on threads of its own: what it throws, or how long it takes, changes nothing for sessions. Several are
         * told with {@link VoiceTelemetry#of}.
         */
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

        /** Most sessions at a time, at least 1; no limit by default. {@link VoiceEngine#open} refuses more. */
        public Builder maxSessions(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("maxSessions=" + count + ": must be at least 1");
            }
            maxSessions = count;
            return this;
        }

        /**
         * The share of the last second in which an audio loop may have worked and still be given sessions: more than 0, at most 1; 1,
         * no limit, by default. {@link VoiceEngine#open} refuses when no loop is left. What is worked is measured a little later
         * than it is caused, so leave room: 0.7 for one.
         */
        public Builder maxLoad(double share) {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("maxLoad=" + share + ": must be more than 0 and at most 1");
            }
            maxLoad = share;
            return this;
        }

        /**
         * Whether a reply's first audio is put out within 1 ms of being there, and not with the session's next tick, up to 20 ms
         * later: the session then ticks every 20 ms from that moment on. It does not overlap what was put out before it, and
         * begins with a tick either way if the caller speaks, or if too many sessions tick at that moment. True by default, false
         * with a {@link VirtualClock}, so that times are whole ticks there.
         */
        public Builder promptReplies(boolean value) {
            promptReplies = value;
            return this;
        }

        /** These providers instead of the installed ones. */
        public Builder providers(List<VoiceProvider> value) {
            providers = List.copyOf(value);
            return this;
        }

        /** Voice packs from here instead of the installed sources, which {@link #providers} of the host's own do without. */
        public Builder voicePacks(List<VoicePackSource> value) {
            voicePacks = List.copyOf(value);
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

        /** The voice of sessions that name none; the first that is installed by default. */
        public Builder voice(String name) {
            voiceName = Objects.requireNonNull(name);
            return this;
        }

        /**
         * How voices are kept in memory: how many, for how long. The clock and the observer are the engine's own; {@link
         * ServiceEvent.ModelChanged} is told what the observer is. Voices are warmed up with {@link ModelWarmUp#speech} unless the
         * clock is virtual.
         */
        public Builder voiceModels(Consumer<ModelManager.Builder<SpeechSynthesizer>> rules) {
            voiceModels = Objects.requireNonNull(rules);
            return this;
        }

        /** The engine. */
        public VoiceEngine build() {
            return new VoiceEngine(this);
        }
    }
}
