package dev.duplexvoice.micrometer.internal;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how many values a label has: each value is a time series at the monitoring system, for ever. The first ones stay, all others
 * become {@link #OTHER}; a value is always replaced, or never, so a gauge goes down where it went up. Thread-safe.
 */
final class LabelLimit {
    static final String OTHER = "other";
    /** Nobody reads more of it, and it is kept. */
    private static final int LONGEST = 200;

    private static final Logger LOG = LoggerFactory.getLogger(LabelLimit.class);

    private final int most;
    private final Consumer<String> onCapped;
    private final Map<String, Set<String>> known = new ConcurrentHashMap<>();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /** @param onCapped told the label each time that a value is replaced */
    LabelLimit(int most, Consumer<String> onCapped) {
        this.most = most;
        this.onCapped = onCapped;
    }

    String value(String label, String given) {
        String value = given.length() <= LONGEST ? given : given.substring(0, LONGEST);
        Set<String> values = known.computeIfAbsent(label, any -> ConcurrentHashMap.newKeySet());
        if (values.contains(value) || add(values, value)) {
            return value;
        }
        onCapped.accept(label);
        if (warned.add(label)) {
            LOG.atWarn()
                    .addKeyValue("label", label)
                    .addKeyValue("values", most)
                    .log("A metric's label has too many values: new ones are counted as 'other' from now on");
        }
        return OTHER;
    }

    private boolean add(Set<String> values, String value) {
        synchronized (values) {
            return values.contains(value) || values.size() < most && values.add(value);
        }
    }
}
