package dev.duplexvoice.grpc.registry;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a worker does.
 *
 * @param features what it can
 * @param languages BCP 47 tags in lower case; empty if it does not say, which counts as any
 * @param maxConcurrentSessions sessions at a time; 0 if it does not say, which counts as no limit
 */
public record WorkerCapabilities(Set<Capability> features, Set<String> languages, int maxConcurrentSessions) {
    /** Of a worker of which nothing is known but its address: it is believed to do everything, and may refuse. */
    public static final WorkerCapabilities ANY = new WorkerCapabilities(EnumSet.allOf(Capability.class), Set.of(), 0);

    /** @throws IllegalArgumentException if a language is blank or the number of sessions negative */
    public WorkerCapabilities {
        EnumSet<Capability> copy = EnumSet.noneOf(Capability.class);
        copy.addAll(features);
        features = Collections.unmodifiableSet(copy);
        languages = normalised(languages);
        if (maxConcurrentSessions < 0) {
            throw new IllegalArgumentException(
                    "max_concurrent_sessions=" + maxConcurrentSessions + ": must be 0 (no limit) or more");
        }
    }

    private static Set<String> normalised(Collection<String> tags) {
        Set<String> result = new LinkedHashSet<>();
        for (String tag : tags) {
            if (tag.isBlank()) {
                throw new IllegalArgumentException("languages=" + tags + ": a tag is blank; write en or en-US");
            }
            result.add(languageTag(tag));
        }
        return Collections.unmodifiableSet(result);
    }

    /** A tag as it is compared: in lower case, with hyphens where some write {@code en_US}. */
    public static String languageTag(String tag) {
        return tag.strip().replace('_', '-').toLowerCase(Locale.ROOT);
    }

    /**
     * Whether it speaks a language: the same tag, or one that is the other with more subtags. {@code en} and {@code en-us} match
     * either way; {@code en-gb} and {@code en-us} do not.
     *
     * @param tag as {@link #languageTag} gives it
     */
    public boolean speaks(String tag) {
        if (languages.isEmpty() || languages.contains(tag)) {
            return true;
        }
        for (String spoken : languages) {
            if (extend(spoken, tag) || extend(tag, spoken)) {
                return true;
            }
        }
        return false;
    }

    private static boolean extend(String longer, String shorter) {
        return longer.length() > shorter.length()
                && longer.charAt(shorter.length()) == '-'
                && longer.startsWith(shorter);
    }
}
