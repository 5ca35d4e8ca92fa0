package dev.merit.node;

/** What the program tells the shell. */
final class ExitCode {
    static final int OK = 0;

    /** Something needed could not be started, or died. */
    static final int FAILED = 1;

    /** The settings or the command line make no sense; nothing was started. */
    static final int SETTINGS = 2;

    /** Another program works in the data directory. */
    static final int DIRECTORY_IN_USE = 3;

    private ExitCode() {}
}
