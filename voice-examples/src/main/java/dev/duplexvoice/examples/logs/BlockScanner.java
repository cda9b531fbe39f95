package dev.duplexvoice.examples.logs;

import org.jspecify.annotations.Nullable;

/** Finds in a block the lines that are wanted. For one thread at a time; each has its own. */
final class BlockScanner {
    private final RecordFilter filter;
    private final @Nullable LinePattern pattern;
    private final boolean everyLine;
    private final boolean open;
    private final LogLine line;

    /**
     * A scanner.
     *
     * @param everyLine whether lines that do not pass are told of too
     */
    BlockScanner(RecordFilter filter, @Nullable LinePattern pattern, boolean everyLine) {
        this.filter = filter;
        this.pattern = pattern;
        this.everyLine = everyLine;
        this.open = filter.isOpen();
        this.line = new LogLine(filter.fields());
    }

    Scan scan(byte[] bytes, int length) {
        Scan scan = new Scan();
        int from = 0;
        while (from < length) {
            int lineEnd = Bytes.indexOf((byte) '\n', bytes, from, length);
            int to = lineEnd > from && bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
            scan.lines++;
            one(scan, bytes, from, to);
            from = lineEnd + 1;
        }
        return scan;
    }

    private void one(Scan scan, byte[] bytes, int from, int to) {
        LogLine.Form form = line.read(bytes, from, to);
        if (form != LogLine.Form.JSON || line.mayBeBeyondAscii()) {
            if (!Bytes.isAscii(bytes, from, to) && !Bytes.isUtf8(bytes, from, to)) {
                scan.notUtf8++;
            }
        }
        int flags = switch (form) {
            case JSON -> record(scan, Scan.Before.CLOSED, Scan.Before.CLOSED);
            case TEXT -> record(scan, Scan.Before.PASSED_TEXT, Scan.Before.OTHER_TEXT);
            case CUT -> {
                scan.cut++;
                scan.last = Scan.Before.CLOSED;
                yield bad(scan, Scan.CUT);
            }
            case BROKEN -> {
                scan.broken++;
                scan.last = Scan.Before.CLOSED;
                yield bad(scan, Scan.BROKEN);
            }
            case OTHER -> other(scan);
            case BLANK -> scan.last == Scan.Before.NOTHING ? 0 : scan.last == Scan.Before.PASSED_TEXT ? Scan.MORE : 0;
        };
        // The pattern comes last: most lines are not wanted anyway.
        boolean wanted = (flags & (Scan.PASSED | Scan.MORE | Scan.OPEN)) != 0;
        if ((wanted || everyLine) && (pattern == null || pattern.matches(bytes, from, to))) {
            flags |= Scan.MATCHED;
        }
        boolean passes = wanted && ((flags & Scan.MATCHED) != 0 || (flags & Scan.OPEN) != 0);
        if (passes || everyLine || (flags & (Scan.BROKEN | Scan.CUT | Scan.STRANGE)) != 0) {
            scan.add(flags, from, to);
        }
    }

    private int record(Scan scan, Scan.Before passed, Scan.Before other) {
        scan.records++;
        boolean passes = open || filter.passes(line, () -> scan.untimed++);
        scan.last = passes ? passed : other;
        if (filter.isTimed()) {
            scan.newest = Math.max(scan.newest, line.micros());
        }
        return passes ? Scan.PASSED : 0;
    }

    /** A line that can only be part of a record of text. */
    private int other(Scan scan) {
        return switch (scan.last) {
            case NOTHING -> Scan.OPEN;
            case PASSED_TEXT -> Scan.MORE;
            case OTHER_TEXT -> 0;
            case CLOSED -> {
                scan.strange++;
                yield bad(scan, Scan.STRANGE);
            }
        };
    }

    private int bad(Scan scan, int what) {
        return (scan.tellsPlace() ? what : 0) | (open ? Scan.PASSED : 0);
    }
}
