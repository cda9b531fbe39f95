package dev.duplexvoice.benchmarks.scheduler;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How long a device takes for a batch. */
interface KernelTimes {

    /** Nanoseconds of a batch with so many frames of all its streams together, those of zeros behind an utterance included. */
    long nanos(int frames);

    /** A fixed cost for each batch and one for each frame. */
    static KernelTimes linear(double launchMicros, double frameMicros) {
        return frames -> Math.round(1e3 * (launchMicros + frameMicros * frames));
    }

    /**
     * What was measured: lines of {@code frames,microseconds}, in proportion in between and beyond.
     *
     * @throws VoiceException if the file cannot be read or is no such table
     */
    static KernelTimes table(Path file) {
        List<double[]> rows = new ArrayList<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (line.isBlank() || number == 1 && line.startsWith("frames")) {
                    continue;
                }
                rows.add(row(file, number, line));
            }
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, file + " cannot be read: give a table of frames,microseconds", e);
        }
        if (rows.isEmpty()) {
            throw new VoiceException(
                    VoiceException.Code.INVALID_ARGUMENT, file + " is empty: give lines of frames,microseconds");
        }
        rows.sort(Comparator.comparingDouble(row -> row[0]));
        return frames -> Math.round(1e3 * micros(rows, frames));
    }

    private static double[] row(Path file, int number, String line) {
        String[] parts = line.split(",", -1);
        try {
            double[] row = {Double.parseDouble(parts[0].strip()), Double.parseDouble(parts[1].strip())};
            if (parts.length == 2 && row[0] >= 1 && row[1] > 0 && row[1] < 1e9) {
                return row;
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // told below
        }
        throw new VoiceException(
                VoiceException.Code.INVALID_ARGUMENT,
                file + " line " + number + ": must be frames,microseconds, such as 1024,900");
    }

    private static double micros(List<double[]> rows, double frames) {
        double[] before = rows.get(0);
        if (frames <= before[0]) {
            return before[1];
        }
        for (double[] row : rows) {
            if (frames <= row[0]) {
                return row[0] == before[0]
                        ? row[1]
                        : before[1] + (row[1] - before[1]) * (frames - before[0]) / (row[0] - before[0]);
            }
            before = row;
        }
        return before[1] * frames / before[0];
    }
}
