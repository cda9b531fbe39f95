package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A voice of a fleet of workers. A router chooses one for each text, wherever the last one was spoken unless that was of the same {@link
 * #forSession session}; if that is lost, or says nothing for too long, another one speaks the
 * rest, from the first word that was not handed out. The reader sees one stream of one text: samples, word times and offsets go on.
 *
 * <pre>{@code
 * RoutedVoice voices = RoutedVoice.builder(router).model("slt").language("en").build();
 * engine.open(SessionOptions.builder().synthesizer(voices.forSession("s1")).build());
 * }</pre>
 *
 * <p>A word is handed out when all of it is there, as long as the worker tells word times ahead of the audio and it takes no more than a
 * second. Otherwise as many samples are left out of what the next worker makes as were handed out of the same text or word: exact if both
 * make the same audio, and near it if not.
 *
 * <p>If there is no worker for the rest, the read throws a {@link dev.duplexvoice.VoiceException}: a {@link NoWorkerException} if none was
 * asked, else one with SYNTHESIS, whose cause tells of the last worker. Thread-safe; reading blocks no thread.
 */
public final class RoutedVoice implements SpeechSynthesizer {
    private final Shared shared;
    private final @Nullable String sessionId;
    private final boolean owner;

    /** What the voices of all sessions have in common. */
    record Shared(
            Router router,
            WorkerVoices voices,
            ScheduledThreadPoolExecutor timers,
            String name,
            RouteRequest request,
            int sampleRate,
            int maxTextLength,
            int maxFailovers,
            AtomicReference<VoiceTelemetry> telemetry) {
        void tell(TelemetryEvent event) {
            Objects.requireNonNull(telemetry.get()).on(event);
        }
    }

    private volatile boolean closed;

    private RoutedVoice(Shared shared, @Nullable String sessionId, boolean owner) {
        this.shared = shared;
        this.sessionId = sessionId;
        this.owner = owner;
    }

    /** A builder with the defaults. The router is the host's, and may have other users. */
    public static Builder builder(Router router) {
        return new Builder(router);
    }

    /**
     * The voice of one session, which stays on its worker from text to text. It shares the connections of this, and ends with it;
     * closing it lets them be, and takes the session from its worker.
     *
     * @throws IllegalArgumentException if the id is blank
     */
    public SpeechSynthesizer forSession(String id) {
        return new RoutedVoice(shared, RouteRequest.of(id).sessionId(), false);
    }

    @Override
    public String voice() {
        return shared.name;
    }

    @Override
    public String family() {
        return "grpc";
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    /** {@inheritDoc} Of all sessions' voices of this one. */
    @Override
    public void telemetry(VoiceTelemetry telemetry) {
        shared.telemetry.set(telemetry);
    }

    @Override
    public int sampleRate() {
        return shared.sampleRate;
    }

    @Override
    public int maxTextLength() {
        return shared.maxTextLength;
    }

    /** {@inheritDoc} Does not wait: that there is no worker, too, is told by the stream. */
    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        int length = request.text().length();
        if (length > shared.maxTextLength) {
            throw new IllegalArgumentException("text.length=" + length + ": at most " + shared.maxTextLength
                    + " characters, split it into sentences");
        }
        if (closed) {
            throw new IllegalStateException("voice " + shared.name + " is closed");
        }
        String id = sessionId;
        RouteRequest route = shared.request;
        RoutedStream stream = new RoutedStream(
                shared,
                new RouteRequest(
                        id == null ? "text-" + UUID.randomUUID() : id,
                        route.language(),
                        route.required(),
                        route.model(),
                        Set.of()),
                id != null,
                () -> closed,
                request,
                readable);
        stream.begin();
        return stream;
    }

    /** {@inheritDoc} Connections end with their last streams. */
    @Override
    public void close() {
        boolean before = closed;
        closed = true;
        if (owner) {
            shared.voices.close();
            shared.timers.shutdown();
        } else if (!before && sessionId != null) {
            shared.router.forget(sessionId);
        }
    }

    /** Collects what a routed voice is made of; not thread-safe. */
    public static final class Builder {
        private final Router router;
        private @Nullable String model;
        private @Nullable String language;
        private Set<Capability> required = Set.of();
        private int sampleRate = 48_000;
        private int maxTextLength = 10_000;
        private int maxFailovers = 3;
        private UnaryOperator<RemoteSynthesizer.Builder> remote = UnaryOperator.identity();
        private @Nullable Function<WorkerInfo, SpeechSynthesizer> connect;

        private Builder(Router router) {
            this.router = Objects.requireNonNull(router, "router");
        }

        /** The voice, by the id that workers have for it; each worker's default if this is not called. */
        public Builder model(String value) {
            model = Objects.requireNonNull(value);
            return this;
        }

        /** What the worker must speak, BCP 47; anything if this is not called. */
        public Builder language(String value) {
            language = Objects.requireNonNull(value);
            return this;
        }

        /** What the worker must be able to do; nothing in particular if this is not called. */
        public Builder required(Set<Capability> value) {
            required = Set.copyOf(value);
            return this;
        }

        /** Samples per second that all workers are asked for: 8000, 16000, 24000 or 48000; 48000 by default. */
        public Builder sampleRate(int value) {
            if (value != 8_000 && value != 16_000 && value != 24_000 && value != 48_000) {
                throw new IllegalArgumentException("sampleRate=" + value + ": must be 8000, 16000, 24000 or 48000");
            }
            sampleRate = value;
            return this;
        }

        /** Characters of one text, 2 to 100,000; 10,000 by default. */
        public Builder maxTextLength(int value) {
            maxTextLength = inRange("maxTextLength", value, 2, 100_000);
            return this;
        }

        /** How often one text may go to another worker, 0 to 100; 3 by default. */
        public Builder maxFailovers(int value) {
            maxFailovers = inRange("maxFailovers", value, 0, 100);
            return this;
        }

        /**
         * How a worker is called: TLS, token, deadlines, spare sessions. Voice, rate, text length and attempts, of which there is one,
         * are set here, whatever this does.
         */
        public Builder workers(UnaryOperator<RemoteSynthesizer.Builder> value) {
            remote = Objects.requireNonNull(value);
            return this;
        }

        /** Other voices than remote ones, for tests. */
        Builder connect(Function<WorkerInfo, SpeechSynthesizer> value) {
            connect = value;
            return this;
        }

        private static int inRange(String key, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(key + "=" + value + ": must be " + min + " to " + max);
            }
            return value;
        }

        private SpeechSynthesizer connect(WorkerInfo worker) {
            RemoteSynthesizer.Builder builder = remote.apply(
                            RemoteSynthesizer.builder(worker.address().authority()))
                    .sampleRate(sampleRate)
                    .maxTextLength(maxTextLength)
                    // Another worker is tried instead.
                    .attempts(1);
            if (model != null) {
                builder.voice(model);
            }
            return builder.build();
        }

        /**
         * The voice; it connects to workers as they are chosen.
         *
         * @throws IllegalArgumentException if model or language is blank
         */
        public RoutedVoice build() {
            RouteRequest request = new RouteRequest("any", language, required, model, Set.of());
            ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "voice-routed-timer");
                thread.setDaemon(true);
                return thread;
            });
            timers.setRemoveOnCancelPolicy(true);
            // What runs when this is closed goes on, so it may still look after its worker.
            timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(true);
            WorkerVoices voices = new WorkerVoices(router.registry(), connect == null ? this::connect : connect);
            Shared shared = new Shared(
                    router,
                    voices,
                    timers,
                    model == null ? "routed" : model,
                    request,
                    sampleRate,
                    maxTextLength,
                    maxFailovers,
                    new AtomicReference<>(VoiceTelemetry.disabled()));
            return new RoutedVoice(shared, null, true);
        }
    }
}
