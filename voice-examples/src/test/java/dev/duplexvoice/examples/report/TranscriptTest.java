package dev.duplexvoice.examples.report;

import static dev.duplexvoice.examples.report.EventMaps.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranscriptTest {
    @Test
    void shouldJoinFinalTranscriptsWhenTurnHasSeveral() {
        Transcript transcript = Transcript.of(
                List.of(
                        event(0.5, "speech_started", "t1"),
                        event(0.9, "transcript", "t1", "text", "Hel", "final", false),
                        event(1.0, "transcript", "t1", "text", "Hello.", "final", true),
                        event(1.5, "speech_ended", "t1"),
                        event(1.6, "transcript", "t1", "text", "Anyone?", "final", true),
                        event(1.7, "turn_ended", "t1", "endpointing_delay", 0.5, "transcription_delay", 0.4)),
                2.0);

        assertThat(transcript.callerTurns).singleElement().satisfies(turn -> {
            assertThat(turn.words()).isEqualTo("Hello. Anyone?");
            assertThat(turn.number).isEqualTo(1);
            assertThat(turn.from).isEqualTo(0.5);
            assertThat(turn.to).isCloseTo(1.2, within(1e-9));
            assertThat(turn.speechSeconds()).isCloseTo(0.7, within(1e-9));
        });
    }

    @Test
    void shouldCountSpeechFromItsOnsetWhenTheDetectorTellsIt() {
        Transcript transcript = Transcript.of(
                List.of(
                        event(0.7, "speech_started", "t1", "onset", 0.5),
                        event(1.9, "speech_ended", "t1", "end", 1.5),
                        event(2.7, "speech_started", "t1", "onset", 2.4),
                        event(4.0, "speech_ended", "t1", "end", 3.5),
                        event(4.1, "turn_ended", "t1", "endpointing_delay", 0.6)),
                5.0);

        assertThat(transcript.callerTurns).singleElement().satisfies(turn -> {
            assertThat(turn.from).isEqualTo(0.5);
            assertThat(turn.to).isCloseTo(3.5, within(1e-9));
            assertThat(turn.speechSeconds()).isCloseTo(2.1, within(1e-9));
        });
    }

    @Test
    void shouldStaySpokenOverTheReplyWhenTheOnsetIsBeforeItsAudio() {
        Transcript transcript = Transcript.of(
                List.of(
                        event(1.0, "first_audio", "t1"),
                        event(1.1, "speech_started", "t2", "onset", 0.9),
                        event(1.5, "speech_ended", "t2", "end", 1.3)),
                2.0);

        assertThat(transcript.callerTurns)
                .singleElement()
                .satisfies(turn -> assertThat(turn.overReply).isTrue());
    }

    @Test
    void shouldKeepLastGuessWhenTranscriptNeverSettled() {
        Transcript transcript = Transcript.of(
                List.of(
                        event(0.5, "speech_started", "t1"),
                        event(0.7, "transcript", "t1", "text", "Hel", "final", false),
                        event(0.9, "transcript", "t1", "text", "Hello", "final", false)),
                1.0);

        assertThat(transcript.callerTurns).singleElement().satisfies(turn -> {
            assertThat(turn.words()).isEqualTo("Hello");
            assertThat(turn.number).isZero();
        });
    }

    @Test
    void shouldAddTranscriptToItsTurnWhenItComesLate() {
        Transcript transcript = Transcript.of(
                List.of(
                        event(0.5, "speech_started", "t1"),
                        event(1.5, "turn_ended", "t1", "endpointing_delay", 0.5),
                        event(1.6, "transcript", "t1", "text", "Late", "final", true)),
                2.0);

        assertThat(transcript.callerTurns)
                .singleElement()
                .satisfies(turn -> assertThat(turn.words()).isEqualTo("Late"));
    }

    @Test
    void shouldCallItFalseAlarmWhenReplyResumes() {
        Transcript transcript = Transcript.of(
                List.of(
                        event(1.0, "reply_started", "t1", "text", "A b."),
                        event(1.2, "first_audio", "t1"),
                        event(2.0, "speech_started", "t1"),
                        event(2.0, "paused", "t1"),
                        event(2.4, "speech_ended", "t1"),
                        event(2.5, "resumed", "t1"),
                        event(3.0, "reply_finished", "t1", "position", 1.3, "interrupted", false, "heard", "A b.")),
                4.0);

        assertThat(transcript.callerTurns).singleElement().satisfies(turn -> {
            assertThat(turn.falseAlarm).isTrue();
            assertThat(turn.speechSeconds()).isCloseTo(0.4, within(1e-9));
        });
        assertThat(transcript.replies).singleElement().satisfies(reply -> {
            assertThat(reply.pauses).containsExactly(new Transcript.Span(2.0, 2.5));
            assertThat(reply.interrupted).isFalse();
            assertThat(reply.unheard()).isEmpty();
        });
    }

    @Test
    void shouldSplitTextWhenReplyIsInterrupted() {
        Transcript transcript = Transcript.of(
                List.of(
                        event(1.0, "reply_started", "t1"),
                        event(1.2, "first_audio", "t1"),
                        event(2.0, "speech_started", "t2"),
                        event(2.5, "interrupted", "t1", "position", 1.3),
                        event(
                                2.5,
                                "reply_finished",
                                "t1",
                                "interrupted",
                                true,
                                "heard",
                                "One two",
                                "text",
                                "One two three.")),
                4.0);

        assertThat(transcript.replies).singleElement().satisfies(reply -> {
            assertThat(reply.heard).isEqualTo("One two");
            assertThat(reply.unheard()).isEqualTo("three.");
            assertThat(reply.interruptedAt).isEqualTo(2.5);
            assertThat(reply.position).isEqualTo(1.3);
        });
        assertThat(transcript.callerTurns)
                .singleElement()
                .satisfies(turn -> assertThat(turn.overReply).isTrue());
    }

    @Test
    void shouldHaveHeardNothingWhenInterruptedReplySaysNotWhat() {
        Transcript transcript = Transcript.of(
                List.of(
                        event(1.0, "reply_started", "t1", "text", "One two."),
                        event(1.1, "reply_finished", "t1", "interrupted", true)),
                2.0);

        assertThat(transcript.replies).singleElement().satisfies(reply -> {
            assertThat(reply.heard).isEmpty();
            assertThat(reply.unheard()).isEqualTo("One two.");
        });
    }

    @Test
    void shouldKeepRepliesApartWhenNextBeginsBeforeFirstIsOver() {
        Transcript transcript = Transcript.of(
                List.of(
                        event(1.0, "reply_started", "t1"),
                        event(1.2, "first_audio", "t1"),
                        event(2.0, "reply_started", "t2"),
                        event(3.0, "reply_finished", "t1", "interrupted", false, "heard", "one"),
                        event(3.1, "first_audio", "t2"),
                        event(4.0, "reply_finished", "t2", "interrupted", false, "heard", "two")),
                4.0);

        assertThat(transcript.replies).extracting(reply -> reply.heard).containsExactly("one", "two");
        assertThat(transcript.replies).extracting(reply -> reply.firstAudio).containsExactly(1.2, 3.1);
    }

    @Test
    void shouldCloseEverythingWhenRecordingStopsMidway() {
        Transcript transcript = Transcript.of(
                List.of(
                        event(1.0, "first_audio", "t1"),
                        event(2.0, "speech_started", "t2"),
                        event(2.0, "paused", "t1")),
                3.0);

        assertThat(transcript.replies).singleElement().satisfies(reply -> {
            assertThat(reply.to).isEqualTo(3.0);
            assertThat(reply.pauses).containsExactly(new Transcript.Span(2.0, 3.0));
        });
        assertThat(transcript.callerTurns)
                .singleElement()
                .satisfies(turn -> assertThat(turn.speechSeconds()).isEqualTo(1.0));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "One two three.,One two,three.",
                "One  two three.,One two ,three.",
                "One two.,One two.,\"\"",
                "One two.,\"\",One two.",
                "One two.,Something else,\"\"",
                "Interrupted,Inter,rupted",
            })
    void shouldFindUnheardTextWhenHeardTextIsItsBeginning(String text, String heard, String unheard) {
        assertThat(Transcript.Reply.unheard(text, heard)).isEqualTo(unheard);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "Hello 你好 friend.,Hello friend.,你好",
                "hello你好world is fine,hello world is,你好 fine",
                "你好 my friend 再见. Gone.,my friend Gone.,你好 再见.",
            })
    void shouldFindUnheardTextWhenTheVoiceLeftWordsOut(String text, String heard, String unheard) {
        assertThat(Transcript.Reply.unheard(text, heard)).isEqualTo(unheard);
    }
}
