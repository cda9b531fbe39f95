package dev.duplexvoice.server.internal.console;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Shares of all processors, 0 to 1; NaN where the system does not tell. */
public final class ProcessorLoad {
    private ProcessorLoad() {}

    /** Of this process. */
    public static double process() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? known(system.getProcessCpuLoad())
                : Double.NaN;
    }

    /** Of all. */
    public static double system() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? known(system.getCpuLoad())
                : Double.NaN;
    }

    private static double known(double share) {
        return share < 0 ? Double.NaN : share;
    }
}
