package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.dialog.Utterance;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Texts that a language model should not have written, said by an embedded voice in a session, which goes on. */
class HostileSpeechTest {
    private static final String AFTERWARDS = "This is said afterwards.";

    private final VirtualClock clock = new VirtualClock();
    private final List<SessionEvent> events = new ArrayList<>();
    private long loudFrames;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \t\n",
                "...",
                "?! — \"",
                "\u0000\u0001\u0007\u001b[31m\u007f",
                "\ud800",
                "\udc00 \ud83d",
                "<speak><break time=\"3s\"/></speak>",
                "<phoneme alphabet=\"ipa\" ph=\"x\">x</phoneme>",
                "Hello \ud83d\u0007 <b>you</b> &amp; me"
            })
    void shouldGoOnWhenTheTextIsStrange(String text) {
        converse(text, Duration.ofSeconds(30));
        assertThat(events).noneMatch(SessionEvent.Failed.class::isInstance);
        assertAfterwardsWasHeard();
    }

    @ParameterizedTest
    @ValueSource(strings = {"日本語", "日本語。 日本。"})
    void shouldSayThatItCannotSpeakAScriptAndGoOn(String text) {
        converse(text, Duration.ofSeconds(1));
        assertThat(events)
                .filteredOn(SessionEvent.Failed.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(((SessionEvent.Failed) event).message())
                        .matches("voice rms gave no audio for '日本語。?'"));
        assertThat(finished().get(0).heard()).isEmpty();
        assertAfterwardsWasHeard();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hello 你好 friend.|Hello friend.|你好",
                "It costs **$3.50** or 100 €, привет, at 10:30 a.m. on 12/24.|It costs **$3.50** or 100 €, at 10:30 a.m. on 12/24.|привет,",
                "Hello friend 你好.|Hello friend|你好.",
                "Sure! 你好！ That means hello. 再见。|Sure! That means hello.|你好！ 再见。",
                "你好。 That means hello.|That means hello.|你好。",
            })
    void shouldNotHearTheWordsOfAnotherScriptAndTellOnce(String text, String heard, String leftOut) {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.duplexvoice.internal.SessionCore");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (VoiceEngine engine = VoiceEngine.builder().clock(clock).build();
                DuplexSession session = engine.open(
                        SessionOptions.builder().listener(events::add).build())) {
            for (int i = 0; i < 2; i++) {
                session.say(text);
                play(session, Duration.ofSeconds(20));
            }
            assertThat(session.history()).extracting(Utterance::text).containsExactly(heard, heard);
        } finally {
            logger.detachAppender(log);
        }
        assertThat(events).noneMatch(SessionEvent.Failed.class::isInstance);
        assertThat(finished()).hasSize(2).allSatisfy(reply -> {
            assertThat(reply.interrupted()).isFalse();
            assertThat(reply.text()).isEqualTo(text);
            assertThat(reply.heard()).isEqualTo(heard);
        });
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getFormattedMessage()).contains("cannot say", "choose a voice");
                    assertThat(event.getKeyValuePairs())
                            .extracting(pair -> pair.key + "=" + pair.value)
                            .contains(
                                    "voice=rms",
                                    "text=" + leftOut,
                                    "turn_id=" + finished().get(0).turnId());
                });
    }

    /** The word that the voice left out before the cut is not heard, and those behind it are not told of. */
    @Test
    void shouldNotHearTheWordsOfAnotherScriptWhenCutOff() {
        String text = "Well 你好 my good old friend, and now 再见 to all of you.";
        converse(text, Duration.ofMillis(2_000));
        SessionEvent.ReplyFinished first = finished().get(0);
        assertThat(first.interrupted()).isTrue();
        assertThat(first.heard()).startsWith("Well my good").doesNotContain("你好", "you");
        assertAfterwardsWasHeard();
    }

    @Test
    void shouldGoOnWhenTheTextHasNoSpace() {
        // Long enough to need cutting on the way to the voice; an interruption must not wait for all of it.
        converse("a".repeat(100_000), Duration.ofSeconds(3));
        assertThat(events).noneMatch(SessionEvent.Failed.class::isInstance);
        assertThat(loudFrames).isPositive();
        SessionEvent.ReplyFinished first = finished().get(0);
        assertThat(first.interrupted()).isTrue();
        assertThat(first.heard().length()).isLessThan(first.text().length() / 10);
        assertAfterwardsWasHeard();
    }

    private void converse(String text, Duration patience) {
        try (VoiceEngine engine = VoiceEngine.builder().clock(clock).build();
                DuplexSession session = engine.open(
                        SessionOptions.builder().listener(events::add).build())) {
            session.say(text);
            play(session, patience);
            session.interrupt();
            session.say(AFTERWARDS);
            play(session, Duration.ofSeconds(5));
        }
        clock.advance(Duration.ZERO);
    }

    private void play(DuplexSession session, Duration howLong) {
        short[] frame = new short[session.options().output().frameSamples()];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        for (long i = howLong.toMillis() / 20; i > 0; i--) {
            clock.advance(Duration.ofMillis(20));
            if (session.pollAudio(frame, header) > 0 && Signals.rms(frame) > 100) {
                loudFrames++;
            }
        }
    }

    private List<SessionEvent.ReplyFinished> finished() {
        return events.stream()
                .filter(SessionEvent.ReplyFinished.class::isInstance)
                .map(SessionEvent.ReplyFinished.class::cast)
                .toList();
    }

    private void assertAfterwardsWasHeard() {
        List<SessionEvent.ReplyFinished> finished = finished();
        SessionEvent.ReplyFinished last = finished.get(finished.size() - 1);
        assertThat(last.heard()).isEqualTo(AFTERWARDS);
        assertThat(last.interrupted()).isFalse();
    }
}
