package dev.duplexvoice.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.support.RandomConversation;
import dev.duplexvoice.support.Replayed;
import dev.duplexvoice.support.Scene;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
    /** {@code -Dvoice.fuzz.scripts=100000} for a long run. */
    private static final int SCRIPTS = Integer.getInteger("voice.fuzz.scripts", 600);

    /** Of the file: magic, version, length and CRC-32 of the header; kind, length and CRC-32 of a block. */
    private static final int PREFIX = 20;

    private static final int BLOCK_HEADER = 9;

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
            assertThat(again.replay.events()).isEqualTo(scene.events.size());
            assertThat(again.replay.frames()).isEqualTo(again.frames.size());
            Files.delete(file);
        }
    }

    /** A recording of some length, and what was recorded. */
    private Scene recorded(Path file) {
        Scene scene = new Scene();
        scene.options.recording(file);
        scene.recognized().answering("word ".repeat(12)).open();
        for (int i = 0; i < 5; i++) {
            int at = 1_000 + 4_000 * i;
            scene.speech(at, at + 700).transcript(at + 900, "question " + i);
        }
        scene.speech(7_500, 9_000);
        scene.runTo(22_000);
        scene.session.close();
        scene.runTo(22_100);
        scene.transport.take();
        return scene;
    }

    private static void assertIsBeginningOf(Scene scene, Replayed again) {
        List<String> frames = Replayed.frames(scene.transport);
        assertThat(again.events.size()).isLessThanOrEqualTo(scene.events.size());
        assertThat(again.events).isEqualTo(scene.events.subList(0, again.events.size()));
        assertThat(again.frames.size()).isLessThanOrEqualTo(frames.size());
        assertThat(again.frames).isEqualTo(frames.subList(0, again.frames.size()));
    }

    /** Where the header and each block end. */
    private static List<Integer> boundaries(byte[] bytes) {
        List<Integer> ends = new ArrayList<>();
        ByteBuffer file = ByteBuffer.wrap(bytes);
        int at = PREFIX + file.getInt(12);
        while (at < bytes.length) {
            ends.add(at);
            at += BLOCK_HEADER + file.getInt(at + 1);
        }
        assertThat(at).isEqualTo(bytes.length);
        return ends;
    }

    @Test
    void shouldReplayTheBeginningWhenTheFileIsCut() throws IOException {
        Path file = folder.resolve("whole.dvrec");
        Scene scene = recorded(file);
        byte[] bytes = Files.readAllBytes(file);
        List<Integer> boundaries = boundaries(bytes);
        assertThat(boundaries).hasSizeGreaterThan(30);
        Path cut = folder.resolve("cut.dvrec");
        List<Integer> lengths = new ArrayList<>(boundaries);
        new Random(1).ints(60, boundaries.get(0), bytes.length).forEach(lengths::add);
        lengths.sort(null);
        int before = 0;
        for (int length : lengths) {
            Files.write(cut, Arrays.copyOf(bytes, length));

            Replayed again = new Replayed(cut);

            assertThat(again.replay.end()).isEqualTo(Replay.End.CUT);
            assertThat(again.replay.isFaithful()).isTrue();
            assertThat(again.replay.message()).contains("byte " + length);
            assertIsBeginningOf(scene, again);
            assertThat(again.frames.size()).isGreaterThanOrEqualTo(before);
            before = again.frames.size();
        }
        assertThat(before).isGreaterThan(Replayed.frames(scene.transport).size() - 50);
    }

    @Test
    void shouldSaySoWhenBytesAreNotWhatTheyWere() throws IOException {
        Path file = folder.resolve("whole.dvrec");
        Scene scene = recorded(file);
        byte[] bytes = Files.readAllBytes(file);
        int header = boundaries(bytes).get(0);
        Path damaged = folder.resolve("damaged.dvrec");
        Random random = new Random(2);
        for (int i = 0; i < 300; i++) {
            byte[] wrong = bytes.clone();
            int at = random.nextInt(i % 5 == 0 ? header : bytes.length);
            wrong[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(damaged, wrong);
            if (at < header) {
                assertThatThrownBy(() -> new Replayed(damaged))
                        .as("byte %d", at)
                        .isInstanceOf(VoiceException.class)
                        .hasMessageContaining("damaged.dvrec");
            } else {
                Replayed again = new Replayed(damaged);
                assertThat(again.replay.end()).as("byte %d", at).isIn(Replay.End.CORRUPT, Replay.End.CUT);
                assertThat(again.replay.message()).contains("byte ");
                assertIsBeginningOf(scene, again);
            }
        }
    }

    @Test
    void shouldNameBothVersionsWhenTheFileIsOfAnother() throws IOException {
        Path file = folder.resolve("later.dvrec");
        recorded(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[11] = 7;
        Files.write(file, bytes);
        assertThatThrownBy(() -> SessionRecording.open(file))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("format version 7")
                .hasMessageContaining("reads version 3");
    }

    @Test
    void shouldRefuseWhatIsNoRecording() throws IOException {
        Path none = folder.resolve("none.dvrec");
        assertThatThrownBy(() -> SessionRecording.open(none))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> SessionRecording.open(folder)).hasMessageContaining("give a recording");
        Path empty = Files.createFile(folder.resolve("empty.dvrec"));
        assertThatThrownBy(() -> SessionRecording.open(empty)).hasMessageContaining("no recording");
        Path other = Files.writeString(folder.resolve("other.dvrec"), "RIFF and so on, and on, and on");
        assertThatThrownBy(() -> SessionRecording.open(other)).hasMessageContaining("no recording");
        Path whole = folder.resolve("whole.dvrec");
        recorded(whole);
        byte[] bytes = Files.readAllBytes(whole);
        for (int length : new int[] {3, 8, PREFIX - 1, PREFIX, boundaries(bytes).get(0) - 1}) {
            Files.write(other, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> SessionRecording.open(other)).hasMessageContaining("ends within its header");
        }
    }

    @Test
    void shouldTellWhatTheSessionWasWhenOpened() {
        Path file = folder.resolve("whole.dvrec");
        Scene scene = recorded(file);
        SessionRecording recording = SessionRecording.open(file);
        assertThat(recording.file()).isEqualTo(file);
        assertThat(recording.sessionId()).isEqualTo(scene.session.id());
        assertThat(recording.voice()).isEqualTo("tone");
        assertThat(recording.detector()).isNull();
        assertThat(recording.madeBy()).matches("\\d+\\..*");
        assertThat(recording.input().sampleRate()).isEqualTo(16_000);
        assertThat(recording.output().sampleRate()).isEqualTo(48_000);
        assertThat(recording.options()).isEqualTo(scene.session.options().values());
    }

    @Test
    void shouldBeItsOwnersOnly() throws IOException {
        Path file = folder.resolve("mine.dvrec");
        recorded(file);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void shouldOpenNoSessionWhenTheFileCannotBeMade() throws IOException {
        Path there = Files.createFile(folder.resolve("there.dvrec"));
        Scene scene = new Scene();
        scene.options.recording(there);
        assertThatThrownBy(scene::open)
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("there already")
                .matches(e -> ((VoiceException) e).code() == VoiceException.Code.IO);
        assertThat(scene.engine.sessions()).isZero();
        scene.options.recording(folder.resolve("no/folder.dvrec"));
        assertThatThrownBy(scene::open).hasMessageContaining("folder is not there");
    }

    @Test
    void shouldPassOnWhatTheListenerThrows() {
        Path file = folder.resolve("whole.dvrec");
        recorded(file);
        IllegalStateException mine = new IllegalStateException("mine");
        assertThatThrownBy(() -> SessionRecording.open(file).replay(new ReplayListener() {
                    @Override
                    public void event(SessionEvent event) {
                        throw mine;
                    }
                }))
                .isSameAs(mine);
    }
}
