package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class SpeechFollowerTest {
    private static final int RATE = 16_000;

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<String> failures = new ArrayList<>();
    private int given;

    private final Workers workers = new Workers() {
        @Override
        public void compute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void host(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void close() {}
    };

    private SpeechFollower<AutoCloseable> follower() {
        return new SpeechFollower<>(
                VoiceException.Code.RECOGNITION,
                "recognizer x",
                RATE,
                () -> () -> {},
                workers,
                e -> failures.add(e.code() + ": " + e.getMessage()));
    }

    private void second(SpeechFollower<AutoCloseable> follower) {
        follower.audio(new short[RATE], stream -> given++);
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    void shouldDropAudioAndSayItOnceWhenTheStreamHangs() {
        SpeechFollower<AutoCloseable> follower = follower();
        for (int i = 0; i < 100; i++) {
            second(follower);
        }

        assertThat(failures)
                .containsExactly(
                        "RECOGNITION: recognizer x does not take its audio: 60 s of it wait, and more is dropped"
                                + " until it does");
        runAll();
        assertThat(given).isEqualTo(61);

        second(follower);
        runAll();
        assertThat(given).isEqualTo(62);
        assertThat(failures).hasSize(1);
    }

    @Test
    void shouldTellEachFailureAndGoOn() {
        SpeechFollower<AutoCloseable> follower = follower();
        follower.call(stream -> {
            throw new java.io.IOException("gone");
        });
        second(follower);
        runAll();

        assertThat(failures).containsExactly("RECOGNITION: recognizer x threw at 16000 Hz: java.io.IOException: gone");
        assertThat(given).isEqualTo(1);
    }
}
