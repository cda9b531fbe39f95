package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.recording.Replay;
import dev.duplexvoice.recording.ReplayListener;
import dev.duplexvoice.recording.SessionRecording;
import dev.duplexvoice.support.RandomConversation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTapeTest {
    private static final long FRAME = 20_000_000L;
    private static final Map<String, String> HEADER = Map.of(
            RecordingHeader.SESSION, "s1",
            RecordingHeader.MADE_BY, "test",
            RecordingHeader.INPUT_RATE, "16000",
            RecordingHeader.OUTPUT_RATE, "48000",
            RecordingHeader.VOICE, "tone",
            RecordingHeader.PLUGINS, "");

    @TempDir
    private Path folder;

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final Workers workers = new Workers() {
        @Override
        public void compute(Runnable task) {
            waiting.add(task);
        }

        @Override
        public void host(Runnable task) {
            waiting.add(task);
        }

        @Override
        public void close() {}
    };
    private final short[] input = new short[320];
    private final short[] frame = new short[960];

    private Recording recording(Path file) {
        return new Recording(RecordingFile.create(file, new RecordingHeader(HEADER)), "s1", workers, false, () -> {});
    }

    private void write(Recording recording) {
        recording.write();
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    /** What a session does in 20 ms in which both sides speak. */
    private VoiceException pass(Tape tape, long pass) {
        tape.pass(pass * FRAME);
        tape.audio(TapeTag.INPUT, input.length, input);
        tape.missing(0);
        tape.audio(TapeTag.INPUT, 0, input);
        tape.mayThrow();
        tape.probability(0.25f);
        tape.number(TapeTag.WAITING, 1, 8);
        tape.audio(TapeTag.FRAME, frame.length, frame);
        return tape.passed(pass * FRAME);
    }

    private void noise(short[] samples, Random random) {
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (random.nextGaussian() * 8_000);
        }
    }

    @Test
    void shouldAllocateNothingForAFrame() {
        noise(input, new Random(1));
        noise(frame, new Random(2));
        Recording recording = recording(folder.resolve("a.dvrec"));
        Tape tape = new RecordingTape(recording);
        tape.started(0, 0, 0);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (int pass = 0; pass < 3_000; pass++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            VoiceException failed = pass(tape, pass);
            long after = threads.getCurrentThreadAllocatedBytes();
            assertThat(failed).isNull();
            if (pass > 1_000) {
                allocated += after - before;
            }
            write(recording);
        }
        // The JVM's own now and then, and less than a byte for a frame.
        assertThat(allocated).isLessThan(2_000);
    }

    @Test
    void shouldEndWithAMarkWhenTheFileDoesNotKeepUp() {
        noise(input, new Random(1));
        noise(frame, new Random(2));
        Path file = folder.resolve("slow.dvrec");
        Recording recording = recording(file);
        Tape tape = new RecordingTape(recording);
        tape.started(0, 0, 0);
        VoiceException failed = null;
        int passes = 0;
        while (failed == null) {
            failed = pass(tape, passes++);
        }
        // The file may stall for two seconds even if both sides shout.
        assertThat(passes).isGreaterThan(100);
        assertThat(failed.code()).isEqualTo(VoiceException.Code.IO);
        assertThat(failed).hasMessageContaining("slow.dvrec").hasMessageContaining("the session goes on");
        assertThat(pass(tape, passes)).isNull();
        assertThat(tape.action(TapeTag.SAY, 0)).isNull();
        tape.ended();
        boolean[] told = new boolean[1];
        tape.whenWritten(() -> told[0] = true);
        assertThat(told[0]).isFalse();
        write(recording);
        write(recording);
        assertThat(told[0]).isTrue();

        int read = 0;
        try (RecordingReader reader = RecordingReader.open(file)) {
            while (true) {
                reader.nextBlock();
                read++;
            }
        } catch (TapeStop stop) {
            assertThat(stop.end()).isEqualTo(Replay.End.ABANDONED);
            assertThat(stop).hasMessageContaining(Recording.TOO_SLOW);
        }
        assertThat(read).isGreaterThan(10);
    }

    @Test
    void shouldEndWithAnErrorWhenTheFileCannotBeWritten() {
        Recording recording = recording(folder.resolve("gone.dvrec"));
        Tape tape = new RecordingTape(recording);
        tape.started(0, 0, 0);
        for (int pass = 0; pass < 30; pass++) {
            assertThat(pass(tape, pass)).isNull();
        }
        recording.closeFile();
        write(recording);
        assertThat(recording.failure()).isNotNull();
        VoiceException failed = pass(tape, 31);
        assertThat(failed.code()).isEqualTo(VoiceException.Code.IO);
        assertThat(failed).hasMessageContaining("gone.dvrec").hasMessageContaining("cannot be written");
        tape.ended();
        boolean[] told = new boolean[1];
        tape.whenWritten(() -> told[0] = true);
        assertThat(told[0]).isTrue();
    }

    @Test
    void shouldLeaveNoFileWhenTheSessionWasNeverStarted() {
        Path file = folder.resolve("never.dvrec");
        Recording recording = recording(file);
        new RecordingTape(recording).discarded();
        write(recording);
        assertThat(file).doesNotExist();
    }

    @Test
    void shouldEndAndNotFailWhenTheRecordsAreAnything() throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < 400; i++) {
            int seed = i / 4;
            Path whole = folder.resolve(i + ".dvrec");
            RandomConversation.play(seed, made -> made.options.recording(whole));
            Path wrong = folder.resolve(i + "-wrong.dvrec");
            try (RecordingReader reader = RecordingReader.open(whole)) {
                RecordingFile out = RecordingFile.create(wrong, reader.header());
                copyWithMistakes(reader, out, random);
                out.close();
            }
            Replay replay = SessionRecording.open(wrong).replay(new ReplayListener() {});
            assertThat(replay.end()).as("%d", i).isNotNull();
            Files.delete(whole);
            Files.delete(wrong);
        }
    }

    private static void copyWithMistakes(RecordingReader in, RecordingFile out, Random random) throws IOException {
        try {
            while (true) {
                in.nextBlock();
                byte[] bytes = in.block().clone();
                int mistakes = random.nextInt(4);
                for (int i = 0; i < mistakes; i++) {
                    bytes[random.nextInt(in.length())] = (byte) (random.nextBoolean() ? random.nextInt(64) : 0xff);
                }
                out.append(RecordingFile.DATA, bytes, in.length());
            }
        } catch (TapeStop end) {
            assertThat(end.end()).isEqualTo(Replay.End.CUT);
        }
    }
}
