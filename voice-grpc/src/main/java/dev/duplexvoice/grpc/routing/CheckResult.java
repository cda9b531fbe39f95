package dev.duplexvoice.grpc.routing;

import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param ok whether the dependency answered as it should
 * @param error why not; null if it did
 */
public record CheckResult(boolean ok, @Nullable String error) {
    /** It answered. */
    public static final CheckResult OK = new CheckResult(true, null);

    /** It did not. */
    public static CheckResult failed(String error) {
        return new CheckResult(false, error);
    }
}
