package dev.duplexvoice.examples.ops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The rules of ops/prometheus, as they are written. */
final class Rules {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final List<String> WORDS = List.of(
            "and", "or", "unless", "by", "on", "ignoring", "without", "group_left", "group_right", "offset", "bool");

    private Rules() {}

    /** Each rule: {@code record} or {@code alert}, {@code expr}, {@code labels}, {@code annotations}. */
    static List<Map<String, Object>> all() {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Path file : yaml(Program.OPS.resolve("prometheus/rules"))) {
            for (Map<String, Object> group : maps(map(load(file)).get("groups"))) {
                rules.addAll(maps(group.get("rules")));
            }
        }
        return rules;
    }

    /** Those that are alerts. */
    static List<Map<String, Object>> alerts() {
        return all().stream().filter(rule -> rule.containsKey("alert")).toList();
    }

    /** Names of what recording rules make. */
    static List<String> recorded() {
        return all().stream()
                .filter(rule -> rule.containsKey("record"))
                .map(rule -> (String) rule.get("record"))
                .distinct()
                .toList();
    }

    /** Names of the metrics that an expression asks for. */
    static TreeSet<String> metrics(String expression) {
        String bare = expression
                .replaceAll("\"(\\\\.|[^\"\\\\])*\"", "")
                .replaceAll("\\{[^}]*}", "")
                .replaceAll("\\[[^]]*]", "")
                .replaceAll("\\b(by|on|ignoring|without|group_left|group_right) *\\([^)]*\\)", " ");
        TreeSet<String> names = new TreeSet<>();
        for (Matcher name = NAME.matcher(bare); name.find(); ) {
            boolean function = bare.substring(name.end()).stripLeading().startsWith("(");
            boolean partOfNumber = name.start() > 0 && Character.isDigit(bare.charAt(name.start() - 1));
            if (!function && !partOfNumber && !WORDS.contains(name.group())) {
                names.add(name.group());
            }
        }
        return names;
    }

    /** The YAML files of a folder. */
    static List<Path> yaml(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalStateException(folder + " has no YAML files");
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is in a YAML file. */
    static Object load(Path file) {
        try {
            return new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> maps(Object value) {
        return (List<Map<String, Object>>) value;
    }
}
