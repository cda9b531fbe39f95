package dev.duplexvoice.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what {@link AccessLog} logs in Apache's Combined Log Format, in UTC:
 * {@code 127.0.0.1 - - [10/Jan/2025:10:30:00 +0000] "POST /sessions HTTP/1.1" 200 234 "-" "curl/8.5"}. Secrets of addresses are hidden;
 * quotes, backslashes and control characters are written as Apache does, so that no request can write a line of its own.
 *
 * <p>Thread-safe.
 */
public final class AccessLineEncoder extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final HexFormat HEX = HexFormat.of();
    private static final int LONGEST = 8_192;

    private final LineText text = new LineText(Redactor.standard(), LONGEST);

    /** An encoder; it has no options. */
    public AccessLineEncoder() {}

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
        Map<String, @Nullable Object> fields =
                new java.util.HashMap<>(LineFields.of(event).rest());
        LineFields known = LineFields.of(event);
        StringBuilder out = new StringBuilder(192);
        word(out, known.value(LineFields.SCHEMA.indexOf("client_ip")));
        out.append(" - ");
        word(out, fields.get(AccessLog.USER));
        out.append(" [").append(TIME.format(event.getInstant())).append("] \"");
        if (fields.containsKey(AccessLog.METHOD)) {
            quoted(out, fields.get(AccessLog.METHOD));
            out.append(' ');
            quoted(out, fields.get(AccessLog.TARGET));
            out.append(' ');
            quoted(out, fields.get(AccessLog.PROTOCOL));
        } else {
            quoted(out, Shown.message(event));
        }
        out.append("\" ");
        word(out, fields.get(AccessLog.STATUS));
        out.append(' ');
        word(out, fields.get(AccessLog.BYTES));
        out.append(" \"");
        quoted(out, fields.get(AccessLog.REFERER));
        out.append("\" \"");
        quoted(out, fields.get(AccessLog.USER_AGENT));
        return out.append("\"\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private void word(StringBuilder out, @Nullable Object value) {
        int from = out.length();
        quoted(out, value);
        for (int i = from; i < out.length(); i++) {
            if (out.charAt(i) == ' ') {
                out.setCharAt(i, '_');
            }
        }
    }

    private void quoted(StringBuilder out, @Nullable Object value) {
        String shown = value == null ? "" : text.bounded(Shown.of(value));
        if (shown.isEmpty()) {
            out.append('-');
            return;
        }
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7f && c < 0xa0) {
                out.append("\\x").append(HEX.toHexDigits((byte) c));
            } else {
                out.append(c);
            }
        }
    }
}
