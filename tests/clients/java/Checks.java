import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import java.util.function.Predicate;

/** One line per check, and a count at the end. */
final class Checks {
    private static int passed;
    private static int failed;

    /** What a check runs. */
    interface Body {
        void run() throws Exception;
    }

    private Checks() {}

    /** Runs a check; it fails by throwing, and the run goes on. */
    static void check(String name, Body body) {
        try {
            body.run();
            passed += 1;
            System.out.println("ok    " + name);
        } catch (Exception | AssertionError thrown) {
            failed += 1;
            var text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            System.out.println("FAIL  " + name + "\n      " + text.toString().strip().replace("\n", "\n      "));
        }
    }

    /** Passes if the body throws what matches. */
    static void refused(String name, Predicate<Exception> matches, Body body) {
        check(name, () -> {
            try {
                body.run();
            } catch (Exception thrown) {
                if (matches.test(thrown)) return;
                throw new AssertionError("was refused for another reason", thrown);
            }
            throw new AssertionError("was not refused");
        });
    }

    static void require(boolean holds, Object otherwise) {
        if (!holds) throw new AssertionError(otherwise);
    }

    static void requireEqual(Object found, Object wanted) {
        require(Objects.equals(found, wanted), found + " instead of " + wanted);
    }

    /** Prints the count; true if all passed. */
    static boolean summary(String what) {
        System.out.println(what + ": " + passed + " passed, " + failed + " failed");
        return failed == 0 && passed > 0;
    }
}
