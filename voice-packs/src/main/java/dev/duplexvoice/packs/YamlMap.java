package dev.duplexvoice.packs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A mapping in a YAML file, asked for what should be in it; what is not as it should be is complained of with key, value and line. */
final class YamlMap {
    private static final int MAX_TEXT = 2_000;

    private final String prefix;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private final Complaints complaints;

    private YamlMap(String prefix, int line, Complaints complaints) {
        this.prefix = prefix;
        this.line = line;
        this.complaints = complaints;
    }

    static YamlMap of(String prefix, MappingNode node, Complaints complaints) {
        YamlMap map = new YamlMap(prefix, YamlFile.line(node.getStartMark()), complaints);
        for (NodeTuple tuple : node.getValue()) {
            Node key = tuple.getKeyNode();
            int at = YamlFile.line(key.getStartMark());
            if (!(key instanceof ScalarNode scalar)) {
                complaints.add(at, "has a key that is a list or a mapping; keys are words");
            } else if (map.values.putIfAbsent(scalar.getValue(), tuple.getValueNode()) != null) {
                complaints.add(at, map.name(scalar.getValue()) + " is there twice; keep one");
            } else {
                map.lines.put(scalar.getValue(), at);
            }
        }
        return map;
    }

    private String name(String key) {
        return prefix + Complaints.quote(key);
    }

    private int line(String key) {
        return lines.getOrDefault(key, line);
    }

    void wrong(String key, String value, String rule) {
        complaints.add(line(key), name(key) + "=" + Complaints.quote(value) + ": " + rule);
    }

    /** Complains of every key but these: what is misspelt would otherwise quietly not count. */
    void allow(List<String> known) {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                complaints.add(line(key), name(key) + " is not a known key; use " + String.join(", ", known));
            }
        }
    }

    /** Complains of a key that is not there, or has nothing. */
    void missing(String key, String remedy) {
        complaints.add(line(key), name(key) + " is missing: " + remedy);
    }

    /** A text that must be there; null, with a complaint, if it is not. */
    @Nullable
    String text(String key, String remedy) {
        Node node = values.get(key);
        if (node == null || node.getTag().equals(Tag.NULL)) {
            missing(key, remedy);
            return null;
        }
        String value = scalar(node);
        if (value == null) {
            complaints.add(line(key), name(key) + " must be one value, not a list or a mapping: " + remedy);
        } else if (value.isBlank() || value.length() > MAX_TEXT) {
            wrong(key, value, remedy);
            return null;
        }
        return value;
    }

    /** A text that may be there. */
    @Nullable
    String optionalText(String key, String remedy) {
        return values.containsKey(key) ? text(key, remedy) : null;
    }

    /** A whole number within bounds; -1, with a complaint, if it is not. */
    long number(String key, long min, long max, String remedy) {
        String value = text(key, remedy);
        if (value != null) {
            try {
                long number = Long.parseLong(value);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // told below, as a number out of bounds is
            }
            wrong(key, value, "must be a whole number from " + min + " to " + max + "; " + remedy);
        }
        return -1;
    }

    /** A list of texts, empty if the key is not there. */
    List<String> texts(String key, String remedy) {
        List<String> texts = new ArrayList<>();
        for (Node item : items(key, remedy)) {
            String value = scalar(item);
            if (value == null || value.isBlank() || value.length() > MAX_TEXT) {
                complaints.add(
                        YamlFile.line(item.getStartMark()),
                        name(key) + (value == null ? "" : "=" + Complaints.quote(value)) + ": " + remedy);
            } else {
                texts.add(value);
            }
        }
        return texts;
    }

    /** A list of mappings, empty if the key is not there. */
    List<YamlMap> maps(String key, String remedy) {
        List<YamlMap> maps = new ArrayList<>();
        List<Node> items = items(key, remedy);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof MappingNode mapping) {
                maps.add(of(prefix + key + "[" + i + "].", mapping, complaints));
            } else {
                complaints.add(
                        YamlFile.line(items.get(i).getStartMark()), name(key) + "[" + i + "] is no mapping: " + remedy);
            }
        }
        return maps;
    }

    private List<Node> items(String key, String remedy) {
        Node node = values.get(key);
        if (node == null || node.getTag().equals(Tag.NULL)) {
            return List.of();
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        complaints.add(line(key), name(key) + " must be a list: " + remedy);
        return List.of();
    }

    /** A mapping of names to single values, empty if the key is not there. */
    Map<String, String> settings(String key) {
        Map<String, String> settings = new LinkedHashMap<>();
        Node node = values.get(key);
        if (node instanceof MappingNode mapping) {
            YamlMap inner = of(prefix + key + ".", mapping, complaints);
            for (String name : inner.values.keySet()) {
                String value = inner.text(name, "must be a number or a text");
                if (value != null) {
                    settings.put(name, value);
                }
            }
        } else if (node != null && !node.getTag().equals(Tag.NULL)) {
            complaints.add(line(key), name(key) + " must be a mapping, such as " + key + ": {speaker: 3}");
        }
        return settings;
    }

    private static @Nullable String scalar(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : null;
    }
}
