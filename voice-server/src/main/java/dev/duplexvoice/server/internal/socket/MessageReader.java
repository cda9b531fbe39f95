package dev.duplexvoice.server.internal.socket;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what clients say; unknown fields are left out, unknown types are errors. Thread-safe. */
final class MessageReader {
    private static final int DEPTH = 8;
    private static final int MOST_OPTIONS = 100;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_USER = 128;

    private final JsonFactory json;

    /** @param longest a message, in bytes */
    MessageReader(int longest) {
        json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH)
                        .maxStringLength(longest)
                        .maxNameLength(LONGEST_NAME)
                        .maxNumberLength(32)
                        .maxDocumentLength(longest)
                        .build())
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
    }

    ClientMessage read(String message) throws BadMessage {
        Fields fields = new Fields();
        try (JsonParser in = json.createParser(message)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new BadMessage("expected a JSON object with a type");
            }
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                fields.take(name, in);
            }
            if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
                throw new BadMessage("expected one JSON object and nothing behind it");
            }
        } catch (IOException e) {
            throw new BadMessage("not JSON that is taken here: " + firstLine(e));
        }
        return message(fields);
    }

    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static ClientMessage message(Fields fields) throws BadMessage {
        String type = fields.require(fields.type, "type");
        return switch (type) {
            case "session_start", "SessionStart" -> start(fields);
            case "text", "TextChunk" -> new ClientMessage.Text(fields.require(fields.text, "text"), fields.isFinal);
            case "control" -> new ClientMessage.Control(command(fields.require(fields.command, "command")));
            case "audio_input" ->
                new ClientMessage.AudioInput(
                        fields.require(fields.pcm, "pcm"), Fields.notNegative(fields.sequence, "sequence"));
            case "playout" -> {
                if (fields.position == null) {
                    throw new BadMessage("position is missing: give the place up to which all was played, in samples");
                }
                yield new ClientMessage.Playout(Fields.notNegative(fields.position, "position"));
            }
            case "transcript" ->
                new ClientMessage.Transcript(
                        fields.require(fields.text, "text"),
                        fields.isFinal,
                        Fields.notNegative(fields.utterance, "utterance"));
            case "ping" -> new ClientMessage.Ping(fields.id == null ? "" : fields.id);
            case "session_end" -> new ClientMessage.End();
            default -> throw new BadMessage("type=" + type + ": is not known here");
        };
    }

    private static ClientMessage.Command command(String name) throws BadMessage {
        try {
            return ClientMessage.Command.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new BadMessage("command=" + name + ": use PAUSE, RESUME or STOP");
        }
    }

    private static ClientMessage start(Fields fields) throws BadMessage {
        String user = fields.userId;
        if (user != null && (user.isBlank() || user.length() > LONGEST_USER || user.matches("(?s).*\\p{Cntrl}.*"))) {
            throw new BadMessage("user_id: must be 1 to " + LONGEST_USER + " printable characters");
        }
        try {
            return new ClientMessage.Start(
                    fields.inputFormat(),
                    fields.outputFormat(),
                    fields.binary,
                    fields.options,
                    user,
                    fields.vad,
                    fields.resumeToken,
                    fields.received == null ? Long.MAX_VALUE : Fields.notNegative(fields.received, "received"),
                    "client".equals(fields.responder),
                    "client".equals(fields.recognizer));
        } catch (IllegalArgumentException e) {
            throw new BadMessage(String.valueOf(e.getMessage()));
        }
    }

    /** The fields of all messages. */
    private static final class Fields {
        private @Nullable String type;
        private @Nullable String text;
        private boolean isFinal;
        private @Nullable String command;
        private @Nullable String pcm;
        private @Nullable Long sequence;
        private @Nullable Long position;
        private @Nullable Long utterance;
        private @Nullable Long received;
        private @Nullable String id;
        private boolean binary = true;
        private boolean vad;
        private @Nullable String userId;
        private @Nullable String resumeToken;
        private @Nullable String responder;
        private @Nullable String recognizer;
        private int inputRate = StreamFormat.INPUT.sampleRate();
        private int inputMillis = StreamFormat.INPUT.frameMillis();
        private int outputRate = StreamFormat.CANONICAL.sampleRate();
        private int outputMillis = StreamFormat.CANONICAL.frameMillis();
        private final Map<String, String> options = new LinkedHashMap<>();

        StreamFormat inputFormat() {
            return new StreamFormat(inputRate, inputMillis);
        }

        StreamFormat outputFormat() {
            return new StreamFormat(outputRate, outputMillis);
        }

        void take(String name, JsonParser in) throws IOException, BadMessage {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            switch (name) {
                case "type" -> type = string(name, in);
                case "text" -> text = string(name, in);
                case "is_final" -> isFinal = flag(name, in);
                case "command" -> command = string(name, in);
                case "pcm" -> pcm = string(name, in);
                case "sequence" -> sequence = number(name, in);
                case "position" -> position = number(name, in);
                case "utterance" -> utterance = number(name, in);
                case "received" -> received = number(name, in);
                case "id" -> id = id(in);
                case "binary" -> binary = flag(name, in);
                case "vad" -> vad = flag(name, in);
                case "user_id" -> userId = string(name, in);
                case "resume_token" -> resumeToken = string(name, in);
                case "responder" -> responder = side(name, in);
                case "recognizer" -> recognizer = side(name, in);
                case "input" -> format(name, in);
                case "output" -> format(name, in);
                case "options" -> options(in);
                default -> in.skipChildren();
            }
        }

        private void format(String name, JsonParser in) throws IOException, BadMessage {
            if (in.currentToken() != JsonToken.START_OBJECT) {
                throw new BadMessage(name + ": must be an object with sample_rate and frame_ms");
            }
            boolean input = name.equals("input");
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                in.nextToken();
                if (field.equals("sample_rate")) {
                    int rate = (int) Math.min(Integer.MAX_VALUE, number(name + ".sample_rate", in));
                    inputRate = input ? rate : inputRate;
                    outputRate = input ? outputRate : rate;
                } else if (field.equals("frame_ms")) {
                    int millis = (int) Math.min(Integer.MAX_VALUE, number(name + ".frame_ms", in));
                    inputMillis = input ? millis : inputMillis;
                    outputMillis = input ? outputMillis : millis;
                } else {
                    in.skipChildren();
                }
            }
        }

        private void options(JsonParser in) throws IOException, BadMessage {
            if (in.currentToken() != JsonToken.START_OBJECT) {
                throw new BadMessage("options: must be an object of names and values");
            }
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                if (!in.nextToken().isScalarValue()) {
                    throw new BadMessage("options." + field + ": must be a text, a number, true or false");
                }
                options.put(field, in.getText());
                if (options.size() > MOST_OPTIONS) {
                    throw new BadMessage("options: more than " + MOST_OPTIONS);
                }
            }
        }

        private static String side(String name, JsonParser in) throws IOException, BadMessage {
            String side = string(name, in);
            if (!side.equals("client") && !side.equals("server")) {
                throw new BadMessage(name + "=" + side + ": use client or server");
            }
            return side;
        }

        private static String id(JsonParser in) throws IOException, BadMessage {
            if (!in.currentToken().isScalarValue() || in.getTextLength() > LONGEST_USER) {
                throw new BadMessage("id: must be a text or a number of at most " + LONGEST_USER + " characters");
            }
            return in.getText();
        }

        private static String string(String name, JsonParser in) throws IOException, BadMessage {
            if (in.currentToken() != JsonToken.VALUE_STRING) {
                throw new BadMessage(name + ": must be a text");
            }
            return in.getText();
        }

        private static boolean flag(String name, JsonParser in) throws BadMessage {
            if (in.currentToken() != JsonToken.VALUE_TRUE && in.currentToken() != JsonToken.VALUE_FALSE) {
                throw new BadMessage(name + ": must be true or false");
            }
            return in.currentToken() == JsonToken.VALUE_TRUE;
        }

        private static long number(String name, JsonParser in) throws IOException, BadMessage {
            if (in.currentToken() != JsonToken.VALUE_NUMBER_INT
                    || in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw new BadMessage(name + ": must be a whole number");
            }
            return in.getLongValue();
        }

        private static long notNegative(@Nullable Long value, String name) throws BadMessage {
            if (value == null) {
                return 0;
            }
            if (value < 0) {
                throw new BadMessage(name + "=" + value + ": must not be negative");
            }
            return value;
        }

        private String require(@Nullable String value, String name) throws BadMessage {
            if (value == null) {
                throw new BadMessage(name + " is missing");
            }
            return value;
        }
    }
}
