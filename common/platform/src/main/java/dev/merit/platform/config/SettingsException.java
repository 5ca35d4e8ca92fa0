package dev.merit.platform.config;

import java.util.List;

/** The environment does not make sense. The message names each variable and says what is wrong with it. */
public final class SettingsException extends RuntimeException {
    public SettingsException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}
