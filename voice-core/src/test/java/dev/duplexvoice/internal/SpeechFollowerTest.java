package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.TraceContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
                e -> failures.add(e.code() + ": " + e.getMessage()),
                TraceContext.NONE);
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
    void shouldSayItOnceWhenTheStreamIsSlowAndStaysBehind() {
        SpeechFollower<AutoCloseable> follower = follower();
        again = stream -> {
            // While it is at this one, two more come.
            if (++given < 200) {
                again(follower);
                again(follower);
            }
        };
        for (int i = 0; i < 62; i++) {
            again(follower);
        }
        runAll();
        assertThat(failures).hasSize(1);

        for (int i = 0; i < 62; i++) {
            second(follower);
        }
        assertThat(failures).hasSize(2);
    }

    private SpeechFollower.Call<AutoCloseable> again;

    private void again(SpeechFollower<AutoCloseable> follower) {
        follower.audio(new short[RATE], again);
    }

    @Test
    void shouldLeaveWholeUtterancesOutWhenTheStreamHangs() {
        SpeechFollower<AutoCloseable> follower = follower();
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int utterance = i;
            follower.begin(stream -> calls.add(utterance + " begins"));
            follower.audio(new short[1], stream -> calls.add(utterance + " sounds"));
            follower.end(stream -> calls.add(utterance + " ends"));
        }

        assertThat(tasks).hasSize(1);
        assertThat(failures)
                .containsExactly(
                        "RECOGNITION: recognizer x does not return: 100 calls wait, and more are dropped until it does");
        runAll();
        assertThat(calls)
                .hasSize(150)
                .startsWith("0 begins", "0 sounds", "0 ends")
                .endsWith("49 begins", "49 sounds", "49 ends");

        follower.begin(stream -> calls.add("begins again"));
        runAll();
        assertThat(calls).last().isEqualTo("begins again");
        assertThat(failures).hasSize(1);
    }

    @Test
    void shouldAnswerInItsPlaceWhenTooManyQuestionsWait() {
        SpeechFollower<AutoCloseable> follower = follower();
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 103; i++) {
            follower.call(stream -> answers.add("asked"), () -> answers.add("not asked"));
        }
        assertThat(answers).containsExactly("not asked", "not asked", "not asked");

        runAll();
        assertThat(answers).hasSize(103);
        assertThat(failures).hasSize(1);
    }

    @Test
    void shouldTellWhenStartReturnsNothing() {
        SpeechFollower<AutoCloseable> follower = new SpeechFollower<>(
                VoiceException.Code.TURN_TAKING,
                "turn detector x",
                RATE,
                () -> null,
                workers,
                e -> failures.add(e.getMessage()),
                TraceContext.NONE);
        second(follower);
        runAll();

        assertThat(failures)
                .containsExactly(
                        "turn detector x threw at 16000 Hz: java.lang.NullPointerException: start returned null");
        assertThat(given).isZero();
    }

    @Test
    void shouldNotInterruptTheNextCallWhenOneWasInterrupted() throws InterruptedException {
        Workers threads = Workers.threads(1);
        try {
            List<Boolean> interrupted = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch ready = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(1);
            SpeechFollower<AutoCloseable> follower = new SpeechFollower<>(
                    VoiceException.Code.RECOGNITION,
                    "recognizer x",
                    RATE,
                    () -> () -> {},
                    threads,
                    e -> {},
                    TraceContext.NONE);
            // All in one go, on one thread.
            follower.begin(stream -> ready.await());
            follower.begin(stream -> {
                throw new InterruptedException();
            });
            follower.begin(stream -> interrupted.add(Thread.currentThread().isInterrupted()));
            follower.begin(stream -> Thread.currentThread().interrupt());
            follower.begin(stream -> interrupted.add(Thread.currentThread().isInterrupted()));
            follower.begin(stream -> done.countDown());
            ready.countDown();

            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(interrupted).containsExactly(false, false);
        } finally {
            threads.close();
        }
    }

    @Test
    void shouldKeepAnInterruptWhenTheThreadIsTheHostsOwn() {
        SpeechFollower<AutoCloseable> follower = follower();
        follower.begin(stream -> {
            throw new InterruptedException();
        });
        runAll();

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shouldTellEachFailureAndGoOn() {
        SpeechFollower<AutoCloseable> follower = follower();
        follower.begin(stream -> {
            throw new java.io.IOException("gone");
        });
        second(follower);
        runAll();

        assertThat(failures).containsExactly("RECOGNITION: recognizer x threw at 16000 Hz: java.io.IOException: gone");
        assertThat(given).isEqualTo(1);
    }
}
