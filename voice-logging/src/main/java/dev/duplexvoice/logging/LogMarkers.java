package dev.duplexvoice.logging;

import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** Markers that say more of a line than SLF4J's levels can. */
public final class LogMarkers {
    /** Makes an ERROR a CRITICAL. Who does not depend on this module takes {@code MarkerFactory.getMarker("CRITICAL")}, which is the same. */
    public static final Marker CRITICAL = MarkerFactory.getMarker("CRITICAL");

    private LogMarkers() {}
}
