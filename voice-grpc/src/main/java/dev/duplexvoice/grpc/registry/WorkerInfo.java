package dev.duplexvoice.grpc.registry;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A worker as a registry last saw it.
 *
 * @param name unique in a registry; 1 to 128 characters without control characters or white space, {@code tts-cosy@0} for one
 * @param address where it listens
 * @param capabilities what it does
 * @param residentModels ids of the models that are in its memory
 * @param metrics what it said of its load
 * @param heartbeatAge time from its last heartbeat to the registry's last look, by this process's clock; null where workers send
 *     none. It stands still while the registry cannot look, so that losing the registry does not lose the workers
 */
public record WorkerInfo(
        String name,
        WorkerAddress address,
        WorkerCapabilities capabilities,
        Set<String> residentModels,
        WorkerMetrics metrics,
        @Nullable Duration heartbeatAge) {
    private static final int LONGEST_NAME = 128;

    /** @throws IllegalArgumentException if the name cannot be one */
    public WorkerInfo {
        if (!isName(name)) {
            throw new IllegalArgumentException("name=" + Printable.of(name) + ": must be 1 to " + LONGEST_NAME
                    + " characters without control characters or white space");
        }
        residentModels = Collections.unmodifiableSet(new LinkedHashSet<>(residentModels));
    }

    static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST_NAME
                && Printable.isPlain(name)
                && name.chars().noneMatch(Character::isWhitespace)
                && name.chars().noneMatch(Character::isSpaceChar);
    }

    /** A worker of which nothing else is known. */
    public static WorkerInfo at(String name, WorkerAddress address) {
        return new WorkerInfo(name, address, WorkerCapabilities.ANY, Set.of(), WorkerMetrics.UNKNOWN, null);
    }

    /** This, its heartbeat of another age. */
    WorkerInfo withHeartbeatAge(@Nullable Duration age) {
        return new WorkerInfo(name, address, capabilities, residentModels, metrics, age);
    }

    /** Whether the other is the same worker that does the same, whatever its metrics and heartbeat. */
    boolean offersSameAs(WorkerInfo other) {
        return name.equals(other.name)
                && address.equals(other.address)
                && capabilities.equals(other.capabilities)
                && residentModels.equals(other.residentModels);
    }
}
