package dev.duplexvoice.server.browser;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Pictures of the page, where somebody asked for them. */
final class Screenshots {
    private static final @Nullable String FOLDER = System.getProperty("voice.screenshots");

    private Screenshots() {}

    /** What the window shows, as {@code console-NAME.png}. */
    static void take(Page page, String name) {
        if (FOLDER != null) {
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of(FOLDER, "console-" + name + ".png")));
        }
    }
}
