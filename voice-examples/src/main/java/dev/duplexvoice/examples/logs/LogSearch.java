package dev.duplexvoice.examples.logs;

import dev.duplexvoice.VoiceException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One search: which lines are wanted, and in what surroundings. */
public final class LogSearch {
    private final RecordFilter filter;
    private final @Nullable LinePattern pattern;
    private final int before;
    private final int after;

    private LogSearch(RecordFilter filter, @Nullable LinePattern pattern, int before, int after) {
        this.filter = filter;
        this.pattern = pattern;
        this.before = before;
        this.after = after;
    }

    /** For the records that pass. */
    public static LogSearch of(RecordFilter filter) {
        return new LogSearch(filter, null, 0, 0);
    }

    /** For the lines of such records that have a pattern, with so many lines around them. */
    public static LogSearch of(RecordFilter filter, LinePattern pattern, int before, int after) {
        return new LogSearch(filter, pattern, before, after);
    }

    /**
     * Reads everything, on as many threads as there are processors; the sink is called by this one.
     *
     * @throws VoiceException if a line needs more memory than there is, or a sink more than it may take
     */
    public Summary run(List<LogSource> sources, LineSink sink) {
        Selection selection = selection(sink);
        try {
            ParallelScan.run(sources, this::scanner, selection);
            return selection.finish();
        } catch (OutOfMemoryError e) {
            // Lines may be long, and heaps small; what is not a line's is held in buffers of a fixed size.
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "out of memory at a long line: give Java more with JAVA_TOOL_OPTIONS=-Xmx1g",
                    e);
        }
    }

    BlockScanner scanner() {
        return new BlockScanner(filter, pattern, before + after > 0);
    }

    Selection selection(LineSink sink) {
        return new Selection(filter.isOpen(), new Context(before, after, sink), sink);
    }
}
