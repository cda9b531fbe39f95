package dev.duplexvoice.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.logstash.logback.composite.AbstractJsonProvider;
import net.logstash.logback.encoder.LoggingEventCompositeJsonEncoder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes each event as one line of JSON, in UTF-8, without secrets; see docs/logging.md for the schema. For {@link VoiceLogging}, and for
 * a host's own logback.xml:
 *
 * <pre>{@code
 * <encoder class="dev.duplexvoice.logging.JsonLineEncoder">
 *   <service>orders</service>
 * </encoder>
 * }</pre>
 *
 * <p>Thread-safe once it is started; setters are for before that.
 */
public final class JsonLineEncoder extends LoggingEventCompositeJsonEncoder {
    private final List<Path> referenceVoices = new ArrayList<>();
    private @Nullable String service;
    private @Nullable String component;
    private int longest = LoggingOptions.LONGEST_MESSAGE;
    private boolean spokenText;
    private LineText text = new LineText(Redactor.standard(), longest);

    /** An encoder with defaults. */
    public JsonLineEncoder() {
        setLineSeparator("UNIX");
        setFindAndRegisterJacksonModules(false);
    }

    /** The {@code service} of lines that do not name one. */
    public void setService(@Nullable String service) {
        this.service = service;
    }

    /** The {@code component} of lines that do not name one. */
    public void setComponent(@Nullable String component) {
        this.component = component;
    }

    /** The longest message, traceback or field in characters, from 256; what is longer is cut, and says so. */
    public void setLongestMessage(int characters) {
        this.longest = LoggingOptions.longestMessage(characters);
    }

    /** Whether fields like {@code text} and {@code transcript} are written; otherwise their length is. */
    public void setSpokenText(boolean spokenText) {
        this.spokenText = spokenText;
    }

    /** Adds a folder whose files are not to be named. */
    public void addReferenceVoices(String folder) {
        referenceVoices.add(Path.of(folder));
    }

    @Override
    public void start() {
        if (!isStarted()) {
            text = new LineText(Redactor.hiding(referenceVoices), longest);
            getProviders().addProvider(new Line());
        }
        super.start();
    }

    private final class Line extends AbstractJsonProvider<ILoggingEvent> {
        @Override
        public void writeTo(JsonGenerator out, ILoggingEvent event) {
            LineFields fields = LineFields.of(event);
            out.writeName("timestamp");
            out.writeString(Timestamps.of(event));
            out.writeName("level");
            out.writeString(LogLevel.of(event).name());
            out.writeName("logger");
            out.writeString(text.inJson(String.valueOf(event.getLoggerName())));
            out.writeName("message");
            out.writeString(text.inJson(Shown.message(event)));
            fields.orElse(LineFields.SERVICE, service);
            fields.orElse(LineFields.COMPONENT, component);
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null) {
                fields.orElse(LineFields.ERROR_TYPE, Traces.type(thrown));
                fields.orElse(LineFields.ERROR_MESSAGE, thrown.getMessage());
                fields.orElse(LineFields.TRACEBACK, Traces.of(thrown, text));
                if (thrown instanceof ThrowableProxy proxy) {
                    fields.orElse(LineFields.RESOLUTION, Resolutions.of(proxy.getThrowable()));
                }
            }
            write(new ValueWriter(out, text, spokenText), fields);
        }

        private void write(ValueWriter values, LineFields fields) {
            for (int i = 0; i < LineFields.SCHEMA.size(); i++) {
                if (i == LineFields.METADATA) {
                    metadata(values, fields);
                } else if (fields.has(i)) {
                    values.field(LineFields.SCHEMA.get(i), fields.value(i));
                }
            }
        }

        private void metadata(ValueWriter values, LineFields fields) {
            Map<String, @Nullable Object> rest = fields.rest();
            Object given = fields.value(LineFields.METADATA);
            if (rest.isEmpty()) {
                if (fields.has(LineFields.METADATA)) {
                    values.field("metadata", given);
                }
                return;
            }
            Map<String, @Nullable Object> all = new java.util.LinkedHashMap<>();
            if (given instanceof Map<?, ?> map) {
                map.forEach((name, value) -> all.put(String.valueOf(name), value));
            } else if (fields.has(LineFields.METADATA)) {
                all.put("metadata", given);
            }
            all.putAll(rest);
            values.field("metadata", all);
        }
    }

    /** Never throws: a line that cannot be written is said to be one. */
    @Override
    public byte[] encode(ILoggingEvent event) {
        try {
            return super.encode(event);
        } catch (RuntimeException | StackOverflowError e) {
            return ("{\"timestamp\":\"" + Timestamps.of(event) + "\",\"level\":\"ERROR\",\"logger\":\""
                            + JsonLineEncoder.class.getName() + "\",\"message\":\"A line could not be written\","
                            + "\"error_type\":\"" + e.getClass().getSimpleName() + "\"}\n")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Override
    public void encode(ILoggingEvent event, java.io.OutputStream stream) throws IOException {
        stream.write(encode(event));
    }
}
