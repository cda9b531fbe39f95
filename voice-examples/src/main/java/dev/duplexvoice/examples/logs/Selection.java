package dev.duplexvoice.examples.logs;

/** Puts together again, in order, what was found block by block. For one thread. */
final class Selection {
    private final boolean open;
    private final Context context;
    private final LineSink sink;
    private final Summary summary = new Summary();

    private Scan.Before before = Scan.Before.NOTHING;
    private long line;

    Selection(boolean open, Context context, LineSink sink) {
        this.open = open;
        this.context = context;
        this.sink = sink;
    }

    void take(Block block, Scan scan) {
        if (block.begins()) {
            before = Scan.Before.NOTHING;
            line = 0;
            context.begin();
        }
        if (block.dropped() > 0) {
            summary.addTooLong(block.dropped());
            summary.bad(block.source(), line + 1);
            line += block.dropped();
        }
        summary.add(scan);
        for (int i = 0; i < scan.size(); i++) {
            one(block, scan, i);
        }
        line += scan.lines;
        if (scan.last != Scan.Before.NOTHING) {
            before = scan.last;
        }
    }

    private void one(Block block, Scan scan, int entry) {
        int flags = scan.flags(entry);
        long number = line + scan.line(entry);
        if ((flags & Scan.OPEN) != 0) {
            flags = decide(flags, block.source(), number);
        } else if ((flags & (Scan.BROKEN | Scan.CUT | Scan.STRANGE)) != 0) {
            summary.bad(block.source(), number);
        }
        boolean passes = (flags & (Scan.PASSED | Scan.MORE)) != 0 && (flags & Scan.MATCHED) != 0;
        LineSink.Kind kind = (flags & Scan.MORE) != 0 ? LineSink.Kind.MORE : LineSink.Kind.RECORD;
        if (passes) {
            summary.selected++;
        }
        context.line(passes, kind, block.bytes(), scan.start(entry), scan.end(entry), block.source(), number);
    }

    /** A line at a block's beginning goes with the last record of the block before. */
    private int decide(int flags, String source, long number) {
        switch (before) {
            case PASSED_TEXT:
                return flags | Scan.MORE;
            case OTHER_TEXT:
                return flags;
            default:
                summary.addStrange();
                summary.bad(source, number);
                return open ? flags | Scan.PASSED : flags;
        }
    }

    void problem(String problem) {
        summary.problem(problem);
    }

    boolean isDone() {
        return sink.isDone();
    }

    void flush() {
        sink.flush();
    }

    Summary finish() {
        sink.finish(summary);
        return summary;
    }
}
