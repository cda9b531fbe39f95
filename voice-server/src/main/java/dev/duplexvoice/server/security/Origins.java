package dev.duplexvoice.server.security;

import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Pages that may speak to a server: those that it serves itself, and those of listed origins. Browsers say in {@code Origin} which page
 * a request comes from; others say nothing, and are not held up by this. Immutable.
 */
public final class Origins {
    private final Set<String> listed;

    private Origins(Set<String> listed) {
        this.listed = Set.copyOf(listed);
    }

    /** The server's own pages only. */
    public static Origins same() {
        return new Origins(Set.of());
    }

    /**
     * These besides.
     *
     * @param listed {@code https://app.example.com}; not {@code *}, which would let any page in that a user visits
     * @throws IllegalArgumentException if one is no origin
     */
    public static Origins sameAnd(Collection<String> listed) {
        Set<String> origins = new TreeSet<>();
        for (String origin : listed) {
            if (!origin.matches("https?://[A-Za-z0-9.-]+(:\\d{1,5})?|https?://\\[[0-9A-Fa-f:.]+\\](:\\d{1,5})?")) {
                throw new IllegalArgumentException("origins=" + origin
                        + ": must be scheme and host, and a port that is not the scheme's own, as"
                        + " https://app.example.com; '*' is not taken");
            }
            origins.add(normal(origin));
        }
        return new Origins(origins);
    }

    /** Whether it is one of the listed, and so may read answers, too. */
    public boolean isListed(String origin) {
        return listed.contains(normal(origin));
    }

    /**
     * Whether a page of this origin may change something or begin a conversation.
     *
     * @param scheme and {@code host}, with the port if it is not the scheme's own: what the request was sent to
     */
    public boolean allows(String origin, String scheme, String host) {
        String normal = normal(origin);
        return normal.equals(normal(scheme + "://" + host)) || listed.contains(normal);
    }

    /** The names of the listed origins' hosts. */
    Set<String> listed() {
        return listed;
    }

    private static String normal(String origin) {
        String lower = origin.strip().toLowerCase(Locale.ROOT);
        try {
            URI uri = URI.create(lower);
            boolean own = uri.getPort() == 80 && "http".equals(uri.getScheme())
                    || uri.getPort() == 443 && "https".equals(uri.getScheme());
            return own ? uri.getScheme() + "://" + uri.getHost() : lower;
        } catch (IllegalArgumentException e) {
            return lower;
        }
    }
}
