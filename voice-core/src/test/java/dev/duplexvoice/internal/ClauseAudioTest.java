package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.WordTiming;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClauseAudioTest {
    private static final String TEXT = "one two three four five six seven eight nine ten";
    /** So that the last word ends more than a second behind what was read. */
    private static final int SAMPLES_PER_WORD = ToneVoice.RATE / 2;

    private final ToneVoice voice = new ToneVoice();
    private final ClauseAudio clause = clause();

    private ClauseAudio clause() {
        VirtualClock clock = new VirtualClock();
        SessionInfo session = new SessionInfo("s", "in_process", "tone", "test", false, Map.of());
        return new ClauseAudio(
                new TextSegment(TEXT, 0, TEXT.length()),
                voice,
                new ChunkPool(),
                new SynthesisTelemetry(session, ToneVoice.RATE, clock, VoiceTelemetry.disabled())
                        .begin(null, TEXT.length()));
    }

    private List<WordTiming> begin() {
        voice.samplesPerWord = SAMPLES_PER_WORD;
        clause.started(voice.start(SynthesisRequest.of(TEXT), () -> {}));
        assertThat(clause.read(0)).isEqualTo(ClauseAudio.Read.AUDIO);
        List<WordTiming> words = clause.words();
        assertThat(words).hasSize(10);
        return words;
    }

    /** The words behind the cut end behind its audio, and that is no fault of the voice. */
    @Test
    void shouldKeepItsWordTimesWhenItIsCutOff() {
        List<WordTiming> words = begin();

        clause.cancel();

        assertThat(clause.read(0)).isEqualTo(ClauseAudio.Read.END);
        assertThat(clause.words()).isEqualTo(words);
        assertThat(clause.failure()).isNull();
    }

    @Test
    void shouldNotBelieveWordTimesThatEndBehindTheAudioOfAWholeClause() {
        voice.samplesPerWord = SAMPLES_PER_WORD;
        ClauseAudio tooShort = clause();
        var stream = voice.start(SynthesisRequest.of(TEXT), () -> {});
        tooShort.started(stream);
        assertThat(tooShort.read(0)).isEqualTo(ClauseAudio.Read.AUDIO);

        stream.cancel(); // by the voice's own doing

        assertThat(tooShort.read(0)).isEqualTo(ClauseAudio.Read.END);
        assertThat(tooShort.words()).isEmpty();
    }
}
