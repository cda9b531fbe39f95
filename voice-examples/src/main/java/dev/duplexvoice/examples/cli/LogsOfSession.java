package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.logs.LogSearch;
import dev.duplexvoice.examples.logs.RecordFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows all lines of one session: in the order of the files, or in that of their times. */
abstract class LogsOfSession implements Callable<Integer> {
    private final boolean byTime;

    @Parameters(index = "0", paramLabel = "ID", description = "The session_id.")
    private String id = "";

    @Parameters(index = "1..*", paramLabel = "FILE", description = "Files, folders, globs, or - for stdin.")
    private List<String> files = new ArrayList<>();

    @Mixin
    private LogsLines lines = new LogsLines();

    LogsOfSession(boolean byTime) {
        this.byTime = byTime;
    }

    @Override
    public Integer call() {
        RecordFilter filter = lines.filter().session(id(id));
        return lines.show(files, filter, LogSearch.of(filter), byTime);
    }

    /** An id that can be looked for. */
    static String id(String id) {
        if (id.isBlank()) {
            throw new IllegalArgumentException("ID is empty: give a session_id as it is in the logs");
        }
        return id;
    }
}
