package dev.duplexvoice.server.config;

import dev.duplexvoice.SessionOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options of sessions as keys of a server: their defaults for every session. A client may ask for others. */
final class SessionKeys {
    private static final Map<String, ConfigKey<String>> ALL = new LinkedHashMap<>();

    static {
        key("vad.threshold", "0.01 to 0.99", "The probability from which on there is speech.");
        key("vad.hysteresis", "0 to 0.9", "How far below it the probability must fall for speech to end.");
        key("vad.minSpeech", "0ms to 10s", "Shorter sounds are no speech.");
        key("vad.minSilence", "0ms to 10s", "Shorter silence does not end speech.");
        key("vad.preRoll", "0ms to 2s", "Audio before the detected start that the recognizer is given.");
        key("endpointing.mode", "fixed or dynamic", "Whether the delay follows the pauses that the caller makes.");
        key("endpointing.minDelay", "0ms to 1m", "The least silence after which the caller's turn is over.");
        key("endpointing.maxDelay", "0ms to 1m", "The silence after which it is over in any case.");
        key("interruption.enabled", "true or false", "Whether the caller may cut replies off.");
        key("interruption.pauseAfter", "0ms to 10s", "How long a caller speaks until the reply pauses.");
        key("interruption.confirmAfter", "0ms to 1m", "How long until it is cut off.");
        key("interruption.minWords", "0 to 100", "Words of the caller that it takes; needs a recognizer.");
        key("interruption.falseAlarmTimeout", "0ms to 1m", "After which a paused reply goes on.");
        key("interruption.warmup", "0ms to 1m", "The beginning of a reply in which it cannot be interrupted.");
        key(
                "interruption.backchannels",
                "phrases with commas between",
                "What a caller may say without interrupting.",
                true);
        key("preemptive", "off, reply or speech", "Whether replies are begun before the turn has certainly ended.");
        key("segmentation.firstWords", "0 to 1000", "Words of a reply's first clause.");
        key("segmentation.firstCharacters", "0 to 10000", "Its characters.");
        key("segmentation.flushAfter", "0ms to 1m", "Text that is written no further for so long is spoken.");
        key("output.loudness", "-40 to -10 LUFS, or off", "The loudness to which replies are brought.");
        key("output.ceiling", "-20 to 0 dBTP, or off", "The highest true peak.");
        key("output.dcRemoval", "true or false", "Whether a constant offset is taken out.");
        key("output.fade", "0ms to 20ms", "The fade at cuts.");
        key("synthesis.ahead", "0 to 8", "Clauses that are synthesised before they are due.");
        key("synthesis.buffer", "0s to 30s", "Audio that a clause may have ready.");
        key("synthesis.timeout", "0s to 10m", "After which a voice that makes no audio has failed; 0s is never.");
        key("limits.idle", "1s to 24h", "A session in which nothing happens for so long ends.");
        key("limits.duration", "1s to 24h", "The longest session.");
        key("limits.turns", "1 and more", "Turns of a session.");
        key("limits.history", "1 to 1000000", "What both sides said last, as far back as the logic is given it.");
        key("voice.name", "a voice", "The voice of sessions; that of `models.voice`.");
        key("voice.rate", "0.5 to 2", "How fast it speaks.");
        key("voice.pitch", "0.5 to 2", "How high.");
    }

    private SessionKeys() {}

    private static void key(String name, String range, String meaning) {
        key(name, range, meaning, false);
    }

    private static void key(String name, String range, String meaning, boolean list) {
        @Nullable String byDefault = SessionOptions.keys().get(name);
        if (byDefault == null) {
            throw new IllegalStateException(name + ": there is no such option of sessions");
        }
        // New sessions take new values; those that run keep theirs.
        ALL.put(
                name,
                new ConfigKey<>(name, byDefault, range, meaning, list, text -> {
                            SessionOptions.builder().set(name, text);
                            return text;
                        })
                        .live());
    }

    static Map<String, ConfigKey<String>> all() {
        return ALL;
    }
}
