package dev.duplexvoice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.duplexvoice.VoiceException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The manager with threads of its own and many that use it. */
@Timeout(120)
class ModelStressTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 1_500;
    private static final int MAX_RESIDENT = 3;

    private final AtomicInteger inMemory = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger loads = new AtomicInteger();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();
    private final Queue<ModelEvent> events = new ConcurrentLinkedQueue<>();
    private final Map<String, Watched> live = new ConcurrentHashMap<>();

    private final class Watched implements AutoCloseable {
        final String id;
        final AtomicInteger users = new AtomicInteger();
        final AtomicInteger closes = new AtomicInteger();

        Watched(String id) {
            this.id = id;
            made.incrementAndGet();
            expect(live.put(id, this) == null, id + " is there twice");
        }

        @Override
        public void close() {
            expect(users.get() == 0, id + " is closed while it is used");
            expect(closes.incrementAndGet() == 1, id + " is closed twice");
            live.remove(id, this);
            inMemory.decrementAndGet();
        }
    }

    private void expect(boolean condition, String otherwise) {
        if (!condition) {
            broken.add(otherwise);
        }
    }

    private Watched open(String id) {
        expect(loads.incrementAndGet() <= 2, "more than two loads");
        expect(inMemory.incrementAndGet() <= MAX_RESIDENT, "more than the cap");
        try {
            return new Watched(id);
        } finally {
            loads.decrementAndGet();
        }
    }

    @Test
    void shouldKeepItsPromisesWhenManyThreadsUseIt() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        ModelManager<Watched> manager = ModelManager.<Watched>builder(ModelLoader.blocking(id -> {
                    if (attempts.incrementAndGet() % 17 == 0) {
                        throw new IllegalStateException("torn file");
                    }
                    return open(id);
                }))
                .maxResident(MAX_RESIDENT)
                .maxLoads(2)
                .sweepInterval(Duration.ofMillis(100))
                .timeToLive(Duration.ofSeconds(1))
                .minResidency(Duration.ZERO)
                .acquireTimeout(Duration.ofSeconds(60))
                .observer(events::add)
                .build();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<? extends Future<?>> runs = IntStream.range(0, THREADS)
                    .mapToObj(seed -> threads.submit(() -> use(manager, new Random(seed))))
                    .toList();
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
            manager.close();
        }
        manager.terminated().toCompletableFuture().get(60, TimeUnit.SECONDS);

        assertThat(broken).isEmpty();
        assertThat(inMemory).hasValue(0);
        assertThat(live).isEmpty();
        assertThat(manager.stats().models()).isEmpty();
        assertThat(events).filteredOn(ModelEvent.Unloaded.class::isInstance).hasSize(made.get());
        long leased =
                events.stream().filter(ModelEvent.Leased.class::isInstance).count();
        assertThat(events).filteredOn(ModelEvent.Released.class::isInstance).hasSize((int) leased);
        assertThat(events.stream().map(ModelEvent::at)).isSorted();
    }

    private void use(ModelManager<Watched> manager, Random random) {
        for (int round = 0; round < ROUNDS; round++) {
            String id = "m" + random.nextInt(5);
            switch (random.nextInt(8)) {
                case 0 -> manager.unload(id, UnloadPolicy.values()[random.nextInt(2)]);
                case 1 -> manager.preload(List.of(id));
                case 2 -> manager.acquire(id).thenAccept(ModelLease::close);
                case 3 -> {
                    CompletableFuture<ModelLease<Watched>> future = manager.acquire(id);
                    if (!future.cancel(false) && !future.isCompletedExceptionally()) {
                        future.join().close();
                    }
                }
                default -> hold(manager, id);
            }
        }
    }

    private void hold(ModelManager<Watched> manager, String id) {
        try (ModelLease<Watched> lease = manager.acquireBlocking(id, "stress")) {
            Watched model = lease.model();
            model.users.incrementAndGet();
            expect(model.closes.get() == 0, id + " was given after it was closed");
            Thread.yield();
            model.users.decrementAndGet();
        } catch (VoiceException e) {
            expect(e.code() == VoiceException.Code.MODEL, e.toString());
        } catch (InterruptedException e) {
            broken.add("interrupted");
        }
    }

    @Test
    void shouldWithdrawTheRequestWhenAWaitingThreadIsInterrupted() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (ModelManager<Watched> manager = ModelManager.<Watched>builder(ModelLoader.blocking(id -> {
                    begun.countDown();
                    goOn.await();
                    return open(id);
                }))
                .build()) {
            Future<?> waiting = threads.submit(() -> manager.acquireBlocking("a", "s1"));
            begun.await();
            threads.shutdownNow();
            assertThat(catchThrowable(waiting::get))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
            goOn.countDown();
            manager.preload(List.of("a")).toCompletableFuture().get(60, TimeUnit.SECONDS);

            assertThat(manager.stats().models())
                    .singleElement()
                    .satisfies(model -> assertThat(model.leases()).isZero());
        } finally {
            goOn.countDown();
            threads.shutdownNow();
        }
    }
}
