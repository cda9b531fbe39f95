package dev.duplexvoice.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.RandomConversation;
import dev.duplexvoice.support.Replayed;
import dev.duplexvoice.support.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
    /** {@code -Dvoice.fuzz.scripts=100000} for a long run. */
    private static final int SCRIPTS = Integer.getInteger("voice.fuzz.scripts", 600);

    @TempDir
    private Path folder;

    @Test
    void shouldHappenAgainWhenAnythingHappened() throws IOException {
        for (int seed = 0; seed < SCRIPTS; seed++) {
            Path file = folder.resolve(seed + ".dvrec");
            Scene scene = RandomConversation.play(seed, made -> made.options.recording(file));

            Replayed again = new Replayed(file);

            assertThat(again.replay.message()).as("seed %d", seed).isNull();
            assertThat(again.replay.end()).isEqualTo(Replay.End.COMPLETE);
            assertThat(again.events).as("seed %d", seed).isEqualTo(scene.events);
            assertThat(again.frames).as("seed %d", seed).isEqualTo(Replayed.frames(scene.transport));
            Files.delete(file);
        }
    }
}
