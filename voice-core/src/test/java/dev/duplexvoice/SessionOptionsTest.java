package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.internal.OptionValues;
import dev.duplexvoice.stt.RecognitionStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionOptionsTest {
    private static final Map<String, Function<SessionOptions, Object>> VALUES = Map.ofEntries(
            Map.entry("vad.threshold", o -> o.vad().threshold()),
            Map.entry("vad.hysteresis", o -> o.vad().hysteresis()),
            Map.entry("vad.minSpeech", o -> o.vad().minSpeech()),
            Map.entry("vad.minSilence", o -> o.vad().minSilence()),
            Map.entry("vad.preRoll", SessionOptions::preRoll),
            Map.entry("endpointing.mode", o -> o.endpointing().mode()),
            Map.entry("endpointing.minDelay", o -> o.endpointing().minDelay()),
            Map.entry("endpointing.maxDelay", o -> o.endpointing().maxDelay()),
            Map.entry("interruption.enabled", o -> o.interruption().enabled()),
            Map.entry("interruption.pauseAfter", o -> o.interruption().pauseAfter()),
            Map.entry("interruption.confirmAfter", o -> o.interruption().confirmAfter()),
            Map.entry("interruption.minWords", o -> o.interruption().minWords()),
            Map.entry("interruption.falseAlarmTimeout", o -> o.interruption().falseAlarmTimeout()),
            Map.entry("interruption.warmup", o -> o.interruption().warmup()),
            Map.entry("interruption.backchannels", o -> o.interruption().backchannels()),
            Map.entry("preemptive", SessionOptions::preemptive),
            Map.entry("segmentation.firstWords", o -> o.segmentation().firstWords()),
            Map.entry("segmentation.firstCharacters", o -> o.segmentation().firstCharacters()),
            Map.entry("segmentation.flushAfter", o -> o.segmentation().flushAfter()),
            Map.entry("output.loudness", o -> o.processing().loudness()),
            Map.entry("output.ceiling", o -> o.processing().ceiling()),
            Map.entry("output.dcRemoval", o -> o.processing().dcRemoval()),
            Map.entry("output.fade", o -> o.processing().fade()),
            Map.entry("synthesis.ahead", o -> o.synthesis().ahead()),
            Map.entry("synthesis.buffer", o -> o.synthesis().buffer()),
            Map.entry("synthesis.timeout", o -> o.synthesis().timeout()),
            Map.entry("limits.idle", o -> o.limits().idle()),
            Map.entry("limits.duration", o -> o.limits().duration()),
            Map.entry("limits.turns", o -> o.limits().turns()),
            Map.entry("limits.history", o -> o.limits().history()),
            Map.entry("voice.name", o -> Objects.requireNonNullElse(o.voice().name(), "")),
            Map.entry("voice.rate", o -> o.voice().rate()),
            Map.entry("voice.pitch", o -> o.voice().pitch()));

    private static SessionOptions.Builder builder() {
        return SessionOptions.builder().recognizer((rate, sink) -> new RecognitionStream() {});
    }

    private static Object parsed(String text, Object like) {
        if (like instanceof Duration) {
            return Duration.parse("PT" + text);
        }
        if (like instanceof Float) {
            return Float.valueOf(text);
        }
        if (like instanceof EndpointingOptions.Mode) {
            return EndpointingOptions.Mode.valueOf(text.toUpperCase(Locale.ROOT));
        }
        if (like instanceof Preemptive) {
            return Preemptive.valueOf(text.toUpperCase(Locale.ROOT));
        }
        if (like instanceof String) {
            return text;
        }
        if (like instanceof List) {
            return List.of(text);
        }
        return like instanceof Integer ? Integer.valueOf(text) : Boolean.valueOf(text);
    }

    @Test
    void shouldListDefaultsThatAreThose() {
        SessionOptions defaults = builder().build();

        assertThat(SessionOptions.keys().keySet()).isEqualTo(VALUES.keySet());
        SessionOptions.keys().forEach((key, text) -> {
            SessionOptions set = builder().set(key, text).build();
            VALUES.forEach((name, value) ->
                    assertThat(value.apply(set)).as("%s after %s", name, key).isEqualTo(value.apply(defaults)));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "vad.threshold, 0.75",
        "vad.hysteresis, 0.25",
        "vad.minSpeech, 0.2S",
        "vad.minSilence, 0.7S",
        "vad.preRoll, 1.5S",
        "endpointing.minDelay, 0.8S",
        "endpointing.maxDelay, 7S",
        "interruption.enabled, false",
        "interruption.pauseAfter, 0.25S",
        "interruption.confirmAfter, 0.9S",
        "interruption.minWords, 3",
        "interruption.falseAlarmTimeout, 4S",
        "interruption.warmup, 6S",
        "interruption.backchannels, yeah",
        "endpointing.mode, dynamic",
        "preemptive, speech",
        "segmentation.firstWords, 5",
        "segmentation.firstCharacters, 0",
        "segmentation.flushAfter, 0.9S",
        "output.loudness, -23",
        "output.ceiling, -3",
        "output.dcRemoval, false",
        "output.fade, 0.01S",
        "synthesis.ahead, 3",
        "synthesis.buffer, 5S",
        "synthesis.timeout, 2S",
        "limits.idle, 20S",
        "limits.duration, 100S",
        "limits.turns, 7",
        "limits.history, 5",
        "voice.name, slt",
        "voice.rate, 1.25",
        "voice.pitch, 0.8",
    })
    void shouldSetThatOptionAndNoOther(String key, String text) {
        SessionOptions defaults = builder().build();
        SessionOptions options = builder().set(key, text).build();

        VALUES.forEach((name, value) -> {
            Object before = value.apply(defaults);
            assertThat(value.apply(options)).as(name).isEqualTo(name.equals(key) ? parsed(text, before) : before);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, 500",
        "1.5s, 1500",
        "2m, 120000",
        "1h, 3600000",
        "0.25 s, 250",
        "' 90S ', 90000",
        "PT1M30S, 90000",
        "1000000us, -1"
    })
    void shouldReadDurationsInAnyUnit(String text, long millis) {
        SessionOptions.Builder builder = builder();
        if (millis < 0) {
            assertThatThrownBy(() -> builder.set("limits.idle", text)).isInstanceOf(IllegalArgumentException.class);
        } else if (millis < 1_000) {
            assertThat(builder.set("vad.preRoll", text).build().preRoll()).isEqualTo(Duration.ofMillis(millis));
        } else {
            assertThat(builder.set("limits.idle", text).build().limits().idle()).isEqualTo(Duration.ofMillis(millis));
        }
    }

    @Test
    void shouldAskForARecognizerWhenBackchannelsAreListed() {
        assertThatThrownBy(() -> SessionOptions.builder()
                        .set("interruption.backchannels", "yeah, I see")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("interruption.backchannels=yeah,I see: they are found in transcripts; set a recognizer, or"
                        + " leave them out");
    }

    @Test
    void shouldListTheKeysWhenThereIsNoSuchOption() {
        assertThatThrownBy(() -> builder().set("vad.treshold", "0.5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vad.treshold=0.5: no such option; use one of vad.threshold, vad.hysteresis, vad.minSpeech,"
                        + " vad.minSilence, vad.preRoll, endpointing.minDelay, endpointing.maxDelay, endpointing.mode,"
                        + " interruption.enabled, interruption.pauseAfter, interruption.confirmAfter,"
                        + " interruption.minWords, interruption.falseAlarmTimeout, interruption.warmup,"
                        + " interruption.backchannels, preemptive, segmentation.firstWords,"
                        + " segmentation.firstCharacters, segmentation.flushAfter, output.loudness, output.ceiling,"
                        + " output.dcRemoval, output.fade, synthesis.ahead, synthesis.buffer, synthesis.timeout,"
                        + " limits.idle, limits.duration, limits.turns, limits.history, voice.name, voice.rate,"
                        + " voice.pitch");
    }

    @ParameterizedTest
    @CsvSource({
        "vad.threshold, half, 'vad.threshold=half: not a number; write 0.5'",
        "vad.threshold, NaN, 'vad.threshold=NaN: must be 0.01 to 0.99'",
        "vad.hysteresis, 2, 'vad.hysteresis=2.0: must be 0.0 to 0.9'",
        "vad.minSpeech, 11s, 'vad.minSpeech=11000ms: must be 0ms to 10000ms'",
        "vad.minSilence, soon, 'vad.minSilence=soon: not a duration; write 500ms, 1.5s, 3m or 1h'",
        "vad.preRoll, 3s, 'vad.preRoll=3000ms: must be 0ms to 2000ms'",
        "endpointing.minDelay, 500, 'endpointing.minDelay=500: not a duration; write 500ms, 1.5s, 3m or 1h'",
        "endpointing.minDelay, 61s, 'endpointing.minDelay=61000ms: must be 0ms to 60000ms'",
        "endpointing.maxDelay, 61s, 'endpointing.maxDelay=61000ms: must be 0ms to 60000ms'",
        "interruption.enabled, yes, 'interruption.enabled=yes: write true or false'",
        "interruption.pauseAfter, 11s, 'interruption.pauseAfter=11000ms: must be 0ms to 10000ms'",
        "interruption.confirmAfter, 61s, 'interruption.confirmAfter=61000ms: must be 0ms to 60000ms'",
        "interruption.minWords, two, 'interruption.minWords=two: not a whole number; write 3'",
        "interruption.minWords, 101, 'interruption.minWords=101: must be 0 to 100'",
        "interruption.falseAlarmTimeout, 61s, 'interruption.falseAlarmTimeout=61000ms: must be 0ms to 60000ms'",
        "interruption.warmup, 61s, 'interruption.warmup=61000ms: must be 0ms to 60000ms'",
        "interruption.backchannels, 'yeah,,mhm', 'interruption.backchannels=yeah,,mhm: an entry is empty; write yeah,"
                + " mm-hmm, I see'",
        "interruption.backchannels, 'yeah, ?', 'interruption.backchannels=''?'': holds no word; list words such as yeah,"
                + " mm-hmm'",
        "endpointing.mode, slow, 'endpointing.mode=slow: use one of fixed, dynamic'",
        "preemptive, yes, 'preemptive=yes: use one of off, reply, speech'",
        "segmentation.firstWords, -1, 'segmentation.firstWords=-1: must be 0 to 1000'",
        "segmentation.firstCharacters, 10001, 'segmentation.firstCharacters=10001: must be 0 to 10000'",
        "segmentation.flushAfter, 61s, 'segmentation.flushAfter=61000ms: must be 0ms to 60000ms'",
        "output.loudness, loud, 'output.loudness=loud: not a number; write 0.5'",
        "output.loudness, NaN, 'output.loudness=NaN: not a number; write -1, or off'",
        "output.loudness, -9, 'output.loudness=-9.0: must be -40 to -10 LUFS, or off'",
        "output.ceiling, 1, 'output.ceiling=1.0: must be -20 to 0 dBTP, or off'",
        "output.ceiling, -21, 'output.ceiling=-21.0: must be -20 to 0 dBTP, or off'",
        "output.dcRemoval, 1, 'output.dcRemoval=1: write true or false'",
        "output.fade, 21ms, 'output.fade=21ms: must be 0ms to 20ms'",
        "synthesis.ahead, 9, 'synthesis.ahead=9: must be 0 to 8'",
        "synthesis.buffer, 31s, 'synthesis.buffer=31000ms: must be 0ms to 30000ms'",
        "synthesis.timeout, 11m, 'synthesis.timeout=660000ms: must be 0ms to 600000ms'",
        "limits.idle, 0s, 'limits.idle=0ms: must be 1000ms to 86400000ms'",
        "limits.idle, PT9223372036854775807S, 'limits.idle=PT2562047788015215H30M7S: must be 1000ms to 86400000ms'",
        "limits.duration, -1s, 'limits.duration=-1s: not a duration; write 500ms, 1.5s, 3m or 1h'",
        "limits.turns, 0, 'limits.turns=0: must be at least 1'",
        "limits.history, 0, 'limits.history=0: must be 1 to 1000000'",
        "limits.history, 1000001, 'limits.history=1000001: must be 1 to 1000000'",
        "voice.rate, 2.1, 'voice.rate=2.1: must be 0.5 to 2.0'",
        "voice.rate, fast, 'voice.rate=fast: not a number; write 0.5'",
        "voice.pitch, NaN, 'voice.pitch=NaN: must be 0.5 to 2.0'",
    })
    void shouldNameKeyValueAndRemedyWhenAValueDoesNotFit(String key, String value, String message) {
        assertThatThrownBy(() -> builder().set(key, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void shouldRaiseTheLongestDelayWhenOnlyTheShortestIsGivenAndLonger() {
        SessionOptions options = builder().set("endpointing.minDelay", "5s").build();

        assertThat(options.endpointing().maxDelay()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.values()).containsEntry("endpointing.maxDelay", "PT5S");
        assertThat(builder()
                        .set("endpointing.minDelay", "5s")
                        .set("endpointing.minDelay", "1s")
                        .build()
                        .endpointing()
                        .maxDelay())
                .isEqualTo(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource({"100ms, 200ms", "5s, 5s", "4s, 60s", "0ms, 0ms"})
    void shouldTakeDelaysThatFitInAnyOrder(String min, String max) {
        SessionOptions minFirst = builder()
                .set("endpointing.minDelay", min)
                .set("endpointing.maxDelay", max)
                .build();
        SessionOptions maxFirst = builder()
                .set("endpointing.maxDelay", max)
                .set("endpointing.minDelay", min)
                .build();

        assertThat(minFirst.endpointing().minDelay()).isEqualTo(OptionValues.duration("min", min));
        assertThat(minFirst.endpointing().maxDelay()).isEqualTo(OptionValues.duration("max", max));
        assertThat(maxFirst.endpointing()).isEqualTo(minFirst.endpointing());
    }

    @ParameterizedTest
    @CsvSource({
        "5s, 4s, 'endpointing.maxDelay=4000ms: is shorter than endpointing.minDelay=5000ms; make it at least as long, or"
                + " leave it out'",
        "500ms, 100ms, 'endpointing.maxDelay=100ms: is shorter than endpointing.minDelay=500ms; make it at least as long,"
                + " or leave it out'",
    })
    void shouldRefuseALongestDelayThatIsShorterInAnyOrder(String min, String max, String message) {
        SessionOptions.Builder minFirst =
                builder().set("endpointing.minDelay", min).set("endpointing.maxDelay", max);
        SessionOptions.Builder maxFirst =
                builder().set("endpointing.maxDelay", max).set("endpointing.minDelay", min);

        assertThatThrownBy(minFirst::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(maxFirst::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void shouldRefuseALongestDelayThatIsShorterThanTheUsualShortest() {
        SessionOptions.Builder builder = builder().set("endpointing.maxDelay", "100ms");

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("endpointing.maxDelay=100ms: is shorter than endpointing.minDelay=500ms");
    }

    @Test
    void shouldTakeEndpointingOptionsAsGivenInFull() {
        SessionOptions.Builder builder = builder()
                .endpointing(new EndpointingOptions(Duration.ofSeconds(1), Duration.ofSeconds(2)))
                .set("endpointing.minDelay", "4s");

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("endpointing.maxDelay=2000ms: is shorter than endpointing.minDelay=4000ms");
        assertThat(builder.set("endpointing.maxDelay", "6s").build().endpointing())
                .isEqualTo(new EndpointingOptions(Duration.ofSeconds(4), Duration.ofSeconds(6)));
    }

    /** The values are where a dependency would show: some are beyond another's default. */
    @Test
    void shouldGiveTheSameOptionsInAnyOrder() {
        Map<String, String> texts = new HashMap<>(SessionOptions.keys());
        texts.putAll(Map.of(
                "vad.threshold", "0.2",
                "vad.hysteresis", "0.9",
                "endpointing.minDelay", "4s",
                "endpointing.maxDelay", "5s",
                "interruption.minWords", "3",
                "interruption.backchannels", "yeah",
                "limits.idle", "2h",
                "limits.duration", "1s"));
        List<String> keys = new ArrayList<>(texts.keySet());
        SessionOptions.Builder forwards = builder();
        keys.forEach(key -> forwards.set(key, texts.get(key)));
        Collections.reverse(keys);
        SessionOptions.Builder backwards = builder();
        keys.forEach(key -> backwards.set(key, texts.get(key)));

        assertThat(forwards.build().values()).isEqualTo(backwards.build().values());
    }

    @Test
    void shouldAskForARecognizerWhenWordsAreCounted() {
        assertThatThrownBy(() -> SessionOptions.builder()
                        .set("interruption.minWords", "2")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "interruption.minWords=2: words are counted in transcripts; set a recognizer, or minWords=0");
    }

    @ParameterizedTest
    @ValueSource(ints = {22_050, 44_100})
    void shouldRefuseOutputRatesThatNoTransportTakes(int rate) {
        assertThatThrownBy(() -> SessionOptions.builder().output(new AudioFormat(rate)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("output=" + rate + " Hz: use 8000, 16000, 24000 or 48000 Hz");
    }

    @Test
    void shouldGiveItsValuesAsTextThatCanBeSetAgain() {
        SessionOptions.Builder recognized =
                SessionOptions.builder().recognizer((rate, sink) -> new RecognitionStream() {});
        SessionOptions options = recognized
                .set("vad.threshold", "0.7")
                .set("vad.minSpeech", "123ms")
                .set("endpointing.minDelay", "3500ms")
                .set("endpointing.mode", "dynamic")
                .set("interruption.minWords", "2")
                .set("preemptive", "speech")
                .set("limits.turns", "7")
                .interruption(recognized.build().interruption().withBackchannels(List.of("yes, yes", "mm-hmm")))
                .build();
        SessionOptions.Builder again = SessionOptions.builder().recognizer((rate, sink) -> new RecognitionStream() {});
        options.values().forEach(again::set);

        assertThat(options.values().keySet()).isEqualTo(SessionOptions.keys().keySet());
        assertThat(again.build().values()).isEqualTo(options.values());
        assertThat(again.build().vad()).isEqualTo(options.vad());
        assertThat(again.build().endpointing()).isEqualTo(options.endpointing());
        assertThat(again.build().limits()).isEqualTo(options.limits());
        assertThat(again.build().interruption().backchannels()).containsExactly("yes  yes", "mm-hmm");
        SessionOptions defaults = SessionOptions.builder().build();
        SessionOptions.Builder same = SessionOptions.builder();
        SessionOptions.keys().forEach(same::set);
        assertThat(same.build().values()).isEqualTo(defaults.values());
    }
}
