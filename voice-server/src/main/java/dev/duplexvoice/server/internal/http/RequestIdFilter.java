package dev.duplexvoice.server.internal.http;

import dev.duplexvoice.logging.LogContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Gives each request its id, in the answer's header and in every line that is logged meanwhile. */
public final class RequestIdFilter implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String id = RequestIds.of(((HttpServletRequest) request).getHeader(RequestIds.HEADER));
        request.setAttribute(Attributes.REQUEST_ID, id);
        ((HttpServletResponse) response).setHeader(RequestIds.HEADER, id);
        LogContext context = LogContext.with("request_id", id);
        try {
            chain.doFilter(request, response);
        } finally {
            context.close();
        }
    }
}
