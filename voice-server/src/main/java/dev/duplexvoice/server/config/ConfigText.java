package dev.duplexvoice.server.config;

import dev.duplexvoice.server.config.ServerConfig.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings and their documentation as text. */
public final class ConfigText {
    private ConfigText() {}

    /** Every key with the value that counts and where it is from, as YAML that is read again with the same effect; addresses with passwords are left out. */
    public static String yaml(ServerConfig config) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (ConfigKey<?> key : ServerKeys.list()) {
            Setting setting = config.settings().get(key.name());
            String text = setting == null ? key.defaultText() : setting.text();
            if (setting == null && text.isEmpty()) {
                continue;
            }
            if (Shown.mayHoldPassword(text)) {
                lines.put("# " + key.name(), "(not shown: it may hold a password)  # " + source(setting));
                continue;
            }
            lines.put(
                    key.name(),
                    (key.isList() ? "[" + quotedList(text) + "]" : quoted(text)) + "  # " + source(setting));
        }
        config.settings().forEach((key, setting) -> {
            if (!lines.containsKey(key) && !lines.containsKey("# " + key)) {
                lines.put(key, quoted(setting.text()) + "  # " + source(setting));
            }
        });
        StringBuilder yaml = new StringBuilder();
        String group = "";
        for (Map.Entry<String, String> line : lines.entrySet()) {
            String its = group(line.getKey().replace("# ", ""));
            if (!its.equals(group) && !yaml.isEmpty()) {
                yaml.append('\n');
            }
            group = its;
            yaml.append(line.getKey()).append(": ").append(line.getValue()).append('\n');
        }
        return yaml.toString();
    }

    private static String source(@Nullable Setting setting) {
        if (setting == null) {
            return "default";
        }
        return setting.source() + (setting.line() > 0 ? ":" + setting.line() : "");
    }

    private static String quotedList(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(quoted(part.strip()));
            }
        }
        return String.join(", ", parts);
    }

    /** Plain where YAML reads it as the same text. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./+-][A-Za-z0-9_./+ -]*(?<! )") ? text : "'" + text.replace("'", "''") + "'";
    }

    /** All keys as a page of Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder();
        List<String> groups = new ArrayList<>();
        ServerKeys.list().forEach(key -> {
            String group = group(key.name());
            if (!groups.contains(group)) {
                groups.add(group);
            }
        });
        for (String group : groups) {
            page.append("\n## ")
                    .append(group)
                    .append("\n\n| key | default | range | what it does |\n| --- | --- | --- | --- |\n");
            for (ConfigKey<?> key : ServerKeys.list()) {
                if (group(key.name()).equals(group)) {
                    row(page, key);
                }
            }
            for (NamedKeys.Family family : NamedKeys.ALL) {
                if (group(family.form()).equals(group)) {
                    page.append("| `")
                            .append(family.form())
                            .append("` | | ")
                            .append(family.range())
                            .append(" | ");
                    page.append(family.meaning())
                            .append(family.live() ? " *Live.*" : "")
                            .append(" |\n");
                }
            }
        }
        return page.toString();
    }

    private static void row(StringBuilder page, ConfigKey<?> key) {
        page.append("| `").append(key.name()).append("` | ");
        page.append(key.defaultText().isEmpty() ? "" : "`" + key.defaultText() + "`")
                .append(" | ");
        page.append(key.range()).append(" | ").append(key.meaning());
        if (key.isLive()) {
            page.append(" *Live.*");
        }
        if (!key.otherVariables().isEmpty()) {
            page.append(" Also `")
                    .append(String.join("`, `", key.otherVariables()))
                    .append("`.");
        }
        page.append(" |\n");
    }

    private static String group(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
