package dev.duplexvoice;

import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.internal.OptionValues;
import dev.duplexvoice.stt.SpeechRecognizer;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.turn.InterruptionPolicy;
import dev.duplexvoice.turn.TurnDetector;
import dev.duplexvoice.vad.VadOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How a session behaves. Immutable; made by {@link #builder()}.
 *
 * <p>Values that make sense in a file can also be set by name with {@link Builder#set}: one set of names everywhere, from
 * scenario files to a server's YAML. They are listed by {@link #keys()}.
 */
public final class SessionOptions {
    private final AudioFormat input;
    private final AudioFormat output;
    private final VadOptions vad;
    private final Duration preRoll;
    private final EndpointingOptions endpointing;
    private final InterruptionOptions interruption;
    private final Preemptive preemptive;
    private final SegmentationOptions segmentation;
    private final OutputProcessing processing;
    private final SynthesisOptions synthesis;
    private final SessionLimits limits;
    private final VoiceOptions voice;
    private final boolean externalSpeech;
    private final @Nullable Responder responder;
    private final @Nullable SpeechRecognizer recognizer;
    private final @Nullable TurnDetector turnDetector;
    private final @Nullable InterruptionPolicy interruptionPolicy;
    private final @Nullable SpeechSynthesizer synthesizer;
    private final @Nullable SessionListener listener;
    private final @Nullable AudioSink audioSink;
    private final @Nullable VadObserver vadObserver;
    private final @Nullable Path recording;
    private final String transport;
    private final Map<String, String> attributes;

    private SessionOptions(Builder builder) {
        input = builder.input;
        output = builder.output;
        vad = builder.vad;
        preRoll = builder.preRoll;
        endpointing = builder.composeEndpointing();
        interruption = builder.interruption;
        preemptive = builder.preemptive;
        segmentation = builder.segmentation;
        processing = builder.processing;
        synthesis = builder.synthesis;
        limits = builder.limits;
        voice = builder.voice;
        externalSpeech = builder.externalSpeech;
        responder = builder.responder;
        recognizer = builder.recognizer;
        turnDetector = builder.turnDetector;
        interruptionPolicy = builder.interruptionPolicy;
        synthesizer = builder.synthesizer;
        listener = builder.listener;
        audioSink = builder.audioSink;
        vadObserver = builder.vadObserver;
        recording = builder.recording;
        transport = builder.transport;
        attributes = Map.copyOf(builder.attributes);
        if (!vad.maxSpeech().equals(VadOptions.NO_MAXIMUM)) {
            throw new IllegalArgumentException("vad.maxSpeech=" + vad.maxSpeech()
                    + ": a session never cuts a caller's speech; leave it at VadOptions.NO_MAXIMUM");
        }
        if (interruption.minWords() > 0 && recognizer == null) {
            throw new IllegalArgumentException("interruption.minWords=" + interruption.minWords()
                    + ": words are counted in transcripts; set a recognizer, or minWords=0");
        }
        if (!interruption.backchannels().isEmpty() && recognizer == null) {
            throw new IllegalArgumentException(
                    "interruption.backchannels=" + String.join(",", interruption.backchannels())
                            + ": they are found in transcripts; set a recognizer, or leave them out");
        }
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The options that can be set by name, with their defaults as text. */
    public static Map<String, String> keys() {
        return OptionKeys.DEFAULTS;
    }

    /** The options that can be set by name, each with its value here as text that {@link Builder#set} takes. */
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        OptionKeys.GETTERS.forEach((name, getter) -> values.put(name, getter.apply(this)));
        return values;
    }

    /** The caller's audio, 16 kHz unless set. */
    public AudioFormat input() {
        return input;
    }

    /** The replies' audio, 48 kHz unless set. */
    public AudioFormat output() {
        return output;
    }

    /** How probabilities become speech. */
    public VadOptions vad() {
        return vad;
    }

    /** Audio before the detected start that the recognizer is given, so that no onset is lost. */
    public Duration preRoll() {
        return preRoll;
    }

    /** When the caller's turn is over. */
    public EndpointingOptions endpointing() {
        return endpointing;
    }

    /** When the caller's speech pauses or ends a reply. */
    public InterruptionOptions interruption() {
        return interruption;
    }

    /** Whether replies are begun before the turn has certainly ended. */
    public Preemptive preemptive() {
        return preemptive;
    }

    /** How the text of replies is cut into clauses. */
    public SegmentationOptions segmentation() {
        return segmentation;
    }

    /** What is done to the replies' audio before it is put out. */
    public OutputProcessing processing() {
        return processing;
    }

    /** How far synthesis runs ahead of what is heard. */
    public SynthesisOptions synthesis() {
        return synthesis;
    }

    /** What ends the session. */
    public SessionLimits limits() {
        return limits;
    }

    /** Which voice speaks, and how; the name does not count where there is a {@link #synthesizer}. */
    public VoiceOptions voice() {
        return voice;
    }

    /** Whether the host tells when the caller speaks, and no detector runs. */
    public boolean externalSpeech() {
        return externalSpeech;
    }

    /** The host's logic; null if only {@link DuplexSession#say} speaks. */
    public @Nullable Responder responder() {
        return responder;
    }

    /** What understands the caller; null for none. */
    public @Nullable SpeechRecognizer recognizer() {
        return recognizer;
    }

    /** Judges whether the caller's turn is over; null if silence alone does. */
    public @Nullable TurnDetector turnDetector() {
        return turnDetector;
    }

    /** Judges whether speech interrupts a reply; null if the options alone do. */
    public @Nullable InterruptionPolicy interruptionPolicy() {
        return interruptionPolicy;
    }

    /** The voice if it is the host's own; null if it is one of the engine's. */
    public @Nullable SpeechSynthesizer synthesizer() {
        return synthesizer;
    }

    /** Told what happens; null for nobody. */
    public @Nullable SessionListener listener() {
        return listener;
    }

    /** Is given the output; null if the host asks for it. */
    public @Nullable AudioSink audioSink() {
        return audioSink;
    }

    /** Sees the detector's probabilities; null for nobody. */
    public @Nullable VadObserver vadObserver() {
        return vadObserver;
    }

    /** The file in which the session is recorded; null for none. */
    public @Nullable Path recording() {
        return recording;
    }

    /** How the caller is connected, as metrics name it; {@code in_process} unless set. */
    public String transport() {
        return transport;
    }

    /** The host's own, told to telemetry; empty unless set. */
    public Map<String, String> attributes() {
        return attributes;
    }

    /** Collects options; not thread-safe. */
    public static final class Builder {
        private AudioFormat input = new AudioFormat(16_000);
        private AudioFormat output = AudioFormat.CANONICAL;
        VadOptions vad = VadOptions.CONVERSATION;
        private Duration preRoll = Duration.ofMillis(300);
        EndpointingOptions.Mode endpointingMode = EndpointingOptions.DEFAULT.mode();
        Duration minDelay = EndpointingOptions.DEFAULT.minDelay();
        // Null: not given. Until build() the delays are apart, so that their order does not matter.
        @Nullable
        Duration maxDelay;

        InterruptionOptions interruption = InterruptionOptions.DEFAULT;
        Preemptive preemptive = Preemptive.OFF;
        SegmentationOptions segmentation = SegmentationOptions.DEFAULT;
        OutputProcessing processing = OutputProcessing.DEFAULT;
        SynthesisOptions synthesis = SynthesisOptions.DEFAULT;
        SessionLimits limits = SessionLimits.DEFAULT;
        VoiceOptions voice = VoiceOptions.DEFAULT;
        private boolean externalSpeech;
        private @Nullable Responder responder;
        private @Nullable SpeechRecognizer recognizer;
        private @Nullable TurnDetector turnDetector;
        private @Nullable InterruptionPolicy interruptionPolicy;
        private @Nullable SpeechSynthesizer synthesizer;
        private @Nullable SessionListener listener;
        private @Nullable AudioSink audioSink;
        private @Nullable VadObserver vadObserver;
        private @Nullable Path recording;
        private String transport = "in_process";
        private final Map<String, String> attributes = new LinkedHashMap<>();

        private Builder() {}

        /** The caller's audio: 8, 16, 24, 44.1 or 48 kHz. */
        public Builder input(AudioFormat format) {
            if (format.sampleRate() == 22_050) {
                throw new IllegalArgumentException("input=22050 Hz: use 8000, 16000, 24000, 44100 or 48000 Hz");
            }
            input = format;
            return this;
        }

        /** The replies' audio: 8, 16, 24 or 48 kHz. */
        public Builder output(AudioFormat format) {
            if (format.sampleRate() == 22_050 || format.sampleRate() == 44_100) {
                throw new IllegalArgumentException(
                        "output=" + format.sampleRate() + " Hz: use 8000, 16000, 24000 or 48000 Hz");
            }
            output = format;
            return this;
        }

        /** How probabilities become speech; the padding is not used in a session. */
        public Builder vad(VadOptions options) {
            vad = Objects.requireNonNull(options);
            return this;
        }

        /** Audio before the detected start that the recognizer is given, 0 to 2 s. */
        public Builder preRoll(Duration duration) {
            preRoll = OptionValues.inRange("vad.preRoll", duration, Duration.ZERO, Duration.ofSeconds(2));
            return this;
        }

        /** When the caller's turn is over. */
        public Builder endpointing(EndpointingOptions options) {
            endpointingMode = options.mode();
            minDelay = options.minDelay();
            maxDelay = options.maxDelay();
            return this;
        }

        private EndpointingOptions composeEndpointing() {
            Duration max = maxDelay;
            if (max == null) {
                Duration usual = EndpointingOptions.DEFAULT.maxDelay();
                max = usual.compareTo(minDelay) < 0 ? minDelay : usual;
            }
            return new EndpointingOptions(endpointingMode, minDelay, max);
        }

        /** When the caller's speech pauses or ends a reply. */
        public Builder interruption(InterruptionOptions options) {
            interruption = Objects.requireNonNull(options);
            return this;
        }

        /** Whether replies are begun before the turn has certainly ended; off by default. */
        public Builder preemptive(Preemptive value) {
            preemptive = Objects.requireNonNull(value);
            return this;
        }

        /** How the text of replies is cut into clauses. */
        public Builder segmentation(SegmentationOptions options) {
            segmentation = Objects.requireNonNull(options);
            return this;
        }

        /** What is done to the replies' audio before it is put out. */
        public Builder processing(OutputProcessing options) {
            processing = Objects.requireNonNull(options);
            return this;
        }

        /** How far synthesis runs ahead of what is heard. */
        public Builder synthesis(SynthesisOptions options) {
            synthesis = Objects.requireNonNull(options);
            return this;
        }

        /** What ends the session. */
        public Builder limits(SessionLimits sessionLimits) {
            limits = Objects.requireNonNull(sessionLimits);
            return this;
        }

        /** Which of the engine's voices speaks, and how. */
        public Builder voice(VoiceOptions options) {
            voice = Objects.requireNonNull(options);
            return this;
        }

        /**
         * No detector runs; the host calls {@link DuplexSession#speechStarted} and {@link DuplexSession#speechEnded}, for push to
         * talk or a transport that detects speech itself.
         */
        public Builder externalSpeech() {
            externalSpeech = true;
            return this;
        }

        /** The host's logic. Without one a turn's end leads to WAITING_FOR_INPUT. */
        public Builder responder(Responder value) {
            responder = Objects.requireNonNull(value);
            return this;
        }

        /** What understands the caller. With one, a turn needs a transcript; without one, silence alone ends it. */
        public Builder recognizer(SpeechRecognizer value) {
            recognizer = Objects.requireNonNull(value);
            return this;
        }

        /** Judges whether the caller's turn is over, instead of silence alone. */
        public Builder turnDetector(TurnDetector value) {
            turnDetector = Objects.requireNonNull(value);
            return this;
        }

        /** Judges whether speech interrupts a reply, before the options do. */
        public Builder interruptionPolicy(InterruptionPolicy value) {
            interruptionPolicy = Objects.requireNonNull(value);
            return this;
        }

        /** A voice of the host's own instead of one of the engine's; not closed by the session. */
        public Builder synthesizer(SpeechSynthesizer value) {
            synthesizer = Objects.requireNonNull(value);
            return this;
        }

        /** Told what happens. */
        public Builder listener(SessionListener value) {
            listener = Objects.requireNonNull(value);
            return this;
        }

        /** Is given the output, frame by frame, on a worker thread; then nobody can poll or read it. */
        public Builder audioSink(AudioSink value) {
            audioSink = Objects.requireNonNull(value);
            return this;
        }

        /** Sees the detector's probabilities. */
        public Builder vadObserver(VadObserver value) {
            vadObserver = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Records the session in this file, which must not be there yet: what it heard and was told, and what its plugins gave, so
         * that {@link dev.duplexvoice.recording.SessionRecording} can run it again. It holds the caller's voice and words; only its
         * owner can read it, where the file system knows owners. One session a file: the next needs options of its own.
         *
         * <p>A recording that cannot be written, or not fast enough, ends with an error event; the session goes on. {@link
         * DuplexSession#closed()} completes when the file is whole.
         */
        public Builder recording(Path file) {
            recording = Objects.requireNonNull(file);
            return this;
        }

        /**
         * How the caller is connected: {@code websocket}, {@code grpc}. A metric's label is made of it.
         *
         * @throws IllegalArgumentException if it is blank
         */
        public Builder transport(String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("transport=" + name + ": must not be blank");
            }
            transport = name;
            return this;
        }

        /**
         * Something of the host's own that its telemetry is told with each event of the session: a trace context, a client's address.
         * Never a metric's label.
         */
        public Builder attribute(String name, String value) {
            attributes.put(Objects.requireNonNull(name), Objects.requireNonNull(value));
            return this;
        }

        /**
         * Sets an option by its name. The order of different options does not matter: what must fit together is compared in {@link
         * #build}. An {@code endpointing.maxDelay} that was never given follows a longer {@code endpointing.minDelay}.
         *
         * @param key one of {@link SessionOptions#keys()}
         * @param value as text: {@code 500ms}, {@code 0.5}, {@code true}
         * @throws IllegalArgumentException if there is no such option or the value does not fit
         */
        public Builder set(String key, String value) {
            BiConsumer<Builder, String> setter = OptionKeys.SETTERS.get(key);
            if (setter == null) {
                throw new IllegalArgumentException(key + "=" + value + ": no such option; use one of "
                        + String.join(", ", OptionKeys.SETTERS.keySet()));
            }
            setter.accept(this, value);
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if options do not fit together
         */
        public SessionOptions build() {
            return new SessionOptions(this);
        }
    }
}
