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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    private SessionOptions(Builder builder) {
        input = builder.input;
        output = builder.output;
        vad = builder.vad;
        preRoll = builder.preRoll;
        endpointing = builder.composeEndpointing();
        interruption = builder.interruption;
        preemptive = builder.preemptive;
        segmentation = builder.segmentation;
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
        return Keys.DEFAULTS;
    }

    /** The options that can be set by name, each with its value here as text that {@link Builder#set} takes. */
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        Keys.GETTERS.forEach((name, getter) -> values.put(name, getter.apply(this)));
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

    /** Collects options; not thread-safe. */
    public static final class Builder {
        private AudioFormat input = new AudioFormat(16_000);
        private AudioFormat output = AudioFormat.CANONICAL;
        private VadOptions vad = VadOptions.CONVERSATION;
        private Duration preRoll = Duration.ofMillis(300);
        private EndpointingOptions.Mode endpointingMode = EndpointingOptions.DEFAULT.mode();
        private Duration minDelay = EndpointingOptions.DEFAULT.minDelay();
        // Null: not given. Until build() the delays are apart, so that their order does not matter.
        private @Nullable Duration maxDelay;
        private InterruptionOptions interruption = InterruptionOptions.DEFAULT;
        private Preemptive preemptive = Preemptive.OFF;
        private SegmentationOptions segmentation = SegmentationOptions.DEFAULT;
        private SessionLimits limits = SessionLimits.DEFAULT;
        private VoiceOptions voice = VoiceOptions.DEFAULT;
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
         * Sets an option by its name. The order of different options does not matter: what must fit together is compared in {@link
         * #build}. An {@code endpointing.maxDelay} that was never given follows a longer {@code endpointing.minDelay}.
         *
         * @param key one of {@link SessionOptions#keys()}
         * @param value as text: {@code 500ms}, {@code 0.5}, {@code true}
         * @throws IllegalArgumentException if there is no such option or the value does not fit
         */
        public Builder set(String key, String value) {
            BiConsumer<Builder, String> setter = Keys.SETTERS.get(key);
            if (setter == null) {
                throw new IllegalArgumentException(
                        key + "=" + value + ": no such option; use one of " + String.join(", ", Keys.SETTERS.keySet()));
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

    /** The options by name. */
    private static final class Keys {
        static final Map<String, BiConsumer<Builder, String>> SETTERS = new LinkedHashMap<>();
        static final Map<String, String> DEFAULTS = new LinkedHashMap<>();
        static final Map<String, Function<SessionOptions, String>> GETTERS = new LinkedHashMap<>();

        private Keys() {}

        private static void key(String name, String defaultValue, BiConsumer<Builder, String> setter) {
            SETTERS.put(name, setter);
            DEFAULTS.put(name, defaultValue);
        }

        private static void value(String name, Function<SessionOptions, Object> getter) {
            GETTERS.put(name, options -> getter.apply(options).toString());
        }

        private static String label(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }

        private static void vad(
                Builder b,
                @Nullable Float threshold,
                @Nullable Float hysteresis,
                @Nullable Duration minSpeech,
                @Nullable Duration minSilence) {
            b.vad = new VadOptions(
                    threshold == null ? b.vad.threshold() : threshold,
                    hysteresis == null ? b.vad.hysteresis() : hysteresis,
                    minSpeech == null ? b.vad.minSpeech() : minSpeech,
                    minSilence == null ? b.vad.minSilence() : minSilence,
                    b.vad.padding());
        }

        static {
            key("vad.threshold", "0.5", (b, v) -> vad(b, OptionValues.number("vad.threshold", v), null, null, null));
            key("vad.hysteresis", "0.15", (b, v) -> vad(b, null, OptionValues.number("vad.hysteresis", v), null, null));
            key(
                    "vad.minSpeech",
                    "100ms",
                    (b, v) -> vad(b, null, null, OptionValues.duration("vad.minSpeech", v), null));
            key(
                    "vad.minSilence",
                    "300ms",
                    (b, v) -> vad(b, null, null, null, OptionValues.duration("vad.minSilence", v)));
            key("vad.preRoll", "300ms", (b, v) -> b.preRoll(OptionValues.duration("vad.preRoll", v)));
            key(
                    "endpointing.minDelay",
                    "500ms",
                    (b, v) -> b.minDelay = EndpointingOptions.delay(
                            "endpointing.minDelay", OptionValues.duration("endpointing.minDelay", v)));
            key(
                    "endpointing.maxDelay",
                    "3s",
                    (b, v) -> b.maxDelay = EndpointingOptions.delay(
                            "endpointing.maxDelay", OptionValues.duration("endpointing.maxDelay", v)));
            key(
                    "endpointing.mode",
                    "fixed",
                    (b, v) -> b.endpointingMode =
                            OptionValues.constant("endpointing.mode", v, EndpointingOptions.Mode.class));
            key(
                    "interruption.enabled",
                    "true",
                    (b, v) ->
                            b.interruption = b.interruption.withEnabled(OptionValues.bool("interruption.enabled", v)));
            key(
                    "interruption.pauseAfter",
                    "0ms",
                    (b, v) -> b.interruption =
                            b.interruption.withPauseAfter(OptionValues.duration("interruption.pauseAfter", v)));
            key(
                    "interruption.confirmAfter",
                    "500ms",
                    (b, v) -> b.interruption =
                            b.interruption.withConfirmAfter(OptionValues.duration("interruption.confirmAfter", v)));
            key(
                    "interruption.minWords",
                    "0",
                    (b, v) -> b.interruption =
                            b.interruption.withMinWords(OptionValues.integer("interruption.minWords", v)));
            key(
                    "interruption.falseAlarmTimeout",
                    "2s",
                    (b, v) -> b.interruption = b.interruption.withFalseAlarmTimeout(
                            OptionValues.duration("interruption.falseAlarmTimeout", v)));
            key(
                    "interruption.warmup",
                    "0ms",
                    (b, v) -> b.interruption =
                            b.interruption.withWarmup(OptionValues.duration("interruption.warmup", v)));
            key(
                    "interruption.backchannels",
                    "",
                    (b, v) -> b.interruption =
                            b.interruption.withBackchannels(OptionValues.list("interruption.backchannels", v)));
            key("preemptive", "off", (b, v) -> b.preemptive = OptionValues.constant("preemptive", v, Preemptive.class));
            key(
                    "segmentation.firstWords",
                    "3",
                    (b, v) -> b.segmentation = new SegmentationOptions(
                            OptionValues.integer("segmentation.firstWords", v),
                            b.segmentation.firstCharacters(),
                            b.segmentation.flushAfter()));
            key(
                    "segmentation.firstCharacters",
                    "20",
                    (b, v) -> b.segmentation = new SegmentationOptions(
                            b.segmentation.firstWords(),
                            OptionValues.integer("segmentation.firstCharacters", v),
                            b.segmentation.flushAfter()));
            key(
                    "segmentation.flushAfter",
                    "500ms",
                    (b, v) -> b.segmentation = new SegmentationOptions(
                            b.segmentation.firstWords(),
                            b.segmentation.firstCharacters(),
                            OptionValues.duration("segmentation.flushAfter", v)));
            key(
                    "limits.idle",
                    "300s",
                    (b, v) -> b.limits = new SessionLimits(
                            OptionValues.duration("limits.idle", v), b.limits.duration(), b.limits.turns()));
            key(
                    "limits.duration",
                    "3600s",
                    (b, v) -> b.limits = new SessionLimits(
                            b.limits.idle(), OptionValues.duration("limits.duration", v), b.limits.turns()));
            key(
                    "limits.turns",
                    "100",
                    (b, v) -> b.limits = new SessionLimits(
                            b.limits.idle(), b.limits.duration(), OptionValues.integer("limits.turns", v)));
            // Nothing is the engine's default.
            key("voice.name", "", (b, v) -> b.voice = b.voice.withName(v.isBlank() ? null : v.strip()));
            key("voice.rate", "1.0", (b, v) -> b.voice = b.voice.withRate(OptionValues.number("voice.rate", v)));
            key("voice.pitch", "1.0", (b, v) -> b.voice = b.voice.withPitch(OptionValues.number("voice.pitch", v)));
        }

        static {
            value("vad.threshold", o -> o.vad.threshold());
            value("vad.hysteresis", o -> o.vad.hysteresis());
            value("vad.minSpeech", o -> o.vad.minSpeech());
            value("vad.minSilence", o -> o.vad.minSilence());
            value("vad.preRoll", o -> o.preRoll);
            value("endpointing.minDelay", o -> o.endpointing.minDelay());
            value("endpointing.maxDelay", o -> o.endpointing.maxDelay());
            value("endpointing.mode", o -> label(o.endpointing.mode()));
            value("interruption.enabled", o -> o.interruption.enabled());
            value("interruption.pauseAfter", o -> o.interruption.pauseAfter());
            value("interruption.confirmAfter", o -> o.interruption.confirmAfter());
            value("interruption.minWords", o -> o.interruption.minWords());
            value("interruption.falseAlarmTimeout", o -> o.interruption.falseAlarmTimeout());
            value("interruption.warmup", o -> o.interruption.warmup());
            // A comma within a phrase is no word of it.
            value(
                    "interruption.backchannels",
                    o -> o.interruption.backchannels().stream()
                            .map(phrase -> phrase.replace(',', ' '))
                            .collect(Collectors.joining(", ")));
            value("preemptive", o -> label(o.preemptive));
            value("segmentation.firstWords", o -> o.segmentation.firstWords());
            value("segmentation.firstCharacters", o -> o.segmentation.firstCharacters());
            value("segmentation.flushAfter", o -> o.segmentation.flushAfter());
            value("limits.idle", o -> o.limits.idle());
            value("limits.duration", o -> o.limits.duration());
            value("limits.turns", o -> o.limits.turns());
            value("voice.name", o -> Objects.requireNonNullElse(o.voice.name(), ""));
            value("voice.rate", o -> o.voice.rate());
            value("voice.pitch", o -> o.voice.pitch());
        }
    }
}
