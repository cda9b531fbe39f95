package dev.duplexvoice.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes each event as {@code timestamp LEVEL [logger] session=… - message name="value"}, in UTF-8 and without secrets. Lines of a stack
 * trace follow, indented; nothing that was logged can begin a line. {@code session=…} is left out where there is none.
 *
 * <p>Thread-safe once it is started; setters are for before that.
 */
public final class TextLineEncoder extends EncoderBase<ILoggingEvent> {
    private final List<Path> referenceVoices = new ArrayList<>();
    private int longest = LoggingOptions.LONGEST_MESSAGE;
    private boolean spokenText;
    private boolean stackTraces = true;
    private LineText text = new LineText(Redactor.standard(), longest);

    /** An encoder with defaults. */
    public TextLineEncoder() {}

    /** The longest message, traceback or field in characters, from 256; what is longer is cut, and says so. */
    public void setLongestMessage(int characters) {
        this.longest = LoggingOptions.longestMessage(characters);
    }

    /** Whether fields like {@code text} and {@code transcript} are written; otherwise their length is. */
    public void setSpokenText(boolean spokenText) {
        this.spokenText = spokenText;
    }

    /** Whether stack traces follow a line; otherwise nothing of an exception is written that the line does not say itself. */
    public void setStackTraces(boolean stackTraces) {
        this.stackTraces = stackTraces;
    }

    /** Adds a folder whose files are not to be named. */
    public void addReferenceVoices(String folder) {
        referenceVoices.add(Path.of(folder));
    }

    @Override
    public void start() {
        text = new LineText(Redactor.hiding(referenceVoices), longest);
        super.start();
    }

    @Override
    public byte @Nullable [] headerBytes() {
        return null;
    }

    @Override
    public byte @Nullable [] footerBytes() {
        return null;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder out = new StringBuilder(256);
        out.append(Timestamps.of(event)).append(' ').append(LogLevel.of(event).name());
        out.append(" [")
                .append(text.inLine(String.valueOf(event.getLoggerName())))
                .append("] ");
        LineFields fields = LineFields.of(event);
        Object session = fields.value(LineFields.SESSION_ID);
        if (session != null) {
            out.append("session=")
                    .append(text.inLine(Shown.of(session)).replace(' ', '_'))
                    .append(' ');
        }
        out.append("- ").append(text.inLine(Shown.message(event)));
        for (Map.Entry<String, @Nullable Object> field : fields.shown()) {
            field(out, field.getKey(), Shown.of(field.getValue()));
        }
        out.append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null && stackTraces) {
            for (String line : text.bounded(Traces.of(thrown, text)).split("\n")) {
                out.append("    ")
                        .append(LineText.visible(line.replace("\t", "    "), false))
                        .append('\n');
            }
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void field(StringBuilder out, String name, String value) {
        String shown =
                !spokenText && LineFields.isSpoken(name) ? LineFields.unspoken(value) : text.field(name, value, false);
        out.append(' ')
                .append(text.inLine(name).replace(' ', '_'))
                .append("=\"")
                .append(shown.replace("\"", "\\\""));
        out.append('"');
    }
}
