package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DatabaseOptionsTest {

    @Test
    void takesAUrlApart() {
        var options = new DatabaseOptions("postgresql://merit:a%40b+c%3Ad@db.example:6432/loyalty", null, null, 5);

        assertThat(options.host()).isEqualTo("db.example");
        assertThat(options.port()).isEqualTo(6432);
        assertThat(options.database()).isEqualTo("loyalty");
        assertThat(options.user()).isEqualTo("merit");
        // A plus is a plus: only forms write a space so.
        assertThat(options.password()).isEqualTo("a@b+c:d");
        assertThat(options.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6432/loyalty");
    }

    @Test
    void fillsInWhatIsLeftOut() {
        var options = new DatabaseOptions("postgresql://db/loyalty", null, null, 5);

        assertThat(options.port()).isEqualTo(5432);
        assertThat(options.user()).isEqualTo("merit");
        assertThat(options.password()).isEmpty();
    }

    @Test
    void neverShowsThePassword() {
        assertThat(new DatabaseOptions("postgresql://merit:secret@db/loyalty", null, null, 5).toString())
                .doesNotContain("secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DatabaseOptions("postgresql://merit:sec ret@db/loyalty", null, null, 5))
                .withMessageNotContaining("ret@")
                .withNoCause();
    }
}
