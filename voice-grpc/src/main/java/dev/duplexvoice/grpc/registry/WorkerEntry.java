package dev.duplexvoice.grpc.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * A worker as it stands in the registry, JSON:
 *
 * <pre>{@code
 * {"name": "tts-a@0", "addr": "grpc://10.0.0.7:7001",
 *  "capabilities": {"streaming": true, "zero_shot": false, "lora": false, "cpu_ok": true,
 *                   "languages": ["en"], "emotive_zero_prompt": false, "max_concurrent_sessions": 8},
 *  "resident_models": ["rms"], "metrics": {"rtf": 0.2, "queue_depth": 3}, "last_heartbeat_ts": 1700000000}
 * }</pre>
 *
 * <p>Entries are written by others. Fields that this does not know are ignored; one that is missing or not what it should be makes
 * the entry unusable.
 *
 * @param worker what it says, without an age of its heartbeat
 * @param lastHeartbeat Unix seconds by the worker's own clock, which may be wrong: good to tell two heartbeats apart, not to tell how
 *     old one is
 */
record WorkerEntry(WorkerInfo worker, double lastHeartbeat) {
    /** The longest that is read, in bytes. */
    static final int LONGEST = 64 * 1024;

    private static final int LONGEST_TEXT = 256;
    private static final int MOST_ITEMS = 1_000;
    private static final int MOST_SESSIONS = 1_000_000;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxStringLength(LONGEST)
                            .maxNumberLength(64)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads an entry.
     *
     * @throws IllegalArgumentException if it cannot be used, with the reason, of what the stranger wrote only printable parts
     */
    static WorkerEntry read(String json) {
        if (json.length() > LONGEST) {
            throw new IllegalArgumentException("entry of more than " + LONGEST + " bytes");
        }
        JsonNode root = parse(json);
        if (!root.isObject()) {
            throw new IllegalArgumentException("entry is no JSON object");
        }
        JsonNode capabilities = object(root, "capabilities");
        JsonNode metrics = object(root, "metrics");
        WorkerInfo worker = new WorkerInfo(
                text(root, "name"),
                WorkerAddress.parse(text(root, "addr")),
                new WorkerCapabilities(
                        features(capabilities), texts(capabilities, "languages"), sessions(capabilities)),
                texts(root, "resident_models"),
                new WorkerMetrics(metric(metrics, "rtf"), metric(metrics, "queue_depth")),
                null);
        return new WorkerEntry(worker, number("last_heartbeat_ts", required(root, "last_heartbeat_ts")));
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            // Jackson's own message quotes the source.
            throw new IllegalArgumentException("entry is not JSON: " + Printable.of(e.getOriginalMessage()), e);
        }
    }

    private static JsonNode required(JsonNode parent, String field) {
        JsonNode value = parent.get(field);
        if (value == null || value.isNull()) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    private static JsonNode object(JsonNode parent, String field) {
        JsonNode value = required(parent, field);
        if (!value.isObject()) {
            throw wrong(field, value, "an object");
        }
        return value;
    }

    private static String text(JsonNode parent, String field) {
        return text(field, required(parent, field));
    }

    private static String text(String field, JsonNode value) {
        if (!value.isTextual()) {
            throw wrong(field, value, "a text");
        }
        String text = value.textValue();
        if (text.isBlank() || text.length() > LONGEST_TEXT || !Printable.isPlain(text)) {
            throw wrong(field, value, "1 to " + LONGEST_TEXT + " characters, none of them a control character");
        }
        return text;
    }

    private static Set<String> texts(JsonNode parent, String field) {
        JsonNode values = required(parent, field);
        if (!values.isArray() || values.size() > MOST_ITEMS) {
            throw wrong(field, values, "a list of at most " + MOST_ITEMS + " texts");
        }
        Set<String> texts = new LinkedHashSet<>();
        values.forEach(value -> texts.add(text(field, value)));
        return texts;
    }

    private static Set<Capability> features(JsonNode capabilities) {
        Set<Capability> features = EnumSet.noneOf(Capability.class);
        for (Capability capability : Capability.values()) {
            JsonNode value = capabilities.get(capability.label());
            if (value != null && !value.isBoolean()) {
                throw wrong(capability.label(), value, "true or false");
            }
            if (value != null && value.booleanValue()) {
                features.add(capability);
            }
        }
        return features;
    }

    private static int sessions(JsonNode capabilities) {
        String field = "max_concurrent_sessions";
        JsonNode value = capabilities.get(field);
        if (value == null) {
            return 0;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 0
                || value.intValue() > MOST_SESSIONS) {
            throw wrong(field, value, "a whole number from 0 to " + MOST_SESSIONS);
        }
        return value.intValue();
    }

    private static double metric(JsonNode metrics, String field) {
        JsonNode value = metrics.get(field);
        return value == null || value.isNull() ? Double.NaN : number(field, value);
    }

    private static double number(String field, JsonNode value) {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue()) || value.doubleValue() < 0) {
            throw wrong(field, value, "a finite number of 0 or more");
        }
        return value.doubleValue();
    }

    private static IllegalArgumentException wrong(String field, JsonNode value, String wanted) {
        return new IllegalArgumentException(field + "=" + Printable.of(value.toString()) + ": must be " + wanted);
    }

    /** The entry as text. */
    String write() {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("name", worker.name());
        root.put("addr", worker.address().toString());
        ObjectNode capabilities = root.putObject("capabilities");
        for (Capability capability : Capability.values()) {
            capabilities.put(
                    capability.label(), worker.capabilities().features().contains(capability));
        }
        // In the case that others write, en-US: peers may compare letter by letter.
        add(
                capabilities.putArray("languages"),
                worker.capabilities().languages().stream()
                        .map(WorkerEntry::usualCase)
                        .toList());
        capabilities.put("max_concurrent_sessions", worker.capabilities().maxConcurrentSessions());
        add(root.putArray("resident_models"), worker.residentModels());
        ObjectNode metrics = root.putObject("metrics");
        // Before anything was measured peers expect numbers, not gaps.
        metrics.put("rtf", orZero(worker.metrics().rtf()));
        metrics.put("queue_depth", orZero(worker.metrics().queueDepth()));
        root.put("last_heartbeat_ts", (long) lastHeartbeat);
        return root.toString();
    }

    private static String usualCase(String tag) {
        String usual = Locale.forLanguageTag(tag).toLanguageTag();
        return usual.equalsIgnoreCase(tag) ? usual : tag;
    }

    private static void add(ArrayNode array, Collection<String> texts) {
        texts.forEach(array::add);
    }

    private static double orZero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
