package dev.merit.embedded;

import java.nio.file.Path;

/** Another program, or another part of this one, works in the data directory. */
public final class DataDirectoryInUse extends RuntimeException {

    DataDirectoryInUse(Path directory, String pid) {
        super("The data directory " + directory + " is in use by the process with pid " + pid
                + "; stop it, or choose another directory.");
    }
}
