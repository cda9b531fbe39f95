package dev.duplexvoice.examples.logs;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads sources on one thread, scans their blocks on as many as there are processors, and hands them on in order. */
final class ParallelScan {
    /** A block on its way, or what went wrong, or the end. */
    private record Item(
            @Nullable Block block,
            @Nullable Future<Scan> scan,
            @Nullable String problem) {
        static final Item END = new Item(null, null, null);
    }

    private final List<LogSource> sources;
    private final ExecutorService workers;
    private final ThreadLocal<BlockScanner> scanner;
    private final BlockPool pool;
    private final BlockingQueue<Item> items;
    /** Of the reading thread. */
    private volatile @Nullable Throwable failure;

    private ParallelScan(List<LogSource> sources, int threads, Supplier<BlockScanner> scanners) {
        this.sources = sources;
        this.workers = Executors.newFixedThreadPool(threads, ParallelScan::daemon);
        this.scanner = ThreadLocal.withInitial(scanners);
        int blocks = 2 * threads + 2;
        this.pool = new BlockPool(blocks);
        this.items = new ArrayBlockingQueue<>(2 * blocks);
    }

    static void run(List<LogSource> sources, Supplier<BlockScanner> scanners, Selection selection) {
        int threads = Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
        ParallelScan scan = new ParallelScan(sources, threads, scanners);
        Thread reader = daemon(scan::read);
        reader.start();
        try {
            scan.handOn(selection);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reader.interrupt();
            scan.workers.shutdownNow();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "logs");
        // A read of a pipe cannot be interrupted; the program ends all the same.
        thread.setDaemon(true);
        return thread;
    }

    private void handOn(Selection selection) throws InterruptedException {
        while (!selection.isDone()) {
            Item item = items.take();
            if (item.problem != null) {
                selection.problem(item.problem);
            } else if (item.block == null || item.scan == null) {
                throwFailure();
                return;
            } else {
                selection.take(item.block, result(item.scan));
                item.block.release().run();
            }
            if (items.isEmpty()) {
                selection.flush();
            }
        }
    }

    private void throwFailure() {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
    }

    private static Scan result(Future<Scan> scan) throws InterruptedException {
        try {
            return scan.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private void read() {
        try {
            for (LogSource source : sources) {
                read(source);
            }
            items.put(Item.END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody wants any more
        } catch (RuntimeException | Error e) {
            failure = e;
            items.clear(); // so that there is room; nothing more is read
            items.add(Item.END);
        }
    }

    private void read(LogSource source) throws InterruptedException {
        try (InputStream in = source.open()) {
            BlockReader reader = new BlockReader(source.name(), in, pool);
            while (true) {
                try {
                    Block block = reader.next();
                    if (block == null) {
                        return;
                    }
                    items.put(new Item(
                            block, workers.submit(() -> scanner.get().scan(block.bytes(), block.length())), null));
                } catch (IOException e) {
                    items.put(new Item(null, null, message(source, e)));
                }
            }
        } catch (IOException e) {
            items.put(new Item(null, null, message(source, e)));
        }
    }

    private static String message(LogSource source, IOException e) {
        String message = e instanceof EOFException || e instanceof java.util.zip.ZipException
                ? source.name() + ": the gzip data is "
                        + (e instanceof EOFException ? "cut off" : "damaged")
                        + "; what came before it was read"
                : source.name() + ": " + LogSource.reason(e);
        return Printable.of(message);
    }
}
