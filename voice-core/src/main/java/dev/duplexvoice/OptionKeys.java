package dev.duplexvoice;

import dev.duplexvoice.internal.OptionValues;
import dev.duplexvoice.vad.VadOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The options that can be set by name: how each is set, what it is by default and how it is told. */
final class OptionKeys {
    private static final String OFF = "off";

    static final Map<String, BiConsumer<SessionOptions.Builder, String>> SETTERS = new LinkedHashMap<>();
    static final Map<String, String> DEFAULTS = new LinkedHashMap<>();
    static final Map<String, Function<SessionOptions, String>> GETTERS = new LinkedHashMap<>();

    private OptionKeys() {}

    private static void key(String name, String defaultValue, BiConsumer<SessionOptions.Builder, String> setter) {
        SETTERS.put(name, setter);
        DEFAULTS.put(name, defaultValue);
    }

    private static void value(String name, Function<SessionOptions, Object> getter) {
        GETTERS.put(name, options -> getter.apply(options).toString());
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static float level(String key, String value) {
        if (value.strip().equalsIgnoreCase(OFF)) {
            return OutputProcessing.OFF;
        }
        float level = OptionValues.number(key, value);
        if (Float.isNaN(level)) {
            throw new IllegalArgumentException(key + "=" + value + ": not a number; write -1, or off");
        }
        return level;
    }

    private static String level(float value) {
        return Float.isNaN(value) ? OFF : Float.toString(value);
    }

    private static void vad(
            SessionOptions.Builder b,
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
        key("vad.minSpeech", "100ms", (b, v) -> vad(b, null, null, OptionValues.duration("vad.minSpeech", v), null));
        key("vad.minSilence", "300ms", (b, v) -> vad(b, null, null, null, OptionValues.duration("vad.minSilence", v)));
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
                (b, v) -> b.interruption = b.interruption.withEnabled(OptionValues.bool("interruption.enabled", v)));
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
                (b, v) ->
                        b.interruption = b.interruption.withMinWords(OptionValues.integer("interruption.minWords", v)));
        key(
                "interruption.falseAlarmTimeout",
                "2s",
                (b, v) -> b.interruption = b.interruption.withFalseAlarmTimeout(
                        OptionValues.duration("interruption.falseAlarmTimeout", v)));
        key(
                "interruption.warmup",
                "0ms",
                (b, v) -> b.interruption = b.interruption.withWarmup(OptionValues.duration("interruption.warmup", v)));
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
        key("output.loudness", "off", (b, v) -> b.processing = b.processing.withLoudness(level("output.loudness", v)));
        key("output.ceiling", "-1", (b, v) -> b.processing = b.processing.withCeiling(level("output.ceiling", v)));
        key(
                "output.dcRemoval",
                "true",
                (b, v) -> b.processing = b.processing.withDcRemoval(OptionValues.bool("output.dcRemoval", v)));
        key(
                "output.fade",
                "5ms",
                (b, v) -> b.processing = b.processing.withFade(OptionValues.duration("output.fade", v)));
        key(
                "synthesis.ahead",
                "1",
                (b, v) -> b.synthesis = new SynthesisOptions(
                        OptionValues.integer("synthesis.ahead", v), b.synthesis.buffer(), b.synthesis.timeout()));
        key(
                "synthesis.buffer",
                "1s",
                (b, v) -> b.synthesis = new SynthesisOptions(
                        b.synthesis.ahead(), OptionValues.duration("synthesis.buffer", v), b.synthesis.timeout()));
        key(
                "synthesis.timeout",
                "10s",
                (b, v) -> b.synthesis = new SynthesisOptions(
                        b.synthesis.ahead(), b.synthesis.buffer(), OptionValues.duration("synthesis.timeout", v)));
        key(
                "limits.idle",
                "300s",
                (b, v) -> b.limits = new SessionLimits(
                        OptionValues.duration("limits.idle", v),
                        b.limits.duration(),
                        b.limits.turns(),
                        b.limits.history()));
        key(
                "limits.duration",
                "3600s",
                (b, v) -> b.limits = new SessionLimits(
                        b.limits.idle(),
                        OptionValues.duration("limits.duration", v),
                        b.limits.turns(),
                        b.limits.history()));
        key(
                "limits.turns",
                "100",
                (b, v) -> b.limits = new SessionLimits(
                        b.limits.idle(),
                        b.limits.duration(),
                        OptionValues.integer("limits.turns", v),
                        b.limits.history()));
        key(
                "limits.history",
                "1000",
                (b, v) -> b.limits = new SessionLimits(
                        b.limits.idle(),
                        b.limits.duration(),
                        b.limits.turns(),
                        OptionValues.integer("limits.history", v)));
        // Nothing is the engine's default.
        key("voice.name", "", (b, v) -> b.voice = b.voice.withName(v.isBlank() ? null : v.strip()));
        key("voice.rate", "1.0", (b, v) -> b.voice = b.voice.withRate(OptionValues.number("voice.rate", v)));
        key("voice.pitch", "1.0", (b, v) -> b.voice = b.voice.withPitch(OptionValues.number("voice.pitch", v)));
    }

    static {
        value("vad.threshold", o -> o.vad().threshold());
        value("vad.hysteresis", o -> o.vad().hysteresis());
        value("vad.minSpeech", o -> o.vad().minSpeech());
        value("vad.minSilence", o -> o.vad().minSilence());
        value("vad.preRoll", o -> o.preRoll());
        value("endpointing.minDelay", o -> o.endpointing().minDelay());
        value("endpointing.maxDelay", o -> o.endpointing().maxDelay());
        value("endpointing.mode", o -> label(o.endpointing().mode()));
        value("interruption.enabled", o -> o.interruption().enabled());
        value("interruption.pauseAfter", o -> o.interruption().pauseAfter());
        value("interruption.confirmAfter", o -> o.interruption().confirmAfter());
        value("interruption.minWords", o -> o.interruption().minWords());
        value("interruption.falseAlarmTimeout", o -> o.interruption().falseAlarmTimeout());
        value("interruption.warmup", o -> o.interruption().warmup());
        // A comma within a phrase is no word of it.
        value(
                "interruption.backchannels",
                o -> o.interruption().backchannels().stream()
                        .map(phrase -> phrase.replace(',', ' '))
                        .collect(Collectors.joining(", ")));
        value("preemptive", o -> label(o.preemptive()));
        value("segmentation.firstWords", o -> o.segmentation().firstWords());
        value("segmentation.firstCharacters", o -> o.segmentation().firstCharacters());
        value("segmentation.flushAfter", o -> o.segmentation().flushAfter());
        value("output.loudness", o -> level(o.processing().loudness()));
        value("output.ceiling", o -> level(o.processing().ceiling()));
        value("output.dcRemoval", o -> o.processing().dcRemoval());
        value("output.fade", o -> o.processing().fade());
        value("synthesis.ahead", o -> o.synthesis().ahead());
        value("synthesis.buffer", o -> o.synthesis().buffer());
        value("synthesis.timeout", o -> o.synthesis().timeout());
        value("limits.idle", o -> o.limits().idle());
        value("limits.duration", o -> o.limits().duration());
        value("limits.turns", o -> o.limits().turns());
        value("limits.history", o -> o.limits().history());
        value("voice.name", o -> Objects.requireNonNullElse(o.voice().name(), ""));
        value("voice.rate", o -> o.voice().rate());
        value("voice.pitch", o -> o.voice().pitch());
    }
}
