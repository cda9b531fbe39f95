package dev.duplexvoice.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/**
 * A setting of a server. Immutable.
 *
 * @param <T> what its value is
 */
public final class ConfigKey<T> {
    private final String name;
    private final String defaultText;
    private final String range;
    private final String meaning;
    private final Function<String, T> parser;
    private final boolean list;
    private boolean live;
    private List<Alias> aliases = List.of();

    /** A variable of another name for the same thing; its value may be written in another way. */
    record Alias(String variable, Function<String, String> translation) {}

    ConfigKey(String name, String defaultText, String range, String meaning, boolean list, Function<String, T> parser) {
        this.name = Objects.requireNonNull(name);
        this.defaultText = Objects.requireNonNull(defaultText);
        this.range = Objects.requireNonNull(range);
        this.meaning = Objects.requireNonNull(meaning);
        this.list = list;
        this.parser = parser;
    }

    /** Can be changed while the server runs. */
    ConfigKey<T> live() {
        live = true;
        return this;
    }

    /** Also set by this variable, as other servers of this kind are. */
    ConfigKey<T> alias(String variable) {
        return alias(variable, text -> text);
    }

    ConfigKey<T> alias(String variable, Function<String, String> translation) {
        List<Alias> more = new ArrayList<>(aliases);
        more.add(new Alias(variable, translation));
        aliases = List.copyOf(more);
        return this;
    }

    /** The name in the file: groups and a last part, with dots between. */
    public String name() {
        return name;
    }

    /** The default as it would be written; empty if there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** What values it takes, for people. */
    public String range() {
        return range;
    }

    /** What it does, in a sentence. */
    public String meaning() {
        return meaning;
    }

    /** Whether a change in the file counts at once; others need a restart. */
    public boolean isLive() {
        return live;
    }

    /** Whether it takes a list: {@code [a, b]} in the file, {@code a,b} in a variable. */
    public boolean isList() {
        return list;
    }

    /** The variable of the environment that goes before the file: {@code VOICE_} and the name, {@code VOICE_SERVER_PORT}. */
    public String variable() {
        return "VOICE_"
                + name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                        .replace('.', '_')
                        .toUpperCase(Locale.ROOT);
    }

    /** Other variables for the same thing; {@link #variable} goes before them. */
    public List<String> otherVariables() {
        return aliases.stream().map(Alias::variable).toList();
    }

    List<Alias> aliases() {
        return aliases;
    }

    /**
     * A value as it is written.
     *
     * @throws IllegalArgumentException if it is none; the message says {@code NAME=VALUE: must be …}
     */
    public T parse(String text) {
        return parser.apply(text);
    }

    @Override
    public String toString() {
        return name;
    }
}
