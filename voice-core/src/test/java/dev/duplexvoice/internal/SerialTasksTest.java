package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialTasksTest {

    @Test
    void shouldRunEveryTaskAloneAndInOrderWhenManyThreadsAsk() throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        ExecutorService askers = Executors.newFixedThreadPool(3);
        try {
            int each = 20_000;
            SerialTasks tasks = new SerialTasks(executor);
            CountDownLatch done = new CountDownLatch(3 * each);
            AtomicBoolean running = new AtomicBoolean();
            AtomicInteger overlaps = new AtomicInteger();
            List<List<Integer>> seen = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int asker = 0; asker < 3; asker++) {
                List<Integer> mine = seen.get(asker);
                askers.execute(() -> {
                    for (int i = 0; i < each; i++) {
                        int number = i;
                        tasks.execute(() -> {
                            if (!running.compareAndSet(false, true)) {
                                overlaps.incrementAndGet();
                            }
                            mine.add(number);
                            running.set(false);
                            done.countDown();
                        });
                    }
                });
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(overlaps).hasValue(0);
            assertThat(seen)
                    .allSatisfy(numbers -> assertThat(numbers).hasSize(each).isSorted());
        } finally {
            askers.shutdownNow();
            executor.shutdownNow();
        }
    }

    @Test
    void shouldGoOnWhenATaskThrows() {
        List<String> ran = new ArrayList<>();
        SerialTasks tasks = new SerialTasks(Runnable::run);
        tasks.execute(() -> {
            throw new AssertionError("first");
        });
        tasks.execute(() -> ran.add("second"));

        assertThat(ran).containsExactly("second");
    }

    @Test
    void shouldDropTasksQuietlyWhenTheExecutorIsShutDown() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.shutdownNow();
        List<String> ran = new ArrayList<>();
        new SerialTasks(executor).execute(() -> ran.add("never"));

        assertThat(ran).isEmpty();
    }
}
