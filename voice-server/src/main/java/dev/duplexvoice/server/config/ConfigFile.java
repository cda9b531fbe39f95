package dev.duplexvoice.server.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What a YAML file says, key by key with its line. {@code server.port} and a {@code port} within {@code server} are the same. */
final class ConfigFile {
    private static final int LARGEST = 1 << 20;
    private static final int DEEPEST = 8;

    /** A value as it is written; a list with commas between its entries. */
    record Entry(String text, int line, boolean list) {}

    private final String file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<ConfigProblem> problems = new ArrayList<>();

    private ConfigFile(Path file) {
        this.file = file.toString();
    }

    static ConfigFile read(Path path) {
        ConfigFile config = new ConfigFile(path);
        String text = config.text(path);
        if (text != null) {
            config.parse(text);
        }
        return config;
    }

    Map<String, Entry> entries() {
        return entries;
    }

    List<ConfigProblem> problems() {
        return problems;
    }

    String name() {
        return file;
    }

    private @Nullable String text(Path path) {
        try {
            if (Files.isDirectory(path)) {
                problem(0, "is a folder; give a YAML file");
            } else if (Files.size(path) > LARGEST) {
                problem(0, "is larger than 1 MiB, which no configuration is");
            } else {
                return Files.readString(path);
            }
        } catch (NoSuchFileException e) {
            problem(0, "there is no such file");
        } catch (MalformedInputException e) {
            problem(0, "is not UTF-8; save it as UTF-8");
        } catch (IOException e) {
            problem(0, "cannot be read: " + e.getMessage());
        }
        return null;
    }

    private void parse(String text) {
        int tab = indentedByTab(text);
        if (tab > 0) {
            problem(tab, "a tab indents this line, which YAML does not allow; use spaces");
            return;
        }
        try {
            // Duplicate keys are told of below, with both lines.
            Optional<Node> root = new Compose(LoadSettings.builder()
                            .setLabel(file)
                            .setUseMarks(true)
                            .setAllowDuplicateKeys(true)
                            .setMaxAliasesForCollections(10)
                            .build())
                    .composeString(text);
            root.ifPresent(node -> walk("", node, 0));
        } catch (MarkedYamlEngineException e) {
            String what = String.valueOf(e.getProblem());
            problem(e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0), "is no YAML: " + what);
        } catch (YamlEngineException e) {
            problem(0, "is no YAML: " + e.getMessage());
        }
    }

    private static int indentedByTab(String text) {
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.stripTrailing().matches("[ ]*\t\\s*[^\\s#].*")) {
                return number;
            }
        }
        return 0;
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    }

    private void walk(String prefix, Node node, int depth) {
        if (node instanceof MappingNode map && depth < DEEPEST) {
            Map<String, Integer> seen = new HashMap<>();
            for (NodeTuple pair : map.getValue()) {
                if (!(pair.getKeyNode() instanceof ScalarNode key)) {
                    problem(line(pair.getKeyNode()), "a key must be a word; write 'key: value'");
                    continue;
                }
                String name = prefix.isEmpty() ? key.getValue() : prefix + "." + key.getValue();
                Integer before = seen.put(key.getValue(), line(key));
                if (before != null) {
                    problem(line(key), name + " is there twice, first in line " + before + "; keep one");
                    continue;
                }
                walk(name, pair.getValueNode(), depth + 1);
            }
        } else if (prefix.isEmpty()) {
            problem(line(node), "holds no keys; write 'key: value', one a line");
        } else if (node instanceof SequenceNode list) {
            put(prefix, texts(prefix, list), line(node), true);
        } else if (node instanceof ScalarNode scalar) {
            if (scalar.getTag().equals(Tag.NULL)) {
                problem(line(node), prefix + " has no value; give one or leave the line out");
            } else {
                put(prefix, scalar.getValue(), line(node), false);
            }
        } else {
            problem(line(node), prefix + ": is nested too deep");
        }
    }

    private String texts(String name, SequenceNode list) {
        List<String> texts = new ArrayList<>();
        for (Node node : list.getValue()) {
            if (!(node instanceof ScalarNode scalar)) {
                problem(line(node), name + ": an entry must be a text; write [a, b]");
            } else if (scalar.getValue().indexOf(',') >= 0) {
                problem(line(node), name + "=" + Shown.of(scalar.getValue()) + ": an entry cannot have a comma");
            } else {
                texts.add(scalar.getValue());
            }
        }
        return String.join(",", texts);
    }

    private void put(String name, String text, int line, boolean list) {
        Entry before = entries.putIfAbsent(name, new Entry(text, line, list));
        if (before != null) {
            problem(line, name + " is there twice, first in line " + before.line() + "; keep one");
        }
    }

    private void problem(int line, String message) {
        problems.add(new ConfigProblem(file, line, message));
    }
}
