package dev.duplexvoice.benchmarks.socket;

/**
 * What the server's process tells of itself, after a collection.
 *
 * @param heap live bytes
 * @param beside resident bytes that are neither heap nor a file's pages; the heap must be touched at the start
 */
record ServerFigures(
        long heap,
        long beside,
        int threads,
        int sessions,
        long opened,
        long slow,
        long lost,
        long wrongSequence,
        long badMessages) {

    static ServerFigures parse(String line) {
        String[] values = line.split(" ");
        return new ServerFigures(
                Long.parseLong(values[0]),
                Long.parseLong(values[1]),
                Integer.parseInt(values[2]),
                Integer.parseInt(values[3]),
                Long.parseLong(values[4]),
                Long.parseLong(values[5]),
                Long.parseLong(values[6]),
                Long.parseLong(values[7]),
                Long.parseLong(values[8]));
    }
}
