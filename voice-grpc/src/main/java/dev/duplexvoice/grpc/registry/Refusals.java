package dev.duplexvoice.grpc.registry;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which entries were refused and why: told once for each, not with every look. */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    /** So that somebody who writes thousands of bad entries does not fill the log. */
    private static final int MOST_LINES = 100;

    private Map<String, String> before = Map.of();
    private Map<String, String> now = new HashMap<>();

    void begin() {
        now = new HashMap<>();
    }

    void refuse(String name, String reason) {
        boolean known = reason.equals(before.get(name));
        if (now.size() < MOST_LINES) {
            now.put(name, reason);
            if (!known) {
                LOG.atWarn()
                        .addKeyValue("worker", Printable.of(name))
                        .addKeyValue("reason", reason)
                        .log("an entry of the registry is not used");
            }
        }
    }

    void end() {
        before = now;
    }
}
