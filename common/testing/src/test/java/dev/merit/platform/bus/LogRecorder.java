package dev.merit.platform.bus;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Listens to what a class logs, and keeps it off the console meanwhile. */
final class LogRecorder implements AutoCloseable {
    private final Logger logger;
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    LogRecorder(Class<?> of) {
        logger = (Logger) LoggerFactory.getLogger(of);
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
    }

    /** The events logged so far at this level, as name and key-values. */
    List<String> at(Level level) {
        return List.copyOf(lines.list).stream()
                .filter(line -> line.getLevel() == level)
                .map(line -> line.getMessage() + " " + line.getKeyValuePairs())
                .toList();
    }

    @Override
    public void close() {
        var unused = logger.detachAppender(lines);
        logger.setAdditive(true);
    }
}
