package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerCapabilities;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerMetrics;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** Makes workers for tests. */
final class Workers {
    private Workers() {}

    /** One that does everything, with no limit and no heartbeat. */
    static WorkerInfo plain(String name) {
        return WorkerInfo.at(name, new WorkerAddress("localhost", 7001));
    }

    static WorkerInfo limited(String name, int sessions) {
        return new WorkerInfo(
                name,
                new WorkerAddress("localhost", 7001),
                new WorkerCapabilities(EnumSet.allOf(Capability.class), Set.of(), sessions),
                Set.of(),
                WorkerMetrics.UNKNOWN,
                null);
    }

    static WorkerInfo speaking(String name, String... languages) {
        return new WorkerInfo(
                name,
                new WorkerAddress("localhost", 7001),
                new WorkerCapabilities(Set.of(Capability.STREAMING), Set.of(languages), 0),
                Set.of(),
                WorkerMetrics.UNKNOWN,
                null);
    }

    static WorkerInfo queueing(String name, double queueDepth, int sessions) {
        return new WorkerInfo(
                name,
                new WorkerAddress("localhost", 7001),
                new WorkerCapabilities(EnumSet.allOf(Capability.class), Set.of(), sessions),
                Set.of(),
                new WorkerMetrics(0.2, queueDepth),
                null);
    }

    static WorkerInfo holding(String name, int sessions, String... models) {
        return new WorkerInfo(
                name,
                new WorkerAddress("localhost", 7001),
                new WorkerCapabilities(EnumSet.allOf(Capability.class), Set.of(), sessions),
                Set.of(models),
                WorkerMetrics.UNKNOWN,
                null);
    }

    static WorkerInfo beating(String name, Duration age) {
        return new WorkerInfo(
                name,
                new WorkerAddress("localhost", 7001),
                WorkerCapabilities.ANY,
                Set.of(),
                WorkerMetrics.UNKNOWN,
                age);
    }
}
