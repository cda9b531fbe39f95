package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.VoiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;

/**
 * Two sides that run at the same time. Whatever else goes on in a machine then meets both, and two figures that differ by a hundredth
 * can be told apart on a machine whose equal runs differ by a fifth. Each side has a thread group, so that its threads can be told
 * from the other's, also those that it begins itself; the groups are for all runs, as a pool that outlives a run keeps its threads.
 */
final class Together {
    private final ThreadGroup[] groups = {new ThreadGroup("loadtest-none"), new ThreadGroup("loadtest-with")};

    /** What a side does. */
    interface Side {
        /** @param both to be waited for where both are to begin something */
        CpuRun run(ThreadGroup group, CyclicBarrier both);
    }

    /**
     * Runs both, each on a thread of its group.
     *
     * @param first the side that is begun first, 0 or 1: neither is to have the better place in each run
     * @return what they took, in their order
     */
    List<CpuRun> run(int first, Side none, Side with) throws InterruptedException {
        CyclicBarrier both = new CyclicBarrier(2);
        List<CompletableFuture<CpuRun>> results = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        List<Side> sides = List.of(none, with);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int side = (first + i) % 2;
            Thread thread = new Thread(
                    groups[side],
                    () -> {
                        try {
                            results.get(side).complete(sides.get(side).run(groups[side], both));
                        } catch (RuntimeException | Error e) {
                            results.get(side).completeExceptionally(e);
                            // The other would wait for ever.
                            both.reset();
                        }
                    },
                    "loadtest-side-" + side);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return List.of(result(results.get(0)), result(results.get(1)));
    }

    /** Waits for the other side. */
    static void meet(CyclicBarrier both) throws InterruptedException {
        try {
            both.await();
        } catch (BrokenBarrierException e) {
            throw new VoiceException(VoiceException.Code.INTERNAL, "the other side of the comparison failed", e);
        }
    }

    private static CpuRun result(CompletableFuture<CpuRun> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
