package dev.duplexvoice.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.MDC;

/**
 * What lines carry that are logged while something works for a session, by host, voice and plugins too: the session's id, and what was in
 * the MDC where it was opened, a request's id for one.
 */
final class LogScope {
    static final String SESSION = "session_id";
    static final String TURN = "turn_id";

    /** Of the span in which the session was opened, which is over long before the session is. */
    private static final Set<String> LEFT_BEHIND = Set.of("trace_id", "span_id", "trace_flags", TURN);

    private final Map<String, String> ids = new HashMap<>();

    /** What is in the MDC of this thread now, and the session's id. */
    LogScope(String sessionId) {
        Map<String, String> opener = MDC.getCopyOfContextMap();
        if (opener != null) {
            ids.putAll(opener);
            ids.keySet().removeAll(LEFT_BEHIND);
        }
        ids.put(SESSION, sessionId);
    }

    /** The same work with that in the MDC, which is afterwards as it was. */
    Runnable around(Runnable work) {
        return () -> {
            Map<String, String> before = MDC.getCopyOfContextMap();
            ids.forEach(MDC::put);
            try {
                work.run();
            } finally {
                MDC.clear();
                if (before != null) {
                    before.forEach(MDC::put);
                }
            }
        };
    }
}
