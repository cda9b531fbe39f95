package dev.duplexvoice.logging;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import org.jspecify.annotations.Nullable;

/** Stack traces as Java prints them, with causes and what was suppressed, of bounded length. */
final class Traces {
    private static final int MOST_FRAMES = 200;
    private static final int MOST_THROWABLES = 50;

    private final StringBuilder out = new StringBuilder(1_024);
    private final int longest;
    private final LineText message;
    private int throwables;

    private Traces(LineText text) {
        this.longest = text.longest();
        this.message = new LineText(text.redactor(), Math.max(256, longest / 4));
    }

    /** Somewhat longer than the longest text at most, and not redacted but for its cuts. */
    static String of(IThrowableProxy thrown, LineText text) {
        Traces traces = new Traces(text);
        traces.add("", "", thrown);
        return traces.out.toString();
    }

    /** Its class without the package, as one counts errors. */
    static String type(IThrowableProxy thrown) {
        String name = String.valueOf(thrown.getClassName());
        String simple = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
        return simple.isEmpty() || simple.chars().allMatch(Character::isDigit)
                ? name.substring(name.lastIndexOf('.') + 1)
                : simple;
    }

    private void add(String indent, String caption, @Nullable IThrowableProxy thrown) {
        if (thrown == null || out.length() > longest || throwables++ > MOST_THROWABLES) {
            return;
        }
        if (thrown.isCyclic()) {
            out.append(indent).append(caption).append("[circular: ").append(thrown.getClassName());
            out.append("]\n");
            return;
        }
        out.append(indent).append(caption).append(thrown.getClassName());
        String text = thrown.getMessage();
        if (text != null) {
            out.append(": ").append(text.length() <= message.longest() ? text : message.bounded(text));
        }
        out.append('\n');
        frames(indent, thrown);
        IThrowableProxy[] suppressed = thrown.getSuppressed();
        if (suppressed != null) {
            for (IThrowableProxy one : suppressed) {
                add(indent + "\t", "Suppressed: ", one);
            }
        }
        add(indent, "Caused by: ", thrown.getCause());
    }

    private void frames(String indent, IThrowableProxy thrown) {
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        int count = frames == null ? 0 : Math.max(0, frames.length - thrown.getCommonFrames());
        for (int i = 0; i < Math.min(count, MOST_FRAMES) && out.length() <= longest; i++) {
            out.append(indent)
                    .append("\tat ")
                    .append(frames[i].getStackTraceElement())
                    .append('\n');
        }
        int more = frames == null ? 0 : frames.length - Math.min(count, MOST_FRAMES);
        if (more > 0) {
            out.append(indent).append("\t... ").append(more).append(" more\n");
        }
    }
}
