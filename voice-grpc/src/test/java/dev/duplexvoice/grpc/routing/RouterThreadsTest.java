package dev.duplexvoice.grpc.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RouterThreadsTest {
    private static final int LIMIT = 3;

    @Test
    void shouldNeverGiveAWorkerMoreThanItTakes() throws Exception {
        List<WorkerInfo> workers =
                List.of(Workers.limited("a", LIMIT), Workers.limited("b", LIMIT), Workers.limited("c", LIMIT));
        StaticWorkerRegistry registry = StaticWorkerRegistry.of(workers);
        Router router = Router.builder(registry).build();
        Map<String, AtomicInteger> held = new ConcurrentHashMap<>();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(12);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < 12; thread++) {
            Random random = new Random(thread);
            all.add(threads.submit(() -> {
                for (int i = 0; i < 2_000; i++) {
                    try (Route route = router.route(RouteRequest.of("s" + random.nextInt(50)))) {
                        AtomicInteger count =
                                held.computeIfAbsent(route.worker().name(), name -> new AtomicInteger());
                        most.accumulateAndGet(count.incrementAndGet(), Math::max);
                        Thread.onSpinWait();
                        if (random.nextInt(4) == 0) {
                            Thread.yield();
                        }
                        count.decrementAndGet();
                        route.succeeded();
                    } catch (NoWorkerException e) {
                        assertThat(e.decision().emptiedBy()).contains(RoutingStage.ADMISSION);
                        refused.incrementAndGet();
                    }
                    if (i % 100 == 0) {
                        registry.replace(workers);
                    }
                }
                return null;
            }));
        }
        for (Future<?> future : all) {
            future.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(most.get()).isEqualTo(LIMIT);
        assertThat(refused.get()).isPositive();
        assertThat(router.status()).extracting(WorkerStatus::inFlight).containsExactly(0, 0, 0);
    }
}
