package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WorkerThreadsTest {
    private static final int ROUNDS = 20_000;

    private final Random random = new Random(1);

    private void spin(int most) {
        for (int i = random.nextInt(most); i > 0; i--) {
            Thread.onSpinWait();
        }
    }

    /** Rare, so that this finds it only now and then: a thread takes a task on its way to sleep, and is woken for the next one. */
    @Test
    void shouldNotLeaveATaskBehindAnotherWhenAThreadIsIdle() throws InterruptedException {
        WorkerThreads workers = new WorkerThreads(3, "worker-");
        try {
            for (int i = 0; i < ROUNDS; i++) {
                CountDownLatch second = new CountDownLatch(1);
                CountDownLatch first = new CountDownLatch(1);
                // A short task, so that a thread is about to sleep when the next one comes.
                workers.execute(() -> {});
                spin(400);
                workers.execute(() -> {
                    try {
                        if (second.await(60, TimeUnit.SECONDS)) {
                            first.countDown();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                spin(60);
                workers.execute(second::countDown);

                assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            workers.close();
        }
    }
}
