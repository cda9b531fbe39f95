package dev.duplexvoice.examples.simulate;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of a scenario; what is wrong with it is told in words of the file, not of the parser. */
final class ScenarioJson {
    private static final String EXAMPLE = "such as {\"user\": [{\"from\": 0.5, \"to\": 1.5}]}";
    private static final Set<String> NUMBERS = Set.of("from", "sttDelay", "ttft", "duration", "audio", "ttfb", "at");
    /** The parser gives these names nowhere but in its messages. */
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'.*", Pattern.DOTALL);

    private static final Pattern MISSING =
            Pattern.compile("Missing required creator property '(.*?)'.*", Pattern.DOTALL);

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .withCoercionConfig(
                    LogicalType.Float,
                    config -> config.setCoercion(CoercionInputShape.String, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .withCoercionConfig(
                    LogicalType.Boolean,
                    config -> config.setCoercion(CoercionInputShape.String, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
            .build();

    private final Path file;
    private final String text;

    ScenarioJson(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    Scenario read() throws IOException {
        if (text.isBlank()) {
            throw wrong(null, "is empty: write a scenario, " + EXAMPLE);
        }
        checkSyntax();
        try {
            return MAPPER.readValue(text, Scenario.class);
        } catch (JsonMappingException e) {
            throw wrong(e, at(e.getLocation(), misfit(e)));
        }
    }

    /** Once through the file before it is bound: here the parser still tells what is open. */
    private void checkSyntax() throws IOException {
        try (JsonParser parser = MAPPER.createParser(text)) {
            try {
                JsonToken first = parser.nextToken();
                if (first != JsonToken.START_OBJECT) {
                    throw wrong(
                            null,
                            at(
                                    parser.currentTokenLocation(),
                                    "a scenario is an object, " + EXAMPLE + ", and not "
                                            + (first == JsonToken.START_ARRAY ? "an array" : "a single value")));
                }
                while (!parser.getParsingContext().inRoot()) {
                    // The binding would take it for 0.
                    JsonToken token = parser.nextToken();
                    String name = parser.currentName();
                    if (token == JsonToken.VALUE_NULL && name != null && NUMBERS.contains(name)) {
                        throw wrong(
                                null, at(parser.currentTokenLocation(), name + " is null: write a number of seconds"));
                    }
                }
                if (parser.nextToken() != null) {
                    throw wrong(
                            null, at(parser.currentTokenLocation(), "the scenario has ended before: remove the rest"));
                }
            } catch (JsonEOFException e) {
                throw wrong(e, unclosed(parser, e));
            } catch (JsonProcessingException e) {
                throw wrong(e, unexpected(e));
            }
        }
    }

    private String unclosed(JsonParser parser, JsonEOFException e) {
        JsonToken token = e.getTokenBeingDecoded();
        if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
            return at(parser.currentTokenLocation(), "a text or name behind here is not closed: write its \"");
        }
        boolean array = parser.getParsingContext().inArray();
        return at(
                parser.getParsingContext().startLocation(e.getLocation().contentReference()),
                array ? "the array is not closed: write its ]" : "the object is not closed: write its }");
    }

    private String unexpected(JsonProcessingException e) {
        Matcher twice = DUPLICATE.matcher(e.getOriginalMessage());
        if (twice.matches()) {
            return at(e.getLocation(), twice.group(1) + " is there twice: keep one");
        }
        int place = (int) Math.max(0, Math.min(e.getLocation().getCharOffset(), text.length() - 1));
        // The parser may have read a word before it says that it is none.
        if (place > 0 && !Character.isLetter(text.charAt(place)) && Character.isLetter(text.charAt(place - 1))) {
            place--;
        }
        int from = place;
        while (from > 0 && Character.isLetter(text.charAt(place)) && Character.isLetter(text.charAt(from - 1))) {
            from--;
        }
        int to = from + 1;
        while (Character.isLetter(text.charAt(from)) && to < text.length() && Character.isLetter(text.charAt(to))) {
            to++;
        }
        String what = text.substring(from, to);
        String told = Character.isLetter(what.charAt(0))
                ? what + " is no value: write a number, a text in double quotes, true or false"
                : (Character.isWhitespace(what.charAt(0)) ? "a line break or tab" : what)
                        + " is not expected here: is a comma, a quote or a bracket missing or too many?";
        long line = text.substring(0, from).chars().filter(c -> c == '\n').count() + 1;
        return position(line, from - text.lastIndexOf('\n', from - 1), told);
    }

    private static String misfit(JsonMappingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return where(e.getPath().subList(0, e.getPath().size() - 1)) + "there is no " + unknown.getPropertyName()
                    + "; use one of "
                    + names(unknown.getKnownPropertyIds());
        }
        Matcher missing = MISSING.matcher(e.getOriginalMessage());
        if (missing.matches()) {
            List<JsonMappingException.Reference> path = e.getPath().stream()
                    .filter(step -> !missing.group(1).equals(step.getFieldName()))
                    .toList();
            return where(path) + missing.group(1) + " is missing";
        }
        return where(e.getPath())
                + (e instanceof MismatchedInputException mismatch
                        ? "write " + expected(mismatch.getTargetType()) + " here"
                        : "the value does not belong here");
    }

    private static String names(@Nullable Collection<Object> ids) {
        return ids == null ? "" : ids.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == double.class) {
            return "a number of seconds";
        }
        if (type == String.class) {
            return "a text in double quotes";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type != null && Collection.class.isAssignableFrom(type)) {
            return "an array [...]";
        }
        if (type != null && Map.class.isAssignableFrom(type)) {
            return "an object of option names and values";
        }
        return "an object {...}";
    }

    private static String where(List<JsonMappingException.Reference> path) {
        StringBuilder where = new StringBuilder();
        for (JsonMappingException.Reference step : path) {
            if (step.getFieldName() == null) {
                where.append('[').append(step.getIndex()).append(']');
            } else {
                where.append(where.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return where.isEmpty() ? "" : where + ": ";
    }

    private static String at(@Nullable JsonLocation location, String told) {
        return location == null ? told : position(location.getLineNr(), location.getColumnNr(), told);
    }

    private static String position(long line, long column, String told) {
        return "line " + line + ", column " + column + ": " + told;
    }

    private VoiceException wrong(@Nullable Throwable cause, String told) {
        String message = file + (told.startsWith("is ") ? " " : ": ") + told;
        return new VoiceException(VoiceException.Code.INVALID_ARGUMENT, message, cause);
    }
}
