package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.SayOptions.When;
import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.support.Replayed;
import dev.duplexvoice.support.Scene;
import dev.duplexvoice.support.ToneVoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A text of the host's own that is said while it is written. */
class StreamedSpeechTest {
    @TempDir
    private Path folder;

    private final AtomicReference<Reply> reply = new AtomicReference<>();

    private Reply reply() {
        return reply.get();
    }

    @Test
    void shouldSpeakAsOneReplyWhatIsWrittenInPieces() {
        Scene scene = new Scene().open();
        scene.at(100, () -> {
                    reply.set(scene.session.say(SayOptions.DEFAULT));
                    reply().write("One two. ");
                })
                .at(150, () -> reply().write("Three "))
                .at(200, () -> {
                    reply().write("four.");
                    reply().complete();
                })
                .runTo(5_000);

        assertThat(scene.lines("reply_started", "reply_finished"))
                .containsExactly(
                        "0.100 reply_started", "0.920 reply_finished position=0.800 heard='One two. Three four.'");
        assertThat(scene.transport.spoken()).isEqualTo(ToneVoice.samples(0, 4 * 9_600));
    }

    @Test
    void shouldKeepWhatIsWrittenUntilItsTurnHasCome() {
        Scene scene = new Scene().open();
        scene.at(0, () -> scene.session.say("One two."))
                .at(50, () -> {
                    reply.set(scene.session.say(SayOptions.DEFAULT));
                    reply().write("Three ");
                    reply().write("four.");
                    scene.session.say("Five.");
                })
                // Nothing else is said until it is complete.
                .at(2_000, () -> reply().complete())
                .runTo(5_000);

        assertThat(scene.history()).containsExactly("AGENT: One two.", "AGENT: Three four.", "AGENT: Five.");
    }

    @Test
    void shouldBeCancelledWhenItIsCutOffOrTheSessionEnds() {
        Scene scene = new Scene().open();
        List<String> cancelled = new ArrayList<>();
        AtomicReference<Reply> waiting = new AtomicReference<>();
        scene.at(100, () -> {
                    reply.set(scene.session.say(SayOptions.DEFAULT));
                    reply().onCancel(() -> cancelled.add("first"));
                    reply().write("One two three four five. ");
                    waiting.set(scene.session.say(SayOptions.DEFAULT));
                    waiting.get().onCancel(() -> cancelled.add("second"));
                })
                .at(300, () -> scene.session.say("Stop!", new SayOptions(When.INTERRUPT, true)))
                .at(400, () -> {
                    assertThat(reply().isCancelled()).isTrue();
                    assertThat(waiting.get().isCancelled()).isFalse();
                    reply().write("Of no use.");
                    scene.close();
                })
                .runTo(5_000);

        assertThat(cancelled).containsExactly("first", "second");
        assertThat(waiting.get().isCancelled()).isTrue();
        waiting.get().write("Of no use either.");
        waiting.get().complete();
        assertThat(scene.history()).noneMatch(line -> line.contains("use"));
    }

    @Test
    void shouldNotPauseWhenItMayNotBeInterrupted() {
        Scene scene = new Scene().open();
        scene.at(0, () -> {
                    reply.set(scene.session.say(new SayOptions(When.QUEUE, false)));
                    reply().write("One two three four.");
                    reply().complete();
                })
                .speech(200, 400)
                .runTo(5_000);

        assertThat(scene.lines("paused", "interrupted")).isEmpty();
    }

    @Test
    void shouldRefuseTextBehindItsEndAndTooMuchOfIt() {
        Scene scene = new Scene().open();
        scene.session.say("One two three.");
        Reply waiting = scene.session.say(SayOptions.DEFAULT);
        assertThatThrownBy(() -> waiting.write("a".repeat(Reply.MAX_LENGTH + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("reply.length=1000001: ");
        waiting.complete();
        assertThatThrownBy(() -> waiting.write("more")).isInstanceOf(IllegalStateException.class);
        scene.close();
        scene.runTo(100);
        assertThatThrownBy(() -> scene.session.say(SayOptions.DEFAULT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void shouldEndTheReplyWithAnErrorWhenItsWriterFails() {
        Scene scene = new Scene().open();
        scene.at(0, () -> {
                    reply.set(scene.session.say(SayOptions.DEFAULT));
                    reply().fail(new IllegalStateException("no more"));
                })
                .runTo(1_000);

        assertThat(scene.events(SessionEvent.Failed.class)).hasSize(1);
        assertThat(scene.session.state()).isEqualTo(SessionState.LISTENING);
    }

    @Test
    void shouldBeHeardAgainInAReplay() {
        Path file = folder.resolve("streamed.dvrec");
        Scene scene = new Scene();
        scene.options.recording(file);
        scene.open()
                .at(100, () -> {
                    reply.set(scene.session.say(SayOptions.DEFAULT));
                    reply().write("One two. ");
                })
                .at(300, () -> {
                    reply().write("Three.");
                    reply().complete();
                })
                .at(2_000, scene::close)
                .runTo(3_000);
        scene.transport.take();

        Replayed again = new Replayed(file);
        assertThat(again.replay.message()).isNull();
        assertThat(again.events).isEqualTo(scene.events);
        assertThat(again.frames).isEqualTo(Replayed.frames(scene.transport)).isNotEmpty();
    }
}
