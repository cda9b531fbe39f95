package dev.duplexvoice.benchmarks.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a program over a file.
 *
 * @param seconds from its start to its end
 * @param peakBytes the most of its memory that was resident, as the kernel counts it; 0 where it does not tell
 */
record Run(double seconds, long peakBytes) {
    private static final long LOOK_MS = 10;

    /**
     * Runs a program.
     *
     * @throws IOException if it cannot be started, or fails
     */
    static Run of(List<String> command, Path out, Path err) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        Path status = Path.of("/proc/" + process.pid() + "/status");
        long peak = 0;
        do {
            peak = Math.max(peak, peak(status));
        } while (!process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
            throw new IOException(command.get(0) + " ended with " + process.exitValue() + ": "
                    + Files.readString(err).strip());
        }
        return new Run(seconds, peak);
    }

    /** The kernel keeps the peak, so few looks are enough. */
    private static long peak(Path status) {
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
