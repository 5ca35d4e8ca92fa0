package dev.merit.contracts;

/** Carries a {@link Problem} through a Future. It has no stack trace: it is an answer, not a fault. */
public final class ProblemException extends RuntimeException {
    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.code() + ": " + problem.message(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    /** Whether a failure says that there is no such thing, or none that the caller may know of. */
    public static boolean isNotFound(Throwable failure) {
        return failure instanceof ProblemException refusal && refusal.problem().code() == Problem.Code.NOT_FOUND;
    }
}
